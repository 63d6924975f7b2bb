// The sentences that stand beside a reading, the same in every form of it.

import { meanSurprisal, inBits, type Reading, type Saliency, surprisal, tokenNumber } from "./reading.js";
import { formatNumber } from "./latent_numbers.js";
import { formatPercent } from "./percent.js";
import { quoteToken, visibleTitle } from "./attention_words.js";
import { shortenLabel, visibleText } from "./token_label.js";

const LONGEST_TITLE = 90; // columns

/** The text as a heading. */
export const readingTitle = ({ title, source }: Reading): string => shortenLabel(source > 0 ? visibleTitle(title) : visibleText(title), LONGEST_TITLE);

/** A token by its number: `token 3`, `source token 3`. */
export const numberedToken = (reading: Reading, index: number): string => `${index < reading.source ? "source token" : "token"} ${tokenNumber(reading, index)}`;

/** Said of a token that nothing predicts. */
export const unpredicted = ({ source }: Pick<Reading, "source">): string => (source > 0 ? "it is read, and nothing predicts it" : "nothing stands before it");

const capitalised = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}`;

/** How many tokens, and how surprising they are. */
export function readingSummary(reading: Reading): string {
  const { nats, count } = meanSurprisal(reading);
  const spoken = reading.tokens.flatMap(({ special }, index) => (special ? [] : [index < reading.source]));
  const [read, text] = [spoken.filter((ofSource) => ofSource).length, spoken.filter((ofSource) => !ofSource).length].map((tokens) => tokens.toLocaleString("en-US"));
  const tokens = `${text} token${text === "1" ? "" : "s"}${reading.source > 0 ? `, written after reading ${read}` : ""}`;
  if (count === 0) return `${tokens}; nothing stands before it, so that nothing predicts it.`;
  return `${tokens}. Mean surprisal ${formatNumber(nats)} nats (${formatNumber(inBits(nats))} bits) a token, perplexity ${formatNumber(Math.exp(nats))}.`;
}

/** A token with its number, its probability, and how surprising it is. */
export function tokenSentence(reading: Reading, index: number): string {
  const { text, logProbability, rank } = reading.tokens[index];
  const name = `${capitalised(numberedToken(reading, index))}, ${quoteToken(text)}`;
  if (logProbability === null) return `${name}: ${unpredicted(reading)}.`;
  const nats = surprisal(logProbability);
  return `${name}: ${formatPercent(Math.exp(logProbability))}, ${formatNumber(nats)} nats (${formatNumber(inBits(nats))} bits), rank ${rank}.`;
}

/** What integrated gradients sum to. */
export function saliencySentence(reading: Reading, { token, logProbability, baseline }: Saliency): string {
  const name = `${numberedToken(reading, token)}, ${quoteToken(reading.tokens[token].text)}`;
  return `Integrated gradients of ln p of ${name}: together they are its ${formatNumber(logProbability)} less the ${formatNumber(baseline)} with all embeddings zero.`;
}

/** What a logit lens is. */
export const LENS_NOTE = "What each layer would predict next, through the final normalisation and the head (logit lens): behind each token read, the likeliest token and how likely it is.";

/** What unit traces are. */
export const UNITS_NOTE = "Hidden units whose values after each token follow a property of the text. By chance, with the property shifted along the text, the best unit has a correlation of the size given.";
