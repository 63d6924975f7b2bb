// The Llama dialect, on disk exactly a LlamaForCausalLM: rotary positions, RMSNorm, SwiGLU, grouped-query heads.

import { add, gather, mul, silu, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { asRows, mergeHeads, rotaryTables, rotate, splitGroupedHeads, splitHeads, type Frame } from "../nn/attention.js";
import { transformerInitializers } from "../nn/initializer.js";
import { Embedding, Linear, RmsNorm } from "../nn/layers.js";
import { Module, Parameter } from "../nn/module.js";
import type { TraceContext } from "../nn/trace_context.js";
import { OutputHead, residualName, TransformerLanguageModel, type Attend, type Positions } from "./transformer.js";

export interface LlamaConfig {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; a divisor of heads. */
  readonly keyValueHeads: number;
  readonly width: number;
  /** Width inside the feed-forward part. */
  readonly feedForwardWidth: number;
  readonly dropout: number;
  readonly tieEmbeddings: boolean;
  readonly epsilon: number;
  /** Base of the rotary frequencies; 10000 in the paper. */
  readonly ropeTheta: number;
}

interface Rotation {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

class SelfAttention extends Module {
  readonly q_proj: Linear;
  readonly k_proj: Linear;
  readonly v_proj: Linear;
  readonly o_proj: Linear;

  constructor(private readonly config: LlamaConfig) {
    super();
    const { width, heads, keyValueHeads, layers } = config;
    const { matrix, residual } = transformerInitializers(width, layers);
    const keyValueWidth = (width / heads) * keyValueHeads;
    this.q_proj = new Linear(width, width, matrix, false);
    this.k_proj = new Linear(width, keyValueWidth, matrix, false);
    this.v_proj = new Linear(width, keyValueWidth, matrix, false);
    this.o_proj = new Linear(width, width, residual, false);
  }

  forward(x: Tensor, frame: Frame, { cos, sin }: Rotation, attention: Attend, context: TraceContext): Tensor {
    const { heads, keyValueHeads, dropout } = this.config;
    const group = heads / keyValueHeads;
    // One shape for all three: where several queries share a key, the key's group has a size of 1 and is broadcast.
    const inHeads = (part: Tensor, size: number): Tensor => (group === 1 ? splitHeads(part, heads, frame) : splitGroupedHeads(part, keyValueHeads, size, frame));
    const q = rotate(inHeads(this.q_proj.forward(x), group), cos, sin);
    const k = rotate(inHeads(this.k_proj.forward(x), 1), cos, sin);
    const v = inHeads(this.v_proj.forward(x), 1);
    return context.dropout(this.o_proj.forward(mergeHeads(attention(q, k, v, dropout), frame, x.shape)), dropout);
  }
}

class FeedForward extends Module {
  readonly gate_proj: Linear;
  readonly up_proj: Linear;
  readonly down_proj: Linear;

  constructor(private readonly config: LlamaConfig) {
    super();
    const { width, feedForwardWidth, layers } = config;
    const { matrix, residual } = transformerInitializers(width, layers);
    this.gate_proj = new Linear(width, feedForwardWidth, matrix, false);
    this.up_proj = new Linear(width, feedForwardWidth, matrix, false);
    this.down_proj = new Linear(feedForwardWidth, width, residual, false);
  }

  /** SwiGLU (Shazeer 2020, eq. 5) */
  forward(x: Tensor, context: TraceContext): Tensor {
    return context.dropout(this.down_proj.forward(mul(silu(this.gate_proj.forward(x)), this.up_proj.forward(x))), this.config.dropout);
  }
}

class Layer extends Module {
  readonly input_layernorm: RmsNorm;
  readonly self_attn: SelfAttention;
  readonly post_attention_layernorm: RmsNorm;
  readonly mlp: FeedForward;

  constructor(config: LlamaConfig) {
    super();
    this.input_layernorm = new RmsNorm(config.width, config.epsilon);
    this.self_attn = new SelfAttention(config);
    this.post_attention_layernorm = new RmsNorm(config.width, config.epsilon);
    this.mlp = new FeedForward(config);
  }

  forward(x: Tensor, frame: Frame, rotation: Rotation, attention: Attend, context: TraceContext): Tensor {
    const attended = add(x, this.self_attn.forward(this.input_layernorm.forward(x), frame, rotation, attention, context));
    return add(attended, this.mlp.forward(this.post_attention_layernorm.forward(attended), context));
  }
}

class LlamaBody extends Module {
  readonly embed_tokens: Embedding;
  readonly layers: readonly Layer[];
  readonly norm: RmsNorm;

  constructor(config: LlamaConfig) {
    super();
    const { matrix } = transformerInitializers(config.width, config.layers);
    this.embed_tokens = new Embedding(config.vocabularySize, config.width, matrix);
    this.layers = Array.from({ length: config.layers }, () => new Layer(config));
    this.norm = new RmsNorm(config.width, config.epsilon);
  }
}

/** Touvron et al. 2023, "LLaMA", section 2.2; grouped queries after Ainslie et al. 2023. */
export class LlamaLanguageModel extends TransformerLanguageModel {
  readonly model: LlamaBody;
  readonly lm_head: OutputHead;

  constructor(private readonly config: LlamaConfig) {
    super(config);
    const { width, heads, keyValueHeads } = config;
    if (width % heads !== 0 || (width / heads) % 2 !== 0) {
      throw new WordloomError("invalid_argument", `The width ${width} must be an even multiple of the ${heads} heads, since rotary positions turn pairs.`);
    }
    if (heads % keyValueHeads !== 0) {
      throw new WordloomError("invalid_argument", `${heads} heads cannot share ${keyValueHeads} key-value heads evenly; choose a divisor.`);
    }
    this.model = new LlamaBody(config);
    const { matrix } = transformerInitializers(width, config.layers);
    this.lm_head = new OutputHead(config.tieEmbeddings ? this.model.embed_tokens.weight : new Parameter([config.vocabularySize, width], matrix));
  }

  embed(tokens: Tensor): Tensor {
    return this.model.embed_tokens.forward(tokens);
  }

  protected residual(embedded: Tensor, frame: Frame, positions: Positions, attendLayer: (layer: number) => Attend, context: TraceContext): Tensor {
    const rotation = this.rotation(positions, embedded);
    let x = asRows(context.dropout(embedded, this.config.dropout));
    context.recordStates(residualName(0), x);
    this.model.layers.forEach((layer, index) => {
      x = layer.forward(x, frame, rotation, attendLayer(index), context);
      context.recordStates(residualName(index + 1), x);
    });
    return x;
  }

  protected normalize(residual: Tensor): Tensor {
    return this.model.norm.forward(residual);
  }

  private rotation(positions: Positions, like: Tensor): Rotation {
    const { length } = positions;
    const tables = rotaryTables(length ?? this.contextLength, this.config.width / this.config.heads, this.config.ropeTheta, like.dtype);
    return length === null ? { cos: gather(tables.cos, positions.indices), sin: gather(tables.sin, positions.indices) } : tables;
  }
}
