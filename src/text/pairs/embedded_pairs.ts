// The pairs that come inside the package: written dates, and stories with their summaries or in Chinese.
import { WordloomError } from "../../errors.js";
import { counted } from "../corpus.js";
import { datesCorpus } from "../dates/index.js";
import type { EmbeddedOptions } from "../embedded_corpus.js";
import { generateStories } from "../stories/index.js";
import { type PairCorpus, pairCorpus } from "./pair_corpus.js";

/** What stories are paired with: a one-sentence summary, or the same story in Chinese. */
export type StoryView = "summary" | "chinese";

export const storyViews: readonly StoryView[] = ["summary", "chinese"];

export interface EmbeddedPairOptions extends EmbeddedOptions {
  /** For "stories"; "summary" unless given. */
  readonly view?: StoryView;
  /**
   * For "dates": what is drawn besides to validate with, a share of `count` below 1, or a number of dates; 0.1 unless
   * given. Stories are set aside by whoever trains.
   */
  readonly held?: number;
}

/** The names that `embeddedPairs` knows. */
export const embeddedPairNames: readonly string[] = ["dates", "stories"];

const mostPairs = 10_000_000;

/** How many dates are drawn besides `count`; a share is rounded up. */
function heldDates(count: number, held: number): number {
  const isShare = held > 0 && held < 1;
  if (!isShare && !(Number.isInteger(held) && held >= 1 && held <= mostPairs)) {
    throw new WordloomError(
      "invalid_argument",
      `${held} is no amount of dates to validate on; give a share below 1 or a whole number from 1 to ${mostPairs}.`,
    );
  }
  return isShare ? Math.ceil(Number((held * count).toPrecision(12))) : held; // 0.1 * 30 is more than 3
}

/**
 * Pairs drawn from an embedded task: "dates" (written in many languages, to ISO 8601) or "stories" (to a view).
 * @throws WordloomError "invalid_argument" for an unknown name or view, a view of dates, a count that is not a whole
 *   number from 1 to 10,000,000, or dates to hold out that are neither that nor a share
 */
export function embeddedPairs(name: string, { count = 20_000, seed = 0, view, held = 0.1 }: EmbeddedPairOptions = {}): PairCorpus {
  if (!embeddedPairNames.includes(name)) {
    throw new WordloomError(
      "invalid_argument",
      `There are no embedded pairs ${JSON.stringify(name)}; there are ${embeddedPairNames.join(" and ")}.`,
    );
  }
  checkPairCount(count);
  if (name === "stories") return storyPairs(count, seed, view);
  if (view !== undefined) throw noView(name);
  return datesCorpus(count, seed, heldDates(count, held));
}

/** @throws WordloomError "invalid_argument" for anything but a whole number from 1 to 10,000,000 */
export function checkPairCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= mostPairs) return;
  throw new WordloomError(
    "invalid_argument",
    `${count} is no number of pairs to draw; give a whole number from 1 to ${mostPairs}.`,
  );
}

/** The error for a view asked of anything but the stories. */
export function noView(path: string): WordloomError {
  return new WordloomError("invalid_argument", `${path} has no views; the option "view" is for "stories" only.`);
}

/** The same stories as `embeddedCorpus` draws for the count and seed, each with its view. */
function storyPairs(count: number, seed: number, view: StoryView = "summary"): PairCorpus {
  if (!storyViews.includes(view)) {
    throw new WordloomError(
      "invalid_argument",
      `There is no view ${JSON.stringify(view)} of the stories; there is ${storyViews.join(" and ")}.`,
    );
  }
  const pairs = generateStories(count, seed).map((story) => ({ source: story.text, target: story[view] }));
  const into = view === "summary" ? "its summary" : "the same in Chinese";
  const notice = `Drew ${counted(count, "pair")} of a story and ${into} from the embedded corpus with seed ${seed}.`;
  return pairCorpus("stories", pairs, { notices: [notice] });
}
