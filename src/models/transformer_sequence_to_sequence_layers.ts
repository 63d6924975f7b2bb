// The layers of Transformers that read a text and write one, with the parameter names and shapes of torch.nn.Transformer's.

import { add, constant, matmul, relu, split, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { attend, mergeHeads, splitHeads, splitHeadSets, type Frame } from "../nn/attention.js";
import { constantValue, xavierUniform } from "../nn/initializer.js";
import { LayerNorm, Linear } from "../nn/layers.js";
import { Module, Parameter } from "../nn/module.js";
import type { TraceContext } from "../nn/trace_context.js";

export interface TransformerLayerSizes {
  readonly heads: number;
  /** Width of the residual stream; a multiple of heads. */
  readonly width: number;
  readonly feedForwardWidth: number;
  readonly dropout: number;
  /** Where layers are normalised: before each part (Xiong et al. 2020) or after it (Vaswani et al. 2017). */
  readonly normFirst: boolean;
  readonly epsilon: number;
}

/** Sinusoids (length, width), each pair of columns sine and cosine of one frequency (Vaswani et al. 2017, section 3.5). */
export function sinusoids(length: number, width: number, dtype: DataType): Tensor {
  const values = Float64Array.from({ length: length * width }, (_, i) => {
    const [position, column] = [Math.floor(i / width), i % width];
    const angle = position / 10000 ** ((2 * Math.floor(column / 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return constant(values, [length, width], dtype);
}

/** Whole texts as vectors (T, B, D), time first, whose rows are a stream (T·B, D). */
export const timeFirst = ({ shape: [length, rows] }: Tensor): Frame => ({ shape: [length, rows], timeFirst: true });

/** Attention to the part's own stream, given its queries, keys and values (B, heads, T, d). */
export type SelfAttend = (q: Tensor, k: Tensor, v: Tensor) => Tensor;

/** How a decoder layer attends to what is written, and, given queries (B, heads, T, d), to the source. */
export interface DecoderAttention {
  readonly written: SelfAttend;
  readonly source: (q: Tensor) => Tensor;
}

/** torch.nn.MultiheadAttention: queries, keys and values in one weight (3·D, D). */
class MultiheadAttention extends Module {
  readonly in_proj_weight: Parameter;
  readonly in_proj_bias: Parameter;
  readonly out_proj: Linear;

  /** @throws WordloomError "invalid_argument" for a width that is no multiple of heads */
  constructor(private readonly width: number, private readonly heads: number) {
    super();
    if (width % heads !== 0) throw new WordloomError("invalid_argument", `The width ${width} cannot be divided among ${heads} heads; choose a multiple.`);
    this.in_proj_weight = new Parameter([3 * width, width], xavierUniform(width, 3 * width));
    this.in_proj_bias = new Parameter([3 * width], constantValue(0));
    this.out_proj = new Linear(width, width, xavierUniform(width, width), true);
  }

  /** Queries, keys and values of one stream: 3 × (B, heads, T, d). */
  queriesKeysValues(x: Tensor, frame: Frame): readonly Tensor[] {
    const projected = add(matmul(x, this.in_proj_weight.tensor, { transposeB: true }), this.in_proj_bias.tensor);
    return splitHeadSets(projected, 3, this.heads, frame);
  }

  /** Queries alone, for keys and values that come from elsewhere: (B, heads, T, d). */
  queries(x: Tensor, frame: Frame): Tensor {
    return splitHeads(this.projectPart(x, 0), this.heads, frame);
  }

  /** Keys and values of what other streams attend to: 2 × (B, heads, S, d). */
  keysValues(memory: Tensor, frame: Frame): readonly Tensor[] {
    return splitHeadSets(this.projectPart(memory, 1), 2, this.heads, frame);
  }

  /** From heads (B, heads, T, d) back to a stream of the given shape. */
  output(heads: Tensor, frame: Frame, shape: Shape): Tensor {
    return this.out_proj.forward(mergeHeads(heads, frame, shape));
  }

  /** x times the weight's rows for queries (part 0), or for keys and values (part 1). */
  private projectPart(x: Tensor, part: 0 | 1): Tensor {
    const [weight, bias] = [this.in_proj_weight, this.in_proj_bias].map(({ tensor }) => split(tensor, 0, [this.width, 2 * this.width])[part]);
    return add(matmul(x, weight, { transposeB: true }), bias);
  }
}

/** What layers of both kinds have: self-attention and a feed-forward part. Streams are (T·B, D) or (B, T, D). */
abstract class TransformerLayer extends Module {
  readonly self_attn: MultiheadAttention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;

  constructor(private readonly sizes: TransformerLayerSizes) {
    super();
    const { width, heads, feedForwardWidth, epsilon } = sizes;
    this.self_attn = new MultiheadAttention(width, heads);
    this.linear1 = new Linear(width, feedForwardWidth, xavierUniform(width, feedForwardWidth), true);
    this.linear2 = new Linear(feedForwardWidth, width, xavierUniform(feedForwardWidth, width), true);
    this.norm1 = new LayerNorm(width, epsilon);
    this.norm2 = new LayerNorm(width, epsilon);
  }

  /** Adds what a part makes of the stream to the stream, normalised before or after. */
  protected residual(x: Tensor, norm: LayerNorm, part: (input: Tensor) => Tensor, context: TraceContext): Tensor {
    const { normFirst, dropout } = this.sizes;
    if (normFirst) return add(x, context.dropout(part(norm.forward(x)), dropout));
    return norm.forward(add(x, context.dropout(part(x), dropout)));
  }

  protected selfAttention(x: Tensor, frame: Frame, selfAttend: SelfAttend, context: TraceContext): Tensor {
    const part = (input: Tensor): Tensor => {
      const [q, k, v] = this.self_attn.queriesKeysValues(input, frame);
      return this.self_attn.output(selfAttend(q, k, v), frame, input.shape);
    };
    return this.residual(x, this.norm1, part, context);
  }

  protected feedForward(x: Tensor, norm: LayerNorm, context: TraceContext): Tensor {
    const part = (input: Tensor): Tensor => this.linear2.forward(context.dropout(relu(this.linear1.forward(input)), this.sizes.dropout));
    return this.residual(x, norm, part, context);
  }
}

class EncoderLayer extends TransformerLayer {
  forward(x: Tensor, frame: Frame, selfAttend: SelfAttend, context: TraceContext): Tensor {
    return this.feedForward(this.selfAttention(x, frame, selfAttend, context), this.norm2, context);
  }
}

class DecoderLayer extends TransformerLayer {
  readonly multihead_attn: MultiheadAttention;
  readonly norm3: LayerNorm;

  constructor(sizes: TransformerLayerSizes) {
    super(sizes);
    this.multihead_attn = new MultiheadAttention(sizes.width, sizes.heads);
    this.norm3 = new LayerNorm(sizes.width, sizes.epsilon);
  }

  forward(x: Tensor, frame: Frame, attention: DecoderAttention, context: TraceContext): Tensor {
    const written = this.selfAttention(x, frame, attention.written, context);
    const part = (input: Tensor): Tensor => this.multihead_attn.output(attention.source(this.multihead_attn.queries(input, frame)), frame, input.shape);
    return this.feedForward(this.residual(written, this.norm2, part, context), this.norm3, context);
  }
}

/** Only streams that are normalised before each part still have to be at the end. */
const finalNorm = ({ normFirst, width, epsilon }: TransformerLayerSizes): LayerNorm | null => (normFirst ? new LayerNorm(width, epsilon) : null);

/** Layers of self-attention; who attends to what, the caller says. */
export class SelfAttentionStack extends Module {
  readonly layers: readonly EncoderLayer[];
  readonly norm: LayerNorm | null;

  /** @throws WordloomError "invalid_argument" for a width that is no multiple of heads */
  constructor(protected readonly sizes: TransformerLayerSizes, layers: number) {
    super();
    this.layers = Array.from({ length: layers }, () => new EncoderLayer(sizes));
    this.norm = finalNorm(sizes);
  }

  /**
   * @param x embedded tokens (T·B, D) or (B, T, D), laid out as the frame says
   * @param attention of a layer, by its index
   * @returns the last layer's outputs, shaped as x
   */
  pass(x: Tensor, frame: Frame, attention: (layer: number) => SelfAttend, context: TraceContext): Tensor {
    const outputs = this.layers.reduce((hidden, layer, i) => layer.forward(hidden, frame, attention(i), context), x);
    return this.norm?.forward(outputs) ?? outputs;
  }
}

export class TransformerEncoder extends SelfAttentionStack {
  /**
   * @param x embedded tokens (S·B, D) or (B, S, D), laid out as the frame says
   * @param mask added to the scores: (B, 1, 1, S); null for none
   * @returns the memory, shaped as x
   */
  forward(x: Tensor, frame: Frame, mask: Tensor | null, context: TraceContext): Tensor {
    const { dropout } = this.sizes;
    const attention = (layer: number): SelfAttend => (q, k, v) => attend(q, k, v, mask, context, { dropout, name: `encoder layer ${layer + 1}` });
    return this.pass(x, frame, attention, context);
  }
}

export class TransformerDecoder extends Module {
  readonly layers: readonly DecoderLayer[];
  readonly norm: LayerNorm | null;

  constructor(sizes: TransformerLayerSizes, layers: number) {
    super();
    this.layers = Array.from({ length: layers }, () => new DecoderLayer(sizes));
    this.norm = finalNorm(sizes);
  }

  /** The source's keys and values in each layer (B, heads, S, d), from the encoder's memory. */
  sourceKeysValues(memory: Tensor, frame: Frame): (readonly Tensor[])[] {
    return this.layers.map((layer) => layer.multihead_attn.keysValues(memory, frame));
  }

  /**
   * @param x embedded tokens (T·B, D) or (B, T, D), laid out as the frame says
   * @param attention of a layer, by its index
   * @returns hidden states before the output layer, shaped as x
   */
  forward(x: Tensor, frame: Frame, attention: (layer: number) => DecoderAttention, context: TraceContext): Tensor {
    const outputs = this.layers.reduce((hidden, layer, i) => layer.forward(hidden, frame, attention(i), context), x);
    return this.norm?.forward(outputs) ?? outputs;
  }
}
