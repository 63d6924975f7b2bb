// What a discriminator says of a text token by token: it reads what the generator makes of each beginning.

import { rollOut, rollOutUniforms, type TextDrawing } from "../models/drawn_texts.js";
import { textMask, type Discriminator } from "../models/discriminator.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import type { RandomStream } from "../runtime/random.js";
import { concat, expand, input, reshape, sigmoid, type Tensor } from "../tensor/index.js";
import { uniformNumbers } from "./drawn_batches.js";

export interface RollOutRewardsOptions {
  readonly drawing: TextDrawing;
  readonly rows: number;
  readonly discriminator: Discriminator;
  readonly generatorBuffers: ParameterBuffers;
  readonly discriminatorBuffers: ParameterBuffers;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

/** Monte-Carlo search with the generator as the roll-out policy (Yu et al. 2017, eq. 4). Free it with `release`. */
export class RollOutRewards {
  private constructor(
    private readonly program: Program,
    private readonly options: RollOutRewardsOptions,
  ) {}

  static async compile(options: RollOutRewardsOptions): Promise<RollOutRewards> {
    const { drawing, rows, discriminator, backend, session } = options;
    const { length, endId } = drawing;
    const texts = input("texts", [rows, length], "int64");
    const start = input("start", [rows], "int64");
    const continued = rollOut(drawing, start, texts, input("uniforms", [rollOutUniforms(rows, length)]));
    const all = concat([continued, texts], 0);
    const labels = discriminator.labelCount > 0 ? repeatedLabels(input("labels", [rows], "int64"), length) : undefined;
    const logits = discriminator.score(discriminator.embedTokens(all), textMask(all, endId), labels, new TraceContext(false));
    const rewards = reshape(sigmoid(logits), [length, rows]);
    return new RollOutRewards(await Program.compile({ rewards }, backend, session), options);
  }

  /**
   * How likely the discriminator takes the text to be real once each of its tokens was drawn: (T x N), a mean over
   * `count` roll-outs; that of a last token is of the text itself.
   * @param texts int64 (N, T), @param start int64 (N), @param labels int64 (N), where the discriminator knows labels
   */
  async of(texts: HostTensor, start: HostTensor, labels: HostTensor | undefined, count: number, random: RandomStream): Promise<Float64Array> {
    const { drawing, rows, generatorBuffers, discriminatorBuffers } = this.options;
    const { length } = drawing;
    const total = new Float64Array(length * rows);
    for (let turn = 0; turn < count; turn++) {
      const uniforms = uniformNumbers(rollOutUniforms(rows, length), random);
      const feeds = { ...discriminatorBuffers.feeds(), ...generatorBuffers.feeds(), texts, start, uniforms, ...(labels ? { labels } : {}) };
      const { rewards } = await this.program.run(feeds);
      for (let i = 0; i < total.length; i++) total[i] += (rewards.data[i] as number) / count;
    }
    return total;
  }

  async release(): Promise<void> {
    await this.program.release();
  }
}

function repeatedLabels(labels: Tensor, count: number): Tensor {
  const [rows] = labels.shape as readonly number[];
  return reshape(expand(reshape(labels, [1, rows]), [count, rows]), [count * rows]);
}

/** Labels of texts as a tensor. */
export const labelsTensor = (labels: readonly number[]): HostTensor => hostTensor(BigInt64Array.from(labels, BigInt), [labels.length]);
