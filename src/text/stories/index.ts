// The embedded corpus: small stories from an unambiguous grammar, with exact probabilities and four views of each.
import { RandomStream } from "../../runtime/random.js";
import { factOf, renderSummary, renderText, sampleDerivation } from "./derivation.js";
import { entropyByChoice } from "./entropy.js";
import type { Derivation } from "./grammar.js";
import { parseText } from "./parser.js";
import { storyGrammar } from "./story_grammar.js";

export type Mood = "happy" | "sad" | "funny" | "scary";

/** The moods a story can have. */
export const moods: readonly Mood[] = ["happy", "sad", "funny", "scary"];

/** What a derivation says besides its English text. */
export interface StoryViews {
  readonly mood: Mood;
  /** One English sentence. */
  readonly summary: string;
  /** The same story in Chinese. */
  readonly chinese: string;
  /** Natural logarithm of the story's probability under the source, in nats. */
  readonly logProbability: number;
}

export interface Story extends StoryViews {
  /** The English story: one paragraph on one line, plain ASCII. */
  readonly text: string;
}

export type StoryParse =
  | ({ readonly wellFormed: true } & StoryViews)
  | {
      readonly wellFormed: false;
      /** The first character of the first word that no story has there; the text's length where it stops too soon. */
      readonly position: number;
      /** What a story could have had there, as a part of a sentence. */
      readonly expected: string;
    };

/** Where a story could go on in more ways than this, an error lists one fewer and counts the others. */
const MOST_LISTED = 4;

function viewsOf(derivation: Derivation): StoryViews {
  const mood = factOf(storyGrammar, derivation, "mood");
  return {
    mood: moods.find((known) => known === mood)!,
    summary: renderSummary(storyGrammar, derivation),
    chinese: renderText(storyGrammar, derivation, "chinese"),
    logProbability: derivation.logProbability,
  };
}

/** Draws one story from the source. */
export function sampleStory(random: RandomStream): Story {
  const derivation = sampleDerivation(storyGrammar, random);
  return { text: renderText(storyGrammar, derivation, "english"), ...viewsOf(derivation) };
}

/** Draws `count` independent stories; the same seed gives the same stories on every machine. */
export function generateStories(count: number, seed: number): Story[] {
  const random = new RandomStream(seed, "stories");
  return Array.from({ length: count }, () => sampleStory(random));
}

/**
 * Reads a story back: its derivation gives its mood, its summary, its Chinese and its exact probability. The text must
 * be the whole story and nothing else, without white space around it.
 */
export function parseStory(text: string): StoryParse {
  const { derivations, position, expected } = parseText(storyGrammar, text);
  if (derivations.length > 0) return { wellFormed: true, ...viewsOf(derivations[0]) };
  const listed = expected.length > MOST_LISTED ? MOST_LISTED - 1 : expected.length;
  const phrases = expected.slice(0, listed).sort((a, b) => a.length - b.length); // long ones read better last
  if (listed < expected.length) phrases.push(`${expected.length - listed} other ways to go on`);
  const last = phrases.pop()!;
  return { wellFormed: false, position, expected: phrases.length > 0 ? `${phrases.join(", ")} or ${last}` : last };
}

/** The natural logarithm of a text's probability under the source, in nats; -Infinity when it is not well-formed. */
export function storyLogProbability(text: string): number {
  return parseText(storyGrammar, text).derivations[0]?.logProbability ?? -Infinity;
}

let entropies: Readonly<Record<string, number>> | undefined;

/**
 * How many nats each choice adds to a story on average, by the name of the sentence (its phrasing) or of the
 * variable (its word): `opening`, `problem`, `hero`, `place`, … They sum to `storyEntropy()`.
 */
export function storyEntropyByChoice(): Readonly<Record<string, number>> {
  entropies ??= entropyByChoice(storyGrammar);
  return entropies;
}

/** The exact entropy of the source in nats per story: no model's mean loss per story can be lower. */
export function storyEntropy(): number {
  return Object.values(storyEntropyByChoice()).reduce((sum, part) => sum + part, 0);
}
