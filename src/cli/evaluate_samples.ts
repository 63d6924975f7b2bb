// What `evaluate` shows of texts that a model writes on its own, beside real ones.

import type { Model } from "../api/load.js";
import type { EvaluateSamplesOptions } from "../api/model_options.js";
import type { SampleEvaluation } from "../api/sample_evaluation.js";
import type { StoryFloor } from "../api/story_measures.js";
import type { Figure } from "../evaluation/figure.js";
import type { CopyFigures, SampleMeasures } from "../evaluation/measure_samples.js";
import { formatInteger } from "./terminal/format.js";
import { stageProgress } from "./terminal/stage_progress.js";
import { makeOneLine } from "./terminal/visible_text.js";
import { asTyped } from "./typed_options.js";

/** The flags of `evaluate` that are for texts that a model writes on its own. */
export const SAMPLE_FLAGS = ["samples", "training", "temperature", "topK", "topP", "minP", "seed"] as const;

export type SampleFlags = Pick<EvaluateSamplesOptions, (typeof SAMPLE_FLAGS)[number]>;

const SHOWN = 5;
const SHOWN_CHARACTERS = 160;

const plain = ({ value, low, high }: Figure, digits = 3): string => `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
const percent = ({ value, low, high }: Figure): string => `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;

/** What is known exactly of embedded stories, as a row of the loss's table. */
export const storyFloorRow = ({ above, model, source, entropy }: StoryFloor): [string, string] => [
  "floor",
  `${above.toFixed(2)} nats a story above the source: ${model.toFixed(2)} against ${source.toFixed(2)} for these (its entropy: ${entropy.toFixed(2)})`,
];

/** A table of two columns of figures: what the model writes, what people wrote. */
function comparison({ generated, real, unit, trainingFile, stories }: SampleEvaluation): string[] {
  const rows: [string, (measures: SampleMeasures) => string][] = [
    ["BLEU-2", ({ bleu }) => plain(bleu[2])],
    ["BLEU-3", ({ bleu }) => plain(bleu[3])],
    ["BLEU-4", ({ bleu }) => plain(bleu[4])],
    ["MAUVE", ({ mauve }) => (mauve ? plain(mauve) : "–")],
    ["Self-BLEU-3", ({ selfBleu }) => (selfBleu ? plain(selfBleu[3]) : "–")],
    ["Self-BLEU-4", ({ selfBleu }) => (selfBleu ? plain(selfBleu[4]) : "–")],
    ...[1, 2, 3, 4].map((n): [string, (measures: SampleMeasures) => string] => [`distinct-${n}`, ({ distinct }) => plain(distinct[n - 1])]),
    ["repetition", ({ repetition }) => percent(repetition)],
    ["twice or more", ({ duplicates }) => percent(duplicates)],
    ["words", ({ lengths }) => plain(lengths.mean, 1)],
    ["off in length", ({ lengths }) => `${lengths.distance.toFixed(2)} words`],
  ];
  if (trainingFile !== null) {
    const copies = (pick: (copies: CopyFigures) => string) => ({ novelty }: SampleMeasures) => (novelty ? pick(novelty.normalized) : "–");
    rows.push(["longest copy", copies(({ longest }) => `${formatInteger(longest.words)} words`)], ["copied span", copies(({ span }) => `${plain(span, 1)} words`)], ["are copies", copies(({ contained }) => percent(contained))]);
  }
  const [own, others] = [`${formatInteger(generated.samples)} written`, real ? `${formatInteger(real.samples)} real ones` : ""];
  const cells = rows.map(([name, cell]) => [name, cell(generated), real ? cell(real) : ""]);
  if (stories) {
    cells.push(["well-formed", percent(stories.wellFormed), "100 %"]);
    if (stories.sourceNats) cells.push(["source nats", plain(stories.sourceNats, 2), stories.entropy.toFixed(2)]);
  }
  const width = Math.max(own.length, ...cells.map(([, cell]) => cell.length));
  return [`${unit.padEnd(15)}${own.padEnd(width)}  ${others}`.trimEnd(), ...cells.map(([name, left, right]) => `${name.padEnd(15)}${left.padEnd(width)}  ${right}`.trimEnd())];
}

const cut = (text: string): string => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);

/** Writes texts, measures them and shows the table. @returns what goes into the JSON object */
export async function evaluateSamples(model: Model, data: string, flags: SampleFlags & Pick<EvaluateSamplesOptions, "lines" | "column">, { json, signal }: { readonly json: boolean; readonly signal: AbortSignal }): Promise<Omit<SampleEvaluation, "notices" | "texts" | "realTexts">> {
  const progress = stageProgress(process.stderr);
  try {
    const { notices, texts, realTexts, ...result } = await model.evaluateSamples(data, { ...flags, signal, ...(progress ? { onProgress: progress } : {}) });
    progress?.end();
    for (const notice of notices) process.stderr.write(`${asTyped(notice)}\n`);
    if (!json) {
      const { cutOff, tokensPerSecond, seconds } = result;
      process.stdout.write(`\n${comparison({ ...result, notices, texts, realTexts }).join("\n")}\n`);
      const ends = cutOff ? ` ${(100 * cutOff).toFixed(1)} % were cut off before they ended.` : "";
      process.stdout.write(`${`in ${seconds.toFixed(1)} s, ${formatInteger(tokensPerSecond)} tokens a second; 95 % intervals in brackets.${ends}`}\n\n`);
      for (const text of texts.slice(0, SHOWN)) process.stdout.write(`  ${cut(makeOneLine(text))}\n`);
    }
    return result;
  } finally {
    progress?.end();
  }
}
