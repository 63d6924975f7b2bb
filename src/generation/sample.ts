// One text being written: its tokens, its own random stream, what of it may be shown, and why it ended.

import { RandomStream } from "../runtime/random.js";
import type { IncrementalDecoder } from "../text/incremental_decoder.js";
import { SeenTokens } from "./repetition_penalty.js";
import { logProbability, type Sampler } from "./sampler.js";
import type { SamplingOptions } from "./sampling_options.js";
import { StopStrings } from "./stop_strings.js";

/** Why a sample ended: a stop string, the largest number of tokens, or a token that ends a text. */
export type FinishReason = "stop" | "length" | "end";

/** How many of the prompt's last tokens the text decoder sees: more than any character or join of two words spans. */
const textContextLength = 16;

/** A sample that grows by one token at a time. */
export class Sample {
  /** All tokens drawn so far, an end token included. */
  readonly tokens: number[] = [];
  /** The natural log-probability of each token under the model itself; null if not asked for. */
  readonly logProbabilities: number[] | null;
  /** The text shown so far, without the prompt. */
  text = "";
  finishReason: FinishReason | null = null;
  private readonly random: RandomStream;
  private readonly seen: SeenTokens | null;
  private readonly stops: StopStrings;

  /**
   * @param index which of the samples this is; names its random stream
   * @param decoder a fresh one; it is shown the end of the prompt, so that the text joins on as it should
   */
  constructor(
    readonly index: number,
    prompt: ArrayLike<number>,
    private readonly decoder: IncrementalDecoder,
    private readonly options: SamplingOptions,
    vocabularySize: number,
  ) {
    this.random = new RandomStream(options.seed, `sampling ${index}`);
    this.stops = new StopStrings(options.stop);
    this.logProbabilities = options.logProbabilities ? [] : null;
    this.seen = options.repetitionPenalty === 1 ? null : new SeenTokens(vocabularySize);
    for (let i = 0; i < prompt.length; i++) this.seen?.add(prompt[i]);
    for (let i = Math.max(0, prompt.length - textContextLength); i < prompt.length; i++) decoder.push(prompt[i]);
    if (options.maxTokens === 0) this.finishReason = "length";
  }

  /**
   * Draws the next token from a row of logits (rows x vocabularySize).
   * @returns the text that may now be shown; `finishReason` is set if this was the last token
   * @throws WordloomError `non_finite_loss`, see `Sampler.sample`
   */
  extend(sampler: Sampler, logits: Float32Array, row: number): string {
    const token = sampler.sample(logits, row, this.random, this.seen);
    this.tokens.push(token);
    this.seen?.add(token);
    this.logProbabilities?.push(logProbability(logits, row, sampler.vocabularySize, token));
    let shown = "";
    if (this.options.endTokens.includes(token)) this.finishReason = "end";
    else {
      shown = this.stops.push(this.decoder.push(token));
      if (this.tokens.length >= this.options.maxTokens) this.finishReason = "length";
    }
    if (this.finishReason !== null) shown += this.stops.push(this.decoder.finish());
    if (this.stops.stopped) this.finishReason = "stop";
    if (this.finishReason !== null) shown += this.stops.finish();
    this.text += shown;
    return shown;
  }
}
