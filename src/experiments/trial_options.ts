// From one combination of a grid to the complete options of its training, the same on every machine.

import type { Family, TrainOptionsInput } from "../api/train_options.js";
import { largestDivisor } from "../api/training_settings.js";
import type { Settings } from "./sweep_grid.js";

/** Of language models whose sizes the grid leaves open: `train` would choose them by the speed of the machine. */
const TRANSFORMER_SIZES = { layers: 4, heads: 4, width: 128 };
const RECURRENT_SIZES = { layers: 1, width: 128 };

/** What all trainings of a sweep have. */
export interface SharedOptions {
  readonly data: string;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  /** Such that each rung has an evaluation; null for what `train` does unasked. */
  readonly evaluateEvery: number | null;
}

function sizesOf(family: Family, { layers, heads, width }: { readonly layers?: number; readonly heads?: number; readonly width?: number }): Settings {
  switch (family) {
    case "transformer": {
      const wide = width ?? (heads === undefined ? TRANSFORMER_SIZES.width : heads * Math.ceil(TRANSFORMER_SIZES.width / heads));
      return { layers: layers ?? TRANSFORMER_SIZES.layers, heads: heads ?? largestDivisor(wide, TRANSFORMER_SIZES.heads), width: wide };
    }
    case "rnn":
    case "lstm":
    case "gru":
      return { layers: layers ?? RECURRENT_SIZES.layers, width: width ?? RECURRENT_SIZES.width };
    default:
      return {}; // chosen by the data alone
  }
}

/** @param settings constants and varied ones together, @param family what they make of the data */
export function trialOptions({ data, steps, seed, threads, evaluateEvery }: SharedOptions, settings: Settings, family: Family): TrainOptionsInput {
  return {
    data,
    family,
    ...sizesOf(family, settings),
    ...(evaluateEvery === null ? {} : { evaluateEvery }),
    ...settings,
    steps,
    seed,
    threads,
  } as TrainOptionsInput;
}
