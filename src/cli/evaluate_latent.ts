// What `evaluate` does with a variational autoencoder: what it knows of sentences, and how it uses its latent space.

import type { LatentEvaluation } from "../api/latent_evaluation.js";
import type { Model } from "../api/load.js";
import type { EvaluateLatentOptions } from "../api/model_options.js";
import { counted, readable } from "../text/corpus.js";
import { evaluateSamples, storyFloorRow, type SampleFlags } from "./evaluate_samples.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";
import { stageProgress } from "./terminal/stage_progress.js";
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
    ["", `${result.bitsPerCharacter.toFixed(4)} bits per character, ${result.bitsPerByte.toFixed(4)} bits per byte`],
    ...(result.floor ? [storyFloorRow(result.floor)] : []),
    ["information", `${Math.max(0, result.mutualInformation).toFixed(2)} nats of a sentence in its point (at most ${result.mutualInformationBound.toFixed(2)} can show)`],
    ["active units", `${result.activeUnits} of ${result.latentWidth}`],
    ["written again", `BLEU ${result.reconstructionBleu.toFixed(2)}, ${(100 * result.reconstructionExact).toFixed(2)} % exact (greedy, from the means)`],
    ["", result.bleuSignature],
    ["over", `${counted(result.sentences, "sentence")}, ${readable(result.tokens)} tokens; in ${result.seconds.toFixed(1)} s`],
  ];
}

/** Measures and shows. */
export async function evaluateLatent(model: Model, data: string, { json = false, ...flags }: EvaluateLatentFlags & { readonly json?: boolean }, writing: SampleFlags): Promise<void> {
  const asked = { column: flags.column, label: flags.label, importanceSamples: flags.importanceSamples, importanceSentences: flags.importanceSentences };
  const options = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as EvaluateLatentFlags;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const progress = stageProgress(process.stderr);
  try {
    const { notices, examples, ...result } = await model.evaluateLatent(data, { ...options, signal: interruption.signal, ...(progress ? { onProgress: progress } : {}) });
    progress?.end();
    for (const notice of notices) process.stderr.write(`${asTyped(notice)}\n`);
    if (!json) {
      process.stdout.write(`${rowsOf(result).map(([name, value]) => `${name.padEnd(15)}${value}`.trimEnd()).join("\n")}\n\n`);
      for (const { source, text } of examples) process.stdout.write(`${makeOneLine(source)}\n  → ${makeOneLine(text)}\n`);
    }
    const generated = writing.samples === 0 ? {} : { written: await evaluateSamples(model, data, { ...writing, column: flags.column }, { json, signal: interruption.signal }) };
    if (json) process.stdout.write(`${JSON.stringify({ ...result, ...generated })}\n`);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    progress?.end();
    release();
  }
}
