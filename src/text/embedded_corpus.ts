// The corpora that come inside the package, as ordinary corpora: there is always something to train on.
import { createHash } from "node:crypto";
import { WordloomError } from "../errors.js";
import { type Corpus, counted, countCharacters } from "./corpus.js";
import { generateStories } from "./stories/index.js";

export interface EmbeddedOptions {
  /** How many samples to draw; 20,000 unless given. */
  readonly count?: number;
  /** The column of labels to give: "mood", which is the only one. */
  readonly label?: string;
  /** The same seed always draws the same samples; 0 unless given. */
  readonly seed?: number;
}

/** The names that `embeddedCorpus` knows. */
export const embeddedCorpora: readonly string[] = ["stories"];

/** What labels a story. */
const STORY_LABEL = "mood";

const mostSamples = 10_000_000;

/**
 * Samples of an embedded corpus: "stories", drawn from the story grammar.
 * @throws WordloomError "invalid_argument" for an unknown name or a count that is not a whole number from 1 to 10,000,000
 */
export function embeddedCorpus(name: string, { count = 20_000, seed = 0, label }: EmbeddedOptions = {}): Corpus {
  if (!embeddedCorpora.includes(name)) {
    throw new WordloomError(
      "invalid_argument",
      `There is no embedded corpus ${JSON.stringify(name)}; there is ${embeddedCorpora.join(", ")}.`,
    );
  }
  if (!Number.isInteger(count) || count < 1 || count > mostSamples) {
    throw new WordloomError(
      "invalid_argument",
      `${count} is no number of samples to draw; give a whole number from 1 to ${mostSamples}.`,
    );
  }
  if (label !== undefined && label !== STORY_LABEL) {
    throw new WordloomError("invalid_argument", `The embedded stories have no column ${JSON.stringify(label)} of labels; their label is ${JSON.stringify(STORY_LABEL)}.`);
  }
  const stories = generateStories(count, seed);
  const texts = stories.map((story) => story.text);
  const hash = createHash("sha256");
  let bytes = 0;
  let characters = 0;
  for (const text of texts) {
    hash.update(text).update("\n");
    bytes += Buffer.byteLength(text) + 1;
    characters += countCharacters(text);
  }
  return {
    name,
    kind: "samples",
    texts,
    ...(label === undefined ? {} : { labels: stories.map((story) => story.mood) }),
    characters,
    bytes,
    sha256: hash.digest("hex"),
    skipped: { empty: 0, missing: 0 },
    notices: [`Drew ${counted(count, "sample")} from the embedded corpus "${name}" with seed ${seed}.`],
  };
}
