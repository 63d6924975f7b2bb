// Labels of a language model: a token for each, behind the tokenizer's, that stands in place of the beginning of a text.

import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import type { Tokenizer } from "../text/tokenizer.js";

/** The share of texts that are learnt without their label, so that the model can do without. */
const UNLABELLED = 0.1;

export class LabelTokens {
  /** One for each label; none where there are no labels. */
  readonly tokens: readonly number[];
  private readonly bosId: number;

  constructor(
    readonly labels: readonly string[],
    { vocabularySize, bosId }: Pick<Tokenizer, "vocabularySize" | "bosId">,
    private readonly seed = 0,
  ) {
    this.tokens = labels.map((_, place) => vocabularySize + place);
    this.bosId = bosId;
  }

  /** What each text begins with. */
  starts(texts: readonly TextPair[]): Int32Array | undefined {
    return this.tokens.length === 0 ? undefined : Int32Array.from(texts, ({ label }) => (label === undefined ? this.bosId : this.tokens[label]));
  }

  /** The same, for some texts without their label, chosen by the seed. */
  startsToLearn(texts: readonly TextPair[]): Int32Array | undefined {
    const random = new RandomStream(this.seed, "texts without a label");
    return this.starts(texts)?.map((start) => (random.uniform() < UNLABELLED ? this.bosId : start));
  }

  /** The number of a label by its token, one more than there are labels for a text that has none. */
  labelOf(token: number): number {
    return token === this.bosId ? this.labels.length : token - this.tokens[0];
  }

  /**
   * What a text of a label begins with, by name; none for the usual beginning.
   * @throws WordloomError "invalid_argument" for a label that the model does not know
   */
  startOf(label: string | undefined, path: string): number | undefined {
    if (label === undefined) return undefined;
    if (this.labels.length === 0) throw new WordloomError("invalid_argument", `The run in "${path}" is a language model that was trained without labels; leave the label out.`);
    const place = this.labels.indexOf(label);
    if (place < 0) throw new WordloomError("invalid_argument", `The model in "${path}" does not know the label ${JSON.stringify(label)}, but ${this.labels.map((known) => JSON.stringify(known)).join(", ")}; name one of these.`);
    return this.tokens[place];
  }
}

/** The labels that a language model's config.json names. */
export const labelsOfConfig = (config: Readonly<Record<string, unknown>>): readonly string[] => {
  const { labels } = config;
  return Array.isArray(labels) && labels.every((label) => typeof label === "string") ? labels : [];
};
