// What both Transformer dialects share: the residual stack over blocks, and decoding with cached keys and values.

import { WordloomError } from "../errors.js";
import { concat, last, matmul, reshape, type Tensor } from "../tensor/index.js";
import { attend, causalMask, type Frame } from "../nn/attention.js";
import type { DecoderGraph, StatePart, StepInputs, TracedStep } from "../nn/decoder_graph.js";
import { Module, type Parameter } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { LanguageModel, type TracedLogits } from "./language_model.js";

/** Attention over what a block's queries, keys and values are at the moment: whole windows, or one step over a cache. */
export type Attend = (q: Tensor, k: Tensor, v: Tensor, dropout: number) => Tensor;

/** Where in the text the tokens stand: 0 to length − 1, time first, while training; at the given indices (T) while decoding. */
export type Positions = { readonly length: number } | { readonly length: null; readonly indices: Tensor };

/** What the residual stream behind so many blocks is recorded as. */
export const residualName = (blocks: number): string => (blocks === 0 ? "embedding" : `layer ${blocks}`);

/** The output layer, without a bias; its weight (V, D) is often the embedding's. */
export class OutputHead extends Module {
  constructor(readonly weight: Parameter) {
    super();
  }

  /** Hidden states (..., D) → logits (..., V). */
  forward(hidden: Tensor): Tensor {
    return matmul(hidden, this.weight.tensor, { transposeB: true });
  }
}

/** Sizes that every dialect has. */
export interface TransformerSizes {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; a divisor of heads. */
  readonly keyValueHeads: number;
  /** Width of the residual stream; a multiple of heads. */
  readonly width: number;
}

/** A decoder-only Transformer; a dialect supplies embedding, blocks and head. */
export abstract class TransformerLanguageModel extends LanguageModel {
  abstract readonly lm_head: OutputHead;

  abstract override embed(tokens: Tensor): Tensor;

  constructor(private readonly sizes: TransformerSizes) {
    super();
  }

  get vocabularySize(): number {
    return this.sizes.vocabularySize;
  }

  get contextLength(): number {
    return this.sizes.contextLength;
  }

  /**
   * The residual stream behind the last block, of embeddings laid out as `frame` says: (·, ·, D) or as rows (B·T, D).
   * `attendLayer(l)` is the attention of layer l; what stands between the blocks is recorded.
   */
  protected abstract residual(embedded: Tensor, frame: Frame, positions: Positions, attendLayer: (layer: number) => Attend, context: TraceContext): Tensor;

  /** The normalisation in front of the head. */
  protected abstract normalize(residual: Tensor): Tensor;

  /**
   * What the head makes of a residual stream (..., D), the last or one between two blocks: logits (..., V). Of the latter
   * it is the logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens").
   */
  predict(residual: Tensor): Tensor {
    return this.lm_head.forward(this.normalize(residual));
  }

  read(embedded: Tensor, restart: Tensor, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLogits {
    const [length, rows] = embedded.shape as readonly number[];
    if (length > this.contextLength) {
      throw new WordloomError("shape_mismatch", `A window of ${length} tokens does not fit the model's context of ${this.contextLength}; use a shorter window.`);
    }
    const mask = causalMask(length, restart.dtype);
    const attention = (layer: number): Attend => (q, k, v, dropout) => attend(q, k, v, mask, context, { dropout, name: `layer ${layer + 1}` });
    const residual = this.residual(embedded, { shape: [length, rows], timeFirst: true }, { length }, attention, context);
    const normal = this.normalize(residual);
    return { logits: this.lm_head.forward(reshape(normal, [rows * length, this.sizes.width])), carried: {} };
  }

  decoder(): DecoderGraph {
    const { layers, heads, keyValueHeads, width } = this.sizes;
    const shape = [this.contextLength, width / heads];
    // Where several queries share a key, the key's group has an axis of its own (see `splitGroupedHeads`).
    const part: StatePart =
      heads === keyValueHeads ? { kind: "appended", axis: 1, shape: [heads, ...shape] } : { kind: "appended", axis: 2, shape: [keyValueHeads, 1, ...shape] };
    const names = Array.from({ length: layers }, (_, layer) => [`key${layer}`, `value${layer}`]).flat();
    return {
      vocabularySize: this.vocabularySize,
      contextLength: this.contextLength,
      state: Object.fromEntries(names.map((name) => [name, part])),
      step: (inputs) => this.decode(inputs, true),
      prefill: (inputs) => this.decode(inputs, false),
    };
  }

  private decode({ tokens, positions, mask, state }: StepInputs, cached: boolean): TracedStep {
    const context = new TraceContext(false);
    const appended: Record<string, Tensor> = {};
    const residual = this.residual(
      this.embed(tokens),
      { shape: tokens.shape, timeFirst: false },
      { length: null, indices: positions },
      (layer) => (q, k, v) => {
        appended[`key${layer}`] = k;
        appended[`value${layer}`] = v;
        const axis = k.rank - 2;
        const keys = cached ? concat([state[`key${layer}`], k], axis) : k;
        const values = cached ? concat([state[`value${layer}`], v], axis) : v;
        return attend(q, keys, values, mask, context);
      },
      context,
    );
    const [rows, length] = tokens.shape;
    const hidden = this.normalize(residual);
    const width = hidden.shape[hidden.rank - 1];
    // Of one token a text the last is that one, and a gradient can flow through it.
    const final = length === 1 ? hidden : last(reshape(hidden, [rows, length, width]), 1);
    return { logits: this.lm_head.forward(reshape(final, [rows, width])), state: appended };
  }
}
