// The one decoding loop of all families: reads a prompt, writes n samples side by side, streams them as they grow.

import { WordloomError } from "../errors.js";
import type { IncrementalDecoder } from "../text/incremental_decoder.js";
import type { Decoder, DecoderState } from "./decoder.js";
import { DecoderRows } from "./decoder_rows.js";
import { type FinishReason, Sample } from "./sample.js";
import { Sampler } from "./sampler.js";
import { parseSamplingOptions, type SamplingOptions, type SamplingOptionsInput } from "./sampling_options.js";
import { writeSamples } from "./write_samples.js";

/** What is to be written, and with what. */
export interface GenerationRequest<State extends DecoderState = DecoderState> {
  readonly decoder: Decoder<State>;
  /** Token ids to continue, one or more; the model's start token where there is no text yet. */
  readonly prompt: ArrayLike<number>;
  /** Makes a fresh tokens-to-text decoder; called once a sample. */
  readonly incrementalDecoder: () => IncrementalDecoder;
  readonly options?: SamplingOptionsInput;
  /** Stops the generation before the decoder's next step. */
  readonly signal?: AbortSignal;
  /** The most samples written side by side, 64 unless given; more follow in turns. Bounds memory, changes no text. */
  readonly batchSize?: number;
}

/** Text that a sample has grown by. */
export interface TextEvent {
  readonly type: "text";
  readonly sample: number;
  readonly text: string;
}

/** A sample is complete; emitted once for each. */
export interface SampleEvent {
  readonly type: "sample";
  readonly sample: number;
  /** All of its text, without the prompt and the stop string. */
  readonly text: string;
  /** Every token drawn, those of the stop string and the end token included. */
  readonly tokens: readonly number[];
  readonly finishReason: FinishReason;
  /** The natural log-probability of each token under the model itself, where asked for. */
  readonly logProbabilities?: readonly number[];
  /** Of a model that is told labels: this sample's. */
  readonly label?: string;
}

export type GenerationEvent = TextEvent | SampleEvent;

/**
 * Writes `options.count` samples that continue a prompt. They are one batch: the prompt is read once, as one row, and
 * its state becomes the state of all rows; a row that is complete is dropped, so that the batch narrows. The text of
 * sample i depends on the seed and on i, not on how many are written.
 *
 * @example
 * for await (const event of generateText({ decoder, prompt, incrementalDecoder, options: { temperature: 0.8 } })) {
 *   if (event.type === "text") process.stdout.write(event.text);
 * }
 * @throws WordloomError at once: `invalid_argument` for a wrong option, an empty prompt, or a token that the model does
 * not have. While iterating: `interrupted` when the signal is aborted, `non_finite_loss` for logits that are no numbers
 */
export function generateText<State extends DecoderState>(
  request: GenerationRequest<State>,
): AsyncGenerator<GenerationEvent, void, void> {
  const { decoder, prompt, batchSize = 64 } = request;
  const options = parseSamplingOptions(request.options);
  if (prompt.length === 0) {
    throw new WordloomError(
      "invalid_argument",
      "The prompt has no tokens, but a model continues from at least one; give a text or the model's start token.",
    );
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new WordloomError(
      "invalid_argument",
      `The batch size must be a whole number of 1 or more, but ${batchSize} was given; 64 is the default.`,
    );
  }
  checkTokens("prompt", prompt, decoder.vocabularySize);
  checkTokens("list of end tokens", options.endTokens, decoder.vocabularySize);
  const sampler = new Sampler(decoder.vocabularySize, options);
  return writeBatches(request, options, sampler, batchSize);
}

async function* writeBatches<State extends DecoderState>(
  request: GenerationRequest<State>,
  options: SamplingOptions,
  sampler: Sampler,
  batchSize: number,
): AsyncGenerator<GenerationEvent, void, void> {
  for (let first = 0; first < options.count; first += batchSize) {
    const samples: Sample[] = [];
    for (let index = first; index < Math.min(options.count, first + batchSize); index++) {
      const decoder = request.incrementalDecoder();
      samples.push(new Sample(index, request.prompt, decoder, options, sampler.vocabularySize));
    }
    if (options.maxTokens > 0) yield* write(request, samples, sampler);
    else yield* samples.map(complete);
  }
}

/** Writes the samples of one batch side by side until all are complete. */
async function* write<State extends DecoderState>(
  request: GenerationRequest<State>,
  samples: readonly Sample[],
  sampler: Sampler,
): AsyncGenerator<GenerationEvent, void, void> {
  const rows = new DecoderRows(request.decoder, request.signal);
  const logits = await rows.start(request.prompt);
  const origins = new Int32Array(samples.length); // the prompt's single row is where every sample begins
  for await (const grown of writeSamples({ rows, logits, origins, samples, sampler })) {
    for (const { sample, text } of grown) {
      if (text !== "") yield { type: "text", sample: sample.index, text };
      if (sample.finishReason !== null) yield complete(sample);
    }
  }
}

function complete(sample: Sample): SampleEvent {
  const { index, text, tokens, logProbabilities, finishReason } = sample;
  if (finishReason === null) throw new WordloomError("internal", "A sample was handed out before it was complete.");
  const event: SampleEvent = { type: "sample", sample: index, text, tokens, finishReason };
  return logProbabilities === null ? event : { ...event, logProbabilities };
}

function checkTokens(where: string, tokens: ArrayLike<number>, vocabularySize: number): void {
  for (let i = 0; i < tokens.length; i++) {
    if (Number.isInteger(tokens[i]) && tokens[i] >= 0 && tokens[i] < vocabularySize) continue;
    throw new WordloomError(
      "invalid_argument",
      `The ${where} has the token ${tokens[i]}, which the model's vocabulary of ${vocabularySize} tokens does not have; use the tokenizer that the model was trained with.`,
    );
  }
}
