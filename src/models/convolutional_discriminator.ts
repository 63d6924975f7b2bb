// The convolutional discriminator: which short patterns of words occur in a text, wherever they stand.

import { concat, split, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { Highway } from "../nn/highway.js";
import { PooledConvolution } from "../nn/pooled_convolution.js";
import type { TraceContext } from "../nn/trace_context.js";
import { Discriminator, type DiscriminatorSizes } from "./discriminator.js";

/** Windows in words, and how many filters each has. */
export interface ConvolutionBank {
  readonly windows: readonly number[];
  readonly filters: readonly number[];
}

/** A small bank that is good enough for short texts. */
export const SMALL_BANK: ConvolutionBank = { windows: [1, 2, 3, 4, 5], filters: [100, 100, 100, 100, 100] };

/** The bank of Yu et al. 2017 ("SeqGAN"), table 4, for texts of 20 words. */
export const SEQGAN_BANK: ConvolutionBank = {
  windows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20],
  filters: [100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160],
};

export interface ConvolutionalDiscriminatorConfig extends DiscriminatorSizes, ConvolutionBank {}

/** So many rows at once leave the windows and what they give in the processor's cache; more rows go piece by piece. */
const ROWS_AT_ONCE = 64;
/** Up to this many rows one piece costs no more than several. */
const ROWS_IN_ONE = 256;

/**
 * Convolutions of several widths with their maximum over time (Kim 2014), a highway layer and a linear one (Yu et al. 2017,
 * section 3.3). A window counts if it lies within the text, or is the first of a text that is shorter.
 */
export class ConvolutionalDiscriminator extends Discriminator {
  readonly convolutions: readonly PooledConvolution[];
  readonly highway: Highway;

  /** @throws WordloomError "invalid_argument" unless there are as many windows as numbers of filters */
  constructor(config: ConvolutionalDiscriminatorConfig) {
    const { windows, filters, embeddingWidth } = config;
    if (windows.length === 0 || windows.length !== filters.length) {
      throw new WordloomError("invalid_argument", `A bank of ${windows.length} windows and ${filters.length} numbers of filters does not fit; give each window its number.`);
    }
    const width = filters.reduce((total, count) => total + count, 0);
    super(config, width);
    this.convolutions = windows.map((window, i) => new PooledConvolution(window, embeddingWidth, filters[i]));
    this.highway = new Highway(width);
  }

  protected features(embedded: Tensor, mask: Tensor | null, _context: TraceContext): Tensor {
    const rows = embedded.shape[0] as number;
    const sizes = rows <= ROWS_IN_ONE ? [rows] : Array.from({ length: Math.ceil(rows / ROWS_AT_ONCE) }, (_, i) => Math.min(ROWS_AT_ONCE, rows - i * ROWS_AT_ONCE));
    const masks = mask && split(mask, 0, sizes);
    const pooled = split(embedded, 0, sizes).map((piece, i) => concat(this.convolutions.map((convolution) => convolution.forward(piece, masks && masks[i])), 1));
    return this.highway.forward(concat(pooled, 0));
  }
}
