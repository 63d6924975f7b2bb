// What is shown of every member of a comparison: the measures of its texts and the columns of the table, each declared in one line.

import type { Figure } from "../evaluation/figure.js";
import type { CopyFigures, SampleMeasures } from "../evaluation/measure_samples.js";
import { formatBytes, formatCompact, formatDuration, formatInteger } from "../explanation/quantities.js";
import type { ComparedMember, Comparison, MemberGeneration } from "./comparison.js";

/** A number with or without an interval; null where it was not measured. */
export type Value = Figure | number | null;

/** What is best: the lowest, the highest, or what is nearest to the same of real texts. */
export type Best = "lowest" | "highest" | "real";

interface Shown {
  readonly name: string;
  /** What it is, in a sentence. */
  readonly explain: string;
  readonly format: (value: number) => string;
  readonly best?: Best;
}

/** A measure of written texts. */
export interface WritingMeasure extends Shown {
  readonly of: (measures: SampleMeasures) => Value;
  /** Whether it stands in the main table too. */
  readonly main: boolean;
}

/** A column of a table of members. */
export interface Column extends Shown {
  readonly group: "prediction" | "size" | "training" | "writing";
  readonly of: (member: ComparedMember) => Value;
  /** The same of the real texts; null where there is no such thing. */
  readonly real: Value;
  /** Whether a member's value is a bound from above. */
  readonly bound: (member: ComparedMember) => boolean;
}

const share = (value: number): string => value.toFixed(3);
const percent = (value: number): string => `${(100 * value).toFixed(1)}\u00A0%`;
const one = (value: number): string => value.toFixed(1);
export const bits = share;

type Copied = (copies: CopyFigures) => Value;
const copied = (of: Copied) => ({ novelty }: SampleMeasures): Value => (novelty ? of(novelty.normalized) : null);
const measure = (name: string, of: WritingMeasure["of"], format: WritingMeasure["format"], explain: string, { main = false, best = "real" as Best } = {}): WritingMeasure => ({ name, of, format, explain, main, best });
const MAIN = { main: true };
const SELF = "BLEU of each text against all others; lower is more diverse.";
const DISTINCT = "Different n-grams as a share of all; higher is more diverse.";

/** All measures of written texts, in the order that they are shown in. */
export const WRITING_MEASURES: readonly WritingMeasure[] = [
  measure("BLEU-2", ({ bleu }) => bleu[2], share, "n-grams up to 2 that stand in real texts too."),
  measure("BLEU-3", ({ bleu }) => bleu[3], share, "Quality: n-grams up to 3 that stand in real texts too.", MAIN),
  measure("BLEU-4", ({ bleu }) => bleu[4], share, "n-grams up to 4 that stand in real texts too."),
  measure("BLEU-5", ({ bleu }) => bleu[5], share, "n-grams up to 5 that stand in real texts too."),
  measure("MAUVE", ({ mauve }) => mauve, share, "Quality and variety together, by words and characters in place of a model's features: 1 where texts are spread as real ones are.", { ...MAIN, best: "highest" }),
  measure("Self-BLEU-2", ({ selfBleu }) => selfBleu && selfBleu[2], share, SELF),
  measure("Self-BLEU-3", ({ selfBleu }) => selfBleu && selfBleu[3], share, `Diversity: ${SELF}`, MAIN),
  measure("Self-BLEU-4", ({ selfBleu }) => selfBleu && selfBleu[4], share, SELF),
  measure("distinct-1", ({ distinct }) => distinct[0] ?? null, share, DISTINCT),
  measure("distinct-2", ({ distinct }) => distinct[1] ?? null, share, DISTINCT),
  measure("distinct-3", ({ distinct }) => distinct[2] ?? null, share, DISTINCT),
  measure("repetition", ({ repetition }) => repetition, percent, "4-grams that came in the same text before.", MAIN),
  measure("twice or more", ({ duplicates }) => duplicates, percent, "Texts that were written more than once."),
  measure("words", ({ lengths }) => lengths.mean, one, "Mean length of a text.", MAIN),
  measure("off in length", ({ lengths }) => lengths.distance, one, "Words by which lengths would have to change to be those of real texts (Wasserstein-1).", { best: "lowest" }),
  measure("copied words", copied(({ span }) => span), one, "Words of a text's longest span that stands in the training text; case and punctuation do not count."),
  measure("copies", copied(({ contained }) => contained), percent, "Texts that stand in the training text from beginning to end.", MAIN),
  measure("longest copy", copied(({ longest }) => longest.words), formatInteger, "Words of the longest span of all that stands in the training text."),
];

/** The temperature that members are compared at: 1, or the nearest to it. Null where nothing is to be written. */
export const mainTemperature = ({ temperatures }: Comparison): number | null => temperatures.reduce<number | null>((best, next) => (best === null || Math.abs(next - 1) < Math.abs(best - 1) ? next : best), null);

export const generationAt = ({ generations }: ComparedMember, temperature: number | null): MemberGeneration | null => generations.find((one) => one.temperature === temperature) ?? null;

const column = (group: Column["group"], name: string, of: Column["of"], format: Column["format"], explain: string, { best, real = null, bound = () => false }: Partial<Column> = {}): Column => ({ group, name, of, format, explain, real, bound, ...(best ? { best } : {}) });
const PREDICTION: Partial<Column> = { best: "lowest", bound: ({ prediction }) => prediction?.bound ?? false };

/** The columns of these measures, of what was written at a temperature. */
export function writingColumns({ real }: Comparison, temperature: number | null, measures: readonly WritingMeasure[]): Column[] {
  return measures.map(({ name, of, format, explain, best }) => {
    const ofMember = (member: ComparedMember): Value => {
      const generation = generationAt(member, temperature);
      return generation && of(generation.measures);
    };
    return column("writing", name, ofMember, format, explain, { ...(best ? { best } : {}), real: real && of(real) });
  });
}

/** The columns of the main table, its texts written at the main temperature. */
export function mainColumns(comparison: Comparison): Column[] {
  const temperature = mainTemperature(comparison);
  return [
    column("prediction", "bits per character", ({ prediction }) => prediction?.bitsPerCharacter ?? null, bits, "Of the test part; lower is better.", PREDICTION),
    column("prediction", "perplexity", ({ prediction }) => prediction?.perplexity ?? null, (value) => (value < 1000 ? value.toFixed(value < 100 ? 2 : 1) : formatCompact(value)), "Of a token of the test part; lower is better.", PREDICTION),
    column("size", "parameters", ({ parameters }) => parameters, formatCompact, "Numbers that are learnt."),
    column("size", "file", ({ bytes }) => bytes, formatBytes, "Size of the weights' file.", { best: "lowest" }),
    column("training", "steps", ({ training }) => training?.steps ?? null, formatInteger, "Updates of the weights."),
    column("training", "time", ({ training }) => training?.seconds ?? null, formatDuration, "Of training, evaluations included."),
    column("training", "tokens/s", ({ training }) => training?.tokensPerSecond ?? null, formatCompact, "Tokens learnt from in a second.", { best: "highest" }),
    column("writing", "tokens/s", (member) => generationAt(member, temperature)?.tokensPerSecond ?? null, formatCompact, "Tokens written in a second.", { best: "highest" }),
    ...writingColumns(comparison, temperature, WRITING_MEASURES.filter(({ main }) => main)),
  ];
}
