// Events of an imaginary run of 2,000 steps at 20 steps a second, for tests.
import type { EndEvent, EvaluationEvent, ProgressEvent, StartEvent } from "../../../training/events.js";

export const start: StartEvent = {
  type: "start",
  run: "runs/poems",
  family: "lstm",
  parameters: 81_234,
  vocabularySize: 65,
  trainingTokens: 1_003_854,
  validationTokens: 111_540,
  tokensPerStep: 768,
  step: 0,
  totalSteps: 2000,
  totalSeconds: null,
  threads: 4,
  device: "cpu",
};

export const progress = (step: number, rest: Partial<ProgressEvent> = {}): ProgressEvent => ({
  type: "progress",
  step,
  totalSteps: 2000,
  seconds: step / 20,
  totalSeconds: null,
  trainLoss: 4 - step / 1000,
  learningRate: 0.001,
  stepsPerSecond: 20,
  tokensPerSecond: 15_360,
  secondsLeft: (2000 - step) / 20,
  ...rest,
});

export const evaluation = (step: number, rest: Partial<EvaluationEvent> = {}): EvaluationEvent => ({
  type: "evaluation",
  step,
  seconds: step / 20,
  trainLoss: 4 - step / 1000,
  validationLoss: 4.1 - step / 1000,
  learningRate: 0.001,
  tokensPerSecond: 15_360,
  best: true,
  sample: "Once upon\na time",
  ...rest,
});

export const end: EndEvent = {
  type: "end",
  run: "runs/poems",
  family: "gpt2",
  reason: "steps",
  step: 2000,
  seconds: 100,
  bestStep: 1500,
  bestValidationLoss: 2.6,
};
