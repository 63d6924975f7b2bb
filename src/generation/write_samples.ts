// Samples side by side until all are complete: what continuing a prompt and answering sources share.

import type { DecoderState } from "./decoder.js";
import type { DecoderRows } from "./decoder_rows.js";
import type { Sample } from "./sample.js";
import type { Sampler } from "./sampler.js";

/** Rows that have read what comes before the samples, and the samples that go on from there. */
export interface SamplesRequest<State extends DecoderState> {
  readonly rows: DecoderRows<State>;
  /** Logits (rows x vocabularySize) after what the rows have read. */
  readonly logits: Float32Array;
  /** The row that each sample begins from; several may begin from one. */
  readonly origins: Int32Array;
  readonly samples: readonly Sample[];
  readonly sampler: Sampler;
}

/** What a sample has grown by in one step. */
export interface GrownSample {
  readonly sample: Sample;
  /** The text that may now be shown; often "". */
  readonly text: string;
  /** Of the last logits: what the token was drawn from. */
  readonly row: number;
}

/**
 * Writes samples side by side; a row that is complete is dropped, so that the batch narrows.
 * @returns after each step all samples that grew; they are all drawn before any is handed out, because whoever listens
 * may step the same decoder
 * @throws WordloomError `interrupted` when the rows' signal is aborted, `non_finite_loss` for logits that are no numbers
 */
export async function* writeSamples<State extends DecoderState>(
  request: SamplesRequest<State>,
): AsyncGenerator<readonly GrownSample[], void, void> {
  const { rows, origins, sampler } = request;
  let { logits, samples } = request;
  let rowOf: Int32Array | null = origins; // of the logits; afterwards every sample has the row of its place
  const isPlain = origins.length === logits.length / sampler.vocabularySize && origins.every((row, i) => row === i);
  if (!isPlain) rows.select(origins);
  for (;;) {
    const grown = samples.map((sample, i): GrownSample => {
      const row = rowOf === null ? i : rowOf[i];
      return { sample, text: sample.extend(sampler, logits, row), row };
    });
    rowOf = null;
    const going = Int32Array.from(samples.keys()).filter((row) => samples[row].finishReason === null);
    if (going.length < samples.length) rows.select(going);
    samples = Array.from(going, (row) => samples[row]);
    yield grown;
    if (samples.length === 0) return;
    logits = await rows.advance(Int32Array.from(samples, (sample) => sample.tokens[sample.tokens.length - 1]));
  }
}
