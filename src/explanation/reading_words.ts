// The sentences that stand beside a reading, the same in every form of it.

import { meanSurprisal, inBits, type Reading, type Saliency, surprisal, tokenNumber } from "./reading.js";
import { formatNumber } from "./latent_numbers.js";
import { formatPercent } from "./percent.js";
import { quoteToken } from "./attention_words.js";
import { shortenLabel, visibleText } from "./token_label.js";

const LONGEST_TITLE = 90; // columns

/** The text as a heading. */
export const readingTitle = ({ title }: Reading): string => shortenLabel(visibleText(title), LONGEST_TITLE);

/** How many tokens, and how surprising they are. */
export function readingSummary(reading: Reading): string {
  const { nats, count } = meanSurprisal(reading);
  const text = reading.tokens.filter(({ special }) => !special).length;
  const tokens = `${text.toLocaleString("en-US")} token${text === 1 ? "" : "s"}`;
  if (count === 0) return `${tokens}; nothing stands before it, so that nothing predicts it.`;
  return `${tokens}. Mean surprisal ${formatNumber(nats)} nats (${formatNumber(inBits(nats))} bits) a token, perplexity ${formatNumber(Math.exp(nats))}.`;
}

/** A token with its number, its probability, and how surprising it is. */
export function tokenSentence(reading: Reading, index: number): string {
  const { text, logProbability, rank } = reading.tokens[index];
  const name = `Token ${tokenNumber(reading, index)}, ${quoteToken(text)}`;
  if (logProbability === null) return `${name}: nothing stands before it.`;
  const nats = surprisal(logProbability);
  return `${name}: ${formatPercent(Math.exp(logProbability))}, ${formatNumber(nats)} nats (${formatNumber(inBits(nats))} bits), rank ${rank}.`;
}

/** What integrated gradients sum to. */
export function saliencySentence(reading: Reading, { token, logProbability, baseline }: Saliency): string {
  const name = `token ${tokenNumber(reading, token)}, ${quoteToken(reading.tokens[token].text)}`;
  return `Integrated gradients of ln p of ${name}: together they are its ${formatNumber(logProbability)} less the ${formatNumber(baseline)} with all embeddings zero.`;
}

/** What a logit lens is. */
export const LENS_NOTE = "What each layer would predict next, through the final normalisation and the head (logit lens): behind each token read, the likeliest token and how likely it is.";

/** What unit traces are. */
export const UNITS_NOTE = "Hidden units whose values after each token follow a property of the text. By chance, with the property shifted along the text, the best unit has a correlation of the size given.";
