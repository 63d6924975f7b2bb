// What may be asked of a trained model.

import type { SamplingOptionsInput } from "../generation/sampling_options.js";
import type { Device } from "../runtime/backend.js";

/** How a run is opened. */
export interface LoadOptions {
  readonly device?: Device;
  /** Threads inside one operator; all cores unless given. */
  readonly threads?: number;
}

/** Sampling options and the text to continue. */
export type GenerateOptions = Omit<SamplingOptionsInput, "forbiddenTokens" | "endTokens"> & {
  /** The text to continue; nothing to begin anew. */
  readonly prompt?: string;
};

export interface EvaluateOptions {
  readonly lines?: boolean;
  readonly column?: string;
  readonly signal?: AbortSignal;
}
