// The small layers: embedding, linear maps in both storage orders, normalisations.

import { add, gather, layerNormalization, matmul, mul, rmsNormalization, transpose, type Tensor } from "../tensor/index.js";
import { constantValue, type Initializer } from "./initializer.js";
import { Module, Parameter } from "./module.js";

/** A table of vectors, one a token: weight (V, D). */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(size: number, width: number, initializer: Initializer) {
    super();
    this.weight = new Parameter([size, width], initializer);
  }

  /** Vectors (..., D) of the int64 tokens (...). */
  forward(tokens: Tensor): Tensor {
    return gather(this.weight.tensor, tokens);
  }

  /** Vectors (T, B, D), time first, of the int64 tokens (B, T). */
  timeFirst(tokens: Tensor): Tensor {
    return this.forward(transpose(tokens, [1, 0]));
  }
}

/** x·Wᵀ + b with the weight stored (out, in), as torch.nn.Linear does. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  /** @param biasStart how the bias starts, where there is one */
  constructor(inputWidth: number, outputWidth: number, initializer: Initializer, bias: boolean, biasStart: Initializer = constantValue(0)) {
    super();
    this.weight = new Parameter([outputWidth, inputWidth], initializer);
    this.bias = bias ? new Parameter([outputWidth], biasStart) : null;
  }

  /** x (..., in) → (..., out) */
  forward(x: Tensor): Tensor {
    const product = matmul(x, this.weight.tensor, { transposeB: true });
    return this.bias ? add(product, this.bias.tensor) : product;
  }
}

/** x·W + b with the weight stored (in, out), as GPT-2's checkpoints do. */
export class Conv1D extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(inputWidth: number, outputWidth: number, initializer: Initializer) {
    super();
    this.weight = new Parameter([inputWidth, outputWidth], initializer);
    this.bias = new Parameter([outputWidth], constantValue(0));
  }

  /**
   * x (..., in) → (..., out)
   * @param inputScale what x is taken times, and @param outputScale what the result is taken times; both within the product
   */
  forward(x: Tensor, { inputScale = 1, outputScale = 1 }: { inputScale?: number; outputScale?: number } = {}): Tensor {
    const bias = outputScale === 1 ? this.bias.tensor : mul(this.bias.tensor, outputScale);
    return add(matmul(x, this.weight.tensor, { alpha: inputScale * outputScale }), bias);
  }
}

/** Layer normalisation over the last axis (Ba et al. 2016). */
export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(width: number, private readonly epsilon: number) {
    super();
    this.weight = new Parameter([width], constantValue(1));
    this.bias = new Parameter([width], constantValue(0));
  }

  forward(x: Tensor): Tensor {
    return layerNormalization(x, this.weight.tensor, this.bias.tensor, this.epsilon);
  }
}

/** Root-mean-square normalisation over the last axis (Zhang and Sennrich 2019). */
export class RmsNorm extends Module {
  readonly weight: Parameter;

  constructor(width: number, private readonly epsilon: number) {
    super();
    this.weight = new Parameter([width], constantValue(1));
  }

  forward(x: Tensor): Tensor {
    return rmsNormalization(x, this.weight.tensor, this.epsilon);
  }
}
