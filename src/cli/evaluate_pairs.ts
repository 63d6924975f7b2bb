// What `evaluate` does with a model of pairs: converts every source and says how close the texts come.

import type { Model } from "../api/load.js";
import type { EvaluatePairsOptions } from "../api/model_options.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";
import { formatInteger } from "./terminal/format.js";
import { makeOneLine } from "./terminal/visible_text.js";

/** The flags of `evaluate` that are for models of pairs alone. */
export const PAIR_FLAGS = ["targetFile", "source", "target", "language", "targetLanguage", "view", "stories", "beams", "lengthPenalty", "maxTokens", "bleuTokenizer"] as const;

export type PairFlags = Pick<EvaluatePairsOptions, (typeof PAIR_FLAGS)[number]>;

/** Measures and shows. */
export async function evaluatePairs(model: Model, data: string, flags: PairFlags & { readonly json?: boolean }): Promise<void> {
  const { json = false } = flags;
  const options = Object.fromEntries(PAIR_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]))) as PairFlags;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const progress = process.stderr.isTTY ? (done: number, total: number): void => void process.stderr.write(`\r${formatInteger(done)} of ${formatInteger(total)} converted`) : undefined;
  try {
    const { notices, examples, ...result } = await model.evaluatePairs(data, { ...options, signal: interruption.signal, ...(progress ? { onProgress: progress } : {}) });
    for (const notice of notices) process.stderr.write(`${notice}\n`);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      const { bleu, rouge1, rouge2, rougeL } = result;
      const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
      const rows: [string, string][] = [
        ["BLEU", `${bleu.score.toFixed(2)} (${bleu.precisions.map((precision) => precision.toFixed(1)).join(" / ")}, brevity ${bleu.brevityPenalty.toFixed(3)})`],
        ["chrF", result.chrf.toFixed(2)],
        ["ROUGE-1/2/L", [rouge1, rouge2, rougeL].map(({ fmeasure }) => (100 * fmeasure).toFixed(2)).join(" / ")],
        ["exact", share(result.exactMatch)],
        ["loss", `${result.loss.toFixed(4)} nats per token, perplexity ${result.perplexity.toPrecision(4)}`],
        ["over", `${formatInteger(result.pairs)} pairs, ${result.beams === 1 ? "greedy" : `${result.beams} beams`}, ${result.sentencesPerSecond.toFixed(1)} a second`],
      ];
      process.stdout.write(`${rows.map(([name, value]) => `${name.padEnd(13)}${value}`).join("\n")}\n\n`);
      for (const { source, target, text } of examples) {
        process.stdout.write(`${makeOneLine(source)}\n  → ${makeOneLine(text)}${text === target ? "" : `\n  ≠ ${makeOneLine(target)}`}\n`);
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
