// What `evaluate` does with a model of pairs: converts every source and says how close the texts come.

import type { Model } from "../api/load.js";
import type { EvaluatePairsOptions } from "../api/model_options.js";
import type { PairEvaluation } from "../api/pair_evaluation.js";
import type { Interval } from "../evaluation/bootstrap_interval.js";
import { counted } from "../text/corpus.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";
import { formatInteger } from "./terminal/format.js";
import { makeOneLine } from "./terminal/visible_text.js";
import { asTyped } from "./typed_options.js";

/** The flags of `evaluate` that are for models of pairs alone. */
export const PAIR_FLAGS = ["targetFile", "source", "target", "language", "targetLanguage", "view", "stories", "beams", "lengthPenalty", "coveragePenalty", "maxTokens", "bleuTokenizer"] as const;

export type PairFlags = Pick<EvaluatePairsOptions, (typeof PAIR_FLAGS)[number]>;

/** What a text was held to, of several references. */
const REFERENCES_SHOWN = 3;

const ROUGE_WORDS = { "rouge-score": "words as rouge-score has them, of a-z and 0-9", unicode: "words of any script" } as const;

/** The table's rows: a name, what was measured. */
function rowsOf(result: Omit<PairEvaluation, "notices" | "examples">): [string, string][] {
  const { bleu, rouge1, rouge2, rougeL, sources, references, intervals } = result;
  const range = ({ low, high }: Interval, digits = 2, factor = 1): string => `[${(factor * low).toFixed(digits)}, ${(factor * high).toFixed(digits)}]`;
  const precisions = bleu.precisions.map((precision) => precision.toFixed(1)).join(" / ");
  return [
    ["BLEU", `${bleu.score.toFixed(2)} ${range(intervals.bleu)} (${precisions}, brevity ${bleu.brevityPenalty.toFixed(3)})`],
    ["", result.bleuSignature],
    ["chrF", `${result.chrf.toFixed(2)} ${range(intervals.chrf)}`],
    ["ROUGE-1/2/L", `${[rouge1, rouge2, rougeL].map(({ fmeasure }) => (100 * fmeasure).toFixed(2)).join(" / ")} (${ROUGE_WORDS[result.rougeTokenizer]})`],
    ["", `ROUGE-L ${range(intervals.rougeL, 2, 100)}`],
    ["exact", `${(100 * result.exactMatch).toFixed(2)} % ${range(intervals.exactMatch, 2, 100)}`],
    ["loss", `${result.loss.toFixed(4)} nats per token ${range(intervals.loss, 4)}, perplexity ${result.perplexity.toPrecision(4)}`],
    ["", `${result.bitsPerCharacter.toFixed(4)} bits per character, over ${counted(result.pairs, "pair")}`],
    ["over", `${counted(sources, "source")}, ${counted(references, "reference")}; ${result.beams === 1 ? "greedy" : `${result.beams} beams`}, ${result.sentencesPerSecond.toFixed(1)} sources a second`],
  ];
}

/** Measures and shows. */
export async function evaluatePairs(model: Model, data: string, flags: PairFlags & { readonly json?: boolean }): Promise<void> {
  const { json = false } = flags;
  const options = Object.fromEntries(PAIR_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]))) as PairFlags;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const progress = process.stderr.isTTY ? (done: number, total: number): void => void process.stderr.write(`\r${formatInteger(done)} of ${formatInteger(total)} converted`) : undefined;
  try {
    const { notices, examples, ...result } = await model.evaluatePairs(data, { ...options, signal: interruption.signal, ...(progress ? { onProgress: progress } : {}) });
    for (const notice of notices) process.stderr.write(`${asTyped(notice)}\n`);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      process.stdout.write(`${rowsOf(result).map(([name, value]) => `${name.padEnd(13)}${value}`.trimEnd()).join("\n")}\n\n`);
      for (const { source, references, text } of examples) {
        const wanted = references.includes(text) ? [] : references.slice(0, REFERENCES_SHOWN).map((reference) => `  ≠ ${makeOneLine(reference)}`);
        process.stdout.write(`${[makeOneLine(source), `  → ${makeOneLine(text)}`, ...wanted].join("\n")}\n`);
      }
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    if (progress) process.stderr.write("\r\u001b[K");
    release();
  }
}
