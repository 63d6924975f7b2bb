// Reads the sentence pairs of fixtures/evaluation_pairs.json and what sacreBLEU and rouge-score make of them.

import { readFileSync } from "node:fs";

export interface FixturePair {
  readonly group: string;
  readonly hypothesis: string;
  readonly references: readonly string[];
}

/** Score, precisions, brevity penalty, length of the hypotheses, length of the references. */
export type FixtureBleu = readonly [number, readonly number[], number, number, number];

/** Results for a corpus by its name and for each pair alone, by the arguments that the Python class was given. */
export interface FixtureScores<T> {
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly corpora: Readonly<Record<string, T>>;
  readonly sentences: readonly T[];
}

type Kind = "rouge1" | "rouge2" | "rougeL";
type TokenizerName = "13a" | "zh" | "char" | "none" | "rouge";

export interface EvaluationFixture {
  readonly pairs: readonly FixturePair[];
  readonly tokens: readonly (Readonly<Record<TokenizerName, readonly string[]>> & { readonly text: string })[];
  /** With sacreBLEU's signature for each corpus, without its version. */
  readonly bleu: readonly (FixtureScores<FixtureBleu> & { readonly signatures: Readonly<Record<string, string>> })[];
  readonly chrf: readonly FixtureScores<number>[];
  /** Precision, recall and F-measure for each pair. */
  readonly rouge: readonly Readonly<Record<Kind, readonly [number, number, number]>>[];
}

export const evaluationFixture = JSON.parse(
  readFileSync(new URL("../../../fixtures/evaluation_pairs.json", import.meta.url), "utf8"),
) as EvaluationFixture;

export const hypothesesOf = (pairs: readonly Pick<FixturePair, "hypothesis">[]): string[] => pairs.map(({ hypothesis }) => hypothesis);
export const referencesOf = (pairs: readonly Pick<FixturePair, "references">[]): (readonly string[])[] => pairs.map(({ references }) => references);

/** The pairs of the corpus that the fixture calls by a name: all, or those of a group. */
export const corpusOf = (name: string): FixturePair[] => evaluationFixture.pairs.filter(({ group }) => name === "all" || group === name);

const OPTION_NAMES: Readonly<Record<string, string>> = {
  tokenize: "tokenizer",
  smooth_method: "smoothing",
  smooth_value: "smoothingValue",
  max_ngram_order: "maxOrder",
  effective_order: "effectiveOrder",
  char_order: "characterOrder",
  word_order: "wordOrder",
};

/** The arguments of a Python class by our names for them. */
export const optionsOf = ({ arguments: given }: FixtureScores<unknown>): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [OPTION_NAMES[name] ?? name, value]));
