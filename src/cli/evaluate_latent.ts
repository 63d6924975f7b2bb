// What `evaluate` does with a variational autoencoder: what it knows of sentences, and how it uses its latent space.

import type { LatentEvaluation } from "../api/latent_evaluation.js";
import type { Model } from "../api/load.js";
import type { EvaluateLatentOptions } from "../api/model_options.js";
import { counted, readable } from "../text/corpus.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";
import { formatInteger } from "./terminal/format.js";
import { makeOneLine } from "./terminal/visible_text.js";
import { asTyped } from "./typed_options.js";

/** The flags of `evaluate` that are for variational autoencoders alone. */
export const LATENT_FLAGS = ["label", "importanceSamples", "importanceSentences"] as const;

export type EvaluateLatentFlags = Pick<EvaluateLatentOptions, (typeof LATENT_FLAGS)[number] | "column">;

/** The table's rows: a name, what was measured. */
function rowsOf(result: Omit<LatentEvaluation, "notices" | "examples">): [string, string][] {
  const { importanceSentences: sampled, importanceSamples: samples } = result;
  const few = sampled < result.sentences ? `, of ${readable(sampled)} of the sentences` : "";
  return [
    ["−ELBO", `${result.negativeElbo.toFixed(2)} nats a sentence: reconstruction ${result.reconstruction.toFixed(2)} + KL ${result.divergence.toFixed(2)}`],
    ["IW-NLL", `${result.importanceWeightedNats.toFixed(2)} nats a sentence (${counted(samples, "sample")}${few})`],
    ["perplexity", `${result.perplexity.toPrecision(4)} per token, ${result.loss.toFixed(4)} nats (from the IW-NLL)`],
    ["information", `${Math.max(0, result.mutualInformation).toFixed(2)} nats of a sentence in its point (at most ${result.mutualInformationBound.toFixed(2)} can show)`],
    ["active units", `${result.activeUnits} of ${result.latentWidth}`],
    ["written again", `BLEU ${result.reconstructionBleu.toFixed(2)}, ${(100 * result.reconstructionExact).toFixed(2)} % exact (greedy, from the means)`],
    ["", result.bleuSignature],
    ["over", `${counted(result.sentences, "sentence")}, ${readable(result.tokens)} tokens; in ${result.seconds.toFixed(1)} s`],
  ];
}

/** Measures and shows. */
export async function evaluateLatent(model: Model, data: string, { json = false, ...flags }: EvaluateLatentFlags & { readonly json?: boolean }): Promise<void> {
  const asked = { column: flags.column, label: flags.label, importanceSamples: flags.importanceSamples, importanceSentences: flags.importanceSentences };
  const options = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as EvaluateLatentFlags;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const progress = progressOn(process.stderr);
  try {
    const { notices, examples, ...result } = await model.evaluateLatent(data, { ...options, signal: interruption.signal, ...(progress ? { onProgress: progress } : {}) });
    progress?.end();
    for (const notice of notices) process.stderr.write(`${asTyped(notice)}\n`);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      process.stdout.write(`${rowsOf(result).map(([name, value]) => `${name.padEnd(15)}${value}`.trimEnd()).join("\n")}\n\n`);
      for (const { source, text } of examples) process.stdout.write(`${makeOneLine(source)}\n  → ${makeOneLine(text)}\n`);
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    progress?.end();
    release();
  }
}

type Progress = { readonly stage: string; readonly done: number; readonly total: number };

/** How far a stage is, with the time left, on a terminal; nothing in a pipe. */
function progressOn(stream: NodeJS.WriteStream): (((event: Progress) => void) & { end(): void }) | undefined {
  if (!stream.isTTY) return undefined;
  let stage = "";
  let beginning = 0;
  let shown = 0;
  const show = (event: Progress): void => {
    const now = performance.now();
    if (event.stage !== stage) [stage, beginning] = [event.stage, now];
    else if (now - shown < 200 && event.done < event.total) return;
    shown = now;
    const left = ((now - beginning) / event.done) * (event.total - event.done);
    stream.write(`\r\u001b[K${formatInteger(event.done)} of ${formatInteger(event.total)} ${event.stage}${event.done > 1 ? `, ${Math.ceil(left / 1000)} s left` : ""}`);
  };
  return Object.assign(show, { end: () => void stream.write("\r\u001b[K") });
}
