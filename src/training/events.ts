// What training tells whoever listens: plain objects that pass between threads and print as JSON lines.

/** Why a run ended. */
export type EndReason = "steps" | "minutes" | "converged" | "collapsed" | "interrupted";

/** Emitted once, when everything is ready and the first step is about to run. */
export interface StartEvent {
  readonly type: "start";
  readonly run: string;
  readonly family: string;
  readonly parameters: number;
  readonly vocabularySize: number;
  readonly trainingTokens: number;
  readonly validationTokens: number;
  /** Of a language model: what losses of different tokenizers are converted by. */
  readonly validationCharacters?: number;
  /** Tokens of one optimizer step, about; of pairs the target tokens, without padding. */
  readonly tokensPerStep: number;
  /** The step from which this process goes on: 0 for a new run. */
  readonly step: number;
  readonly totalSteps: number | null;
  readonly totalSeconds: number | null;
  readonly threads: number;
  readonly device: string;
}

/** Emitted a few times a second at most. Losses in nats per token; seconds are of training, over all resumed parts. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly step: number;
  readonly totalSteps: number | null;
  readonly seconds: number;
  readonly totalSeconds: number | null;
  readonly trainLoss: number;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly tokensPerSecond: number;
  /** Estimated seconds left, of the phase where there are several; null where nothing bounds the run. */
  readonly secondsLeft: number | null;
  /** Of a run with phases: the present one, with its first step from 0 and the first behind it. */
  readonly phase?: { readonly name: string; readonly from: number; readonly to: number };
  /** Of a model with a latent variable: mean nats of a sample that its posterior is from the prior. */
  readonly trainDivergence?: number;
  /** Of two networks that compete: the generator's entropy in nats a token, the share of texts that the discriminator tells right, the mean verdict on drawn texts. */
  readonly trainEntropy?: number;
  readonly trainDiscriminatorAccuracy?: number;
  readonly trainReward?: number;
  /** Of the last evaluation, where a run has phases. */
  readonly validationLoss?: number;
  readonly sampleBleu?: number;
  readonly sampleSelfBleu?: number;
}

/** Emitted after each evaluation; its numbers are a line of metrics.jsonl. */
export interface EvaluationEvent {
  readonly type: "evaluation";
  readonly step: number;
  readonly seconds: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly learningRate: number;
  readonly tokensPerSecond: number;
  /** Of a run with phases: the one of the step before, as in `ProgressEvent`. */
  readonly phase?: ProgressEvent["phase"];
  /** Of a model with a latent variable: mean nats of a sample that its posterior is from the prior, nats of a sample that its point says, active dimensions. */
  readonly validationDivergence?: number;
  readonly validationMutualInformation?: number;
  readonly validationActiveUnits?: number;
  /** Of two networks that compete, as in `ProgressEvent`; and BLEU-3 of drawn texts against held-out ones, the other way round, and of drawn and of real texts against each other. */
  readonly trainEntropy?: number;
  readonly trainDiscriminatorAccuracy?: number;
  readonly trainReward?: number;
  readonly sampleBleu?: number;
  readonly sampleBackwardBleu?: number;
  readonly sampleSelfBleu?: number;
  readonly realSelfBleu?: number;
  /** The share of drawn texts that are different. */
  readonly sampleDistinct?: number;
  /** True if this is the lowest validation loss so far; its weights are kept. */
  readonly best: boolean;
  /** A fresh sample of the model's text at this point. */
  readonly sample: string;
}

/** Something a person should know: skipped fields, chosen sizes, a resumed step. */
export interface NoticeEvent {
  readonly type: "notice";
  readonly message: string;
}

/** Emitted once, when the run folder is complete. */
export interface EndEvent {
  readonly type: "end";
  readonly run: string;
  /** The architecture's name, as in the start event. */
  readonly family: string;
  readonly reason: EndReason;
  readonly step: number;
  readonly seconds: number;
  readonly bestStep: number;
  /** The lowest validation loss; of a run that is judged by something else, the lowest of that. */
  readonly bestValidationLoss: number;
  /** What the best weights were chosen by, where that is not the validation loss. */
  readonly judgedBy?: string;
}

export type TrainingEvent = StartEvent | ProgressEvent | EvaluationEvent | NoticeEvent | EndEvent;
