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

/** How texts are made of sources. */
export interface ConvertOptions {
  /** Unfinished texts kept a source; 1 is greedy decoding; 5 unless given. */
  readonly beams?: number;
  /** How many texts to give for each source. */
  readonly nBest?: number;
  /** Exponent of the length penalty (Wu et al. 2016, eq. 14); 1 unless given. */
  readonly lengthPenalty?: number;
  /**
   * Above 0, texts that left a part of their source unattended come later: the factor of the coverage penalty (Wu et al.
   * 2016, eq. 14), for models with attention; 0 unless given, and 0.2 is usual.
   */
  readonly coveragePenalty?: number;
  /** Given, texts are drawn at random instead of searched for. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
  /** The most tokens of a text; unless given twice the source's and 16, or as many as training's longest target has if that is more. */
  readonly maxTokens?: number;
  /** Of a model of several languages: the one to write. */
  readonly targetLanguage?: string;
  /** Also give which source token each output token came from. */
  readonly alignments?: boolean;
  /** Sources decoded side by side, 64 unless given. */
  readonly batchSize?: number;
}

/** How pairs are read and their sources converted to measure a model of pairs. */
export interface EvaluatePairsOptions extends ConvertOptions {
  readonly targetFile?: string;
  /** Columns by name or number, and the view of the embedded stories; those of training unless given. */
  readonly source?: string;
  readonly target?: string;
  readonly language?: string;
  readonly view?: "summary" | "chinese";
  /** Of an embedded task: how many pairs to draw. */
  readonly stories?: number;
  /** BLEU's tokenizer; unless given "zh" for Chinese targets, "char" for those of other scripts without spaces, as Japanese and Thai, and "13a" for others. */
  readonly bleuTokenizer?: "13a" | "zh" | "char" | "none";
  readonly signal?: AbortSignal;
  /** Hears how many sources are converted. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface EvaluateOptions {
  readonly lines?: boolean;
  readonly column?: string;
  readonly signal?: AbortSignal;
}

/** How attention is explained. */
export interface ExplainOptions {
  /** A model of pairs: the text whose writing is explained; what the model itself makes of the source unless given. */
  readonly target?: string;
  readonly targetLanguage?: string;
  readonly beams?: number;
}
