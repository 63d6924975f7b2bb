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
  /** A variational autoencoder with labels: the one of what is written; all in turn unless given. */
  readonly label?: string;
  /** A variational autoencoder: texts followed side by side from each point; 1 unless given. */
  readonly beams?: number;
};

/** Any of these but the seed given, words are drawn at random instead of searched for. */
export interface DrawOptions {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
}

/** How texts are written from points of a latent space: greedily unless beams or a temperature and the like are given. */
export interface LatentWriteOptions extends DrawOptions {
  /** Texts followed side by side. */
  readonly beams?: number;
  /** The most tokens of a text; as many as the model holds unless given. */
  readonly maxTokens?: number;
  /** Of a model with labels: the one of what is read or written; the likeliest of what is read unless given. */
  readonly label?: string;
}

/** How texts are made of sources. */
export interface ConvertOptions extends DrawOptions {
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

/** How sentences are read that are encoded in parts. */
export interface ReadSentencesOptions {
  /** The number of the first text among all, from 1: with the seed it decides what is drawn. */
  readonly first?: number;
  /** What each text is called in messages. */
  readonly names?: readonly string[];
  /** Of a model with labels: the one of each text. */
  readonly labels?: readonly string[];
}

/** How the sentences that a variational autoencoder is measured on are read, and how closely they are looked at. */
export interface EvaluateLatentOptions {
  readonly column?: string;
  /** The column of labels, of a model that knows labels; training's unless given. */
  readonly label?: string;
  /** Points of each sentence in the importance-weighted bound; 500 unless given. */
  readonly importanceSamples?: number;
  /** The most sentences that the bound is taken of; 1,000 unless given. */
  readonly importanceSentences?: number;
  readonly signal?: AbortSignal;
  /** Hears how far the two long stages are. */
  readonly onProgress?: (progress: { readonly stage: string; readonly done: number; readonly total: number }) => void;
}

export interface EvaluateOptions {
  readonly lines?: boolean;
  readonly column?: string;
  readonly signal?: AbortSignal;
}

/** How texts are written to be measured: drawn at temperature 1 unless told otherwise. */
export interface EvaluateSamplesOptions extends DrawOptions {
  readonly lines?: boolean;
  readonly column?: string;
  /** How many texts; 500 unless given, but no more than there are real ones to compare with. */
  readonly samples?: number;
  /** Whether that also bounds a number that is given. */
  readonly atMostReal?: boolean;
  /** The training text, to look for copies in; one of its name and contents here or beside the data unless given. */
  readonly training?: string;
  readonly signal?: AbortSignal;
  /** Hears how far writing and measuring are. */
  readonly onProgress?: (progress: { readonly stage: string; readonly done: number; readonly total: number }) => void;
}

/** How the sentences that are placed in a latent space are read. */
export interface ExplainLatentOptions {
  readonly column?: string;
  /** The column of labels, of a model that knows labels; training's unless given. */
  readonly label?: string;
  readonly signal?: AbortSignal;
}

/** Which token's probability is explained: its number from 1 in the text, the last one of the text, or each in turn. */
export type ExplainedToken = number | "last" | "all";

/** How a text is explained. */
export interface ExplainOptions {
  /** Whose probability saliency explains, of what is read or, of a source, written; each in turn of up to 64, of more the last, unless given. */
  readonly token?: ExplainedToken;
  /**
   * A model of pairs or a variational autoencoder: the text whose writing is explained; what a model of pairs itself makes of
   * the source, or the sentence itself, unless given.
   */
  readonly target?: string;
  /** A model of pairs. */
  readonly targetLanguage?: string;
  readonly beams?: number;
  /** A model of pairs: the one part that is wanted, attention or the reading with its saliency; both unless given. */
  readonly only?: "attention" | "reading";
  /** A variational autoencoder with labels: the sentence's; the likeliest unless given. */
  readonly label?: string;
}
