// The GPT-2 dialect, on disk exactly a GPT2LMHeadModel: learned positions, LayerNorm before each part, GELU.

import { add, gather, GELU_SCALE, geluTanh, reshape, scaledGelu, slice, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { asRows, mergeHeads, splitHeadSets, type Frame } from "../nn/attention.js";
import { transformerInitializers } from "../nn/initializer.js";
import { Conv1D, Embedding, LayerNorm } from "../nn/layers.js";
import { Module, Parameter } from "../nn/module.js";
import type { TraceContext } from "../nn/trace_context.js";
import { OutputHead, residualName, TransformerLanguageModel, type Attend, type Positions } from "./transformer.js";

export interface Gpt2Config {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of the residual stream; a multiple of heads. */
  readonly width: number;
  readonly dropout: number;
  /** Use the embedding as the output's weight, as GPT-2 does. */
  readonly tieEmbeddings: boolean;
  /** GPT-2's 1e-5. */
  readonly epsilon: number;
}

class SelfAttention extends Module {
  readonly c_attn: Conv1D;
  readonly c_proj: Conv1D;

  constructor(private readonly config: Gpt2Config) {
    super();
    const { width, layers } = config;
    const { matrix, residual } = transformerInitializers(width, layers);
    this.c_attn = new Conv1D(width, 3 * width, matrix);
    this.c_proj = new Conv1D(width, width, residual);
  }

  forward(x: Tensor, frame: Frame, attention: Attend, context: TraceContext): Tensor {
    const { heads, dropout } = this.config;
    const [q, k, v] = splitHeadSets(this.c_attn.forward(x), 3, heads, frame);
    return context.dropout(this.c_proj.forward(mergeHeads(attention(q, k, v, dropout), frame, x.shape)), dropout);
  }
}

class FeedForward extends Module {
  readonly c_fc: Conv1D;
  readonly c_proj: Conv1D;

  constructor(private readonly config: Gpt2Config) {
    super();
    const { width, layers } = config;
    const { matrix, residual } = transformerInitializers(width, layers);
    this.c_fc = new Conv1D(width, 4 * width, matrix);
    this.c_proj = new Conv1D(4 * width, width, residual);
  }

  forward(x: Tensor, context: TraceContext): Tensor {
    return context.dropout(context.training ? this.trained(x) : this.c_proj.forward(geluTanh(this.c_fc.forward(x))), this.config.dropout);
  }

  /** The same in the steps that the derivative shares. */
  private trained(x: Tensor): Tensor {
    return this.c_proj.forward(scaledGelu(this.c_fc.forward(x, { outputScale: GELU_SCALE })), { inputScale: 1 / GELU_SCALE });
  }
}

class Block extends Module {
  readonly ln_1: LayerNorm;
  readonly attn: SelfAttention;
  readonly ln_2: LayerNorm;
  readonly mlp: FeedForward;

  constructor(config: Gpt2Config) {
    super();
    this.ln_1 = new LayerNorm(config.width, config.epsilon);
    this.attn = new SelfAttention(config);
    this.ln_2 = new LayerNorm(config.width, config.epsilon);
    this.mlp = new FeedForward(config);
  }

  forward(x: Tensor, frame: Frame, attention: Attend, context: TraceContext): Tensor {
    const attended = add(x, this.attn.forward(this.ln_1.forward(x), frame, attention, context));
    return add(attended, this.mlp.forward(this.ln_2.forward(attended), context));
  }
}

class Gpt2Body extends Module {
  readonly wte: Embedding;
  readonly wpe: Embedding;
  readonly h: readonly Block[];
  readonly ln_f: LayerNorm;

  constructor(config: Gpt2Config) {
    super();
    const { matrix } = transformerInitializers(config.width, config.layers);
    this.wte = new Embedding(config.vocabularySize, config.width, matrix);
    this.wpe = new Embedding(config.contextLength, config.width, matrix);
    this.h = Array.from({ length: config.layers }, () => new Block(config));
    this.ln_f = new LayerNorm(config.width, config.epsilon);
  }
}

/** Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3. */
export class Gpt2LanguageModel extends TransformerLanguageModel {
  readonly transformer: Gpt2Body;
  readonly lm_head: OutputHead;

  constructor(private readonly config: Gpt2Config) {
    super({ ...config, keyValueHeads: config.heads });
    if (config.width % config.heads !== 0) {
      throw new WordloomError("invalid_argument", `The width ${config.width} cannot be divided among ${config.heads} heads; choose a multiple.`);
    }
    this.transformer = new Gpt2Body(config);
    const { matrix } = transformerInitializers(config.width, config.layers);
    this.lm_head = new OutputHead(config.tieEmbeddings ? this.transformer.wte.weight : new Parameter([config.vocabularySize, config.width], matrix));
  }

  embed(tokens: Tensor): Tensor {
    return this.transformer.wte.forward(tokens);
  }

  protected residual(embedded: Tensor, frame: Frame, positions: Positions, attendLayer: (layer: number) => Attend, context: TraceContext): Tensor {
    const { wpe, h } = this.transformer;
    const { length } = positions;
    const where = length === null ? gather(wpe.weight.tensor, positions.indices) : reshape(slice(wpe.weight.tensor, 0, 0, length), [length, 1, this.config.width]);
    let x = asRows(context.dropout(add(embedded, where), this.config.dropout));
    context.recordStates(residualName(0), x);
    h.forEach((block, layer) => {
      x = block.forward(x, frame, attendLayer(layer), context);
      context.recordStates(residualName(layer + 1), x);
    });
    return x;
  }

  protected normalize(residual: Tensor): Tensor {
    return this.transformer.ln_f.forward(residual);
  }
}
