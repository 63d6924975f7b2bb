// A convolution over the words of a text and its maximum over time: whether a pattern occurs anywhere.

import { add, concat, filled, matmul, max, mul, relu, reshape, slice, sub, type Tensor } from "../tensor/index.js";
import { constantValue, uniform } from "./initializer.js";
import { Module, Parameter } from "./module.js";

/** Added to what must not be the maximum; far below any real value. */
const MASKED_VALUE = 1e9;

/**
 * `filters` patterns of `window` words, each the largest that any window of the text gives it (Kim 2014, section 2). A text
 * shorter than the window is followed by zeros. The windows are laid side by side, so that the convolution is one product of
 * matrices: on the CPU that is faster than adding up shifted products.
 */
export class PooledConvolution extends Module {
  /** (filters, window·width): the window's first word comes first. */
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(readonly window: number, width: number, readonly filters: number) {
    super();
    this.weight = new Parameter([filters, window * width], uniform(1 / Math.sqrt(window * width)));
    this.bias = new Parameter([filters], constantValue(0));
  }

  /**
   * @param x (B, T, width), zero behind a text's end
   * @param mask (B, T), 1 where a word of the text stands and 0 behind; null where all texts fill all T
   * @returns relu of the largest value over the windows that lie within the text: (B, filters)
   */
  forward(x: Tensor, mask: Tensor | null): Tensor {
    const { window, filters } = this;
    const [rows, length, width] = x.shape as readonly number[];
    const padded = length < window ? concat([x, filled(0, [rows, window - length, width], x.dtype)], 1) : x;
    const places = Math.max(length, window) - window + 1;
    const windows = concat(Array.from({ length: window }, (_, offset) => slice(padded, 1, offset, offset + places)), 2);
    const product = matmul(reshape(windows, [rows * places, window * width]), this.weight.tensor, { transposeB: true });
    const values = reshape(product, [rows, places, filters]);
    // relu and the bias leave the order of values as it is, so they can wait until the maximum has made the tensor small.
    return relu(add(max(mask && places > 1 ? add(values, this.outside(mask, places)) : values, [1]), this.bias.tensor));
  }

  /** (B, places, 1): far below 0 for windows that reach beyond the text, but never for the first. */
  private outside(mask: Tensor, places: number): Tensor {
    const [rows] = mask.shape as readonly number[];
    const within = slice(mask, 1, this.window, this.window + places - 1);
    const penalty = mul(sub(within, 1), MASKED_VALUE);
    return reshape(concat([filled(0, [rows, 1], mask.dtype), penalty], 1), [rows, places, 1]);
  }
}
