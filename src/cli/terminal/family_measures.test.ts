// That what two networks which compete are doing is told in each phase, and fits on a terminal of 80 columns.
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import type { EvaluationEvent, ProgressEvent, StartEvent } from "../../training/events.js";
import { competitionMeasures, evaluationMeasures, progressMeasures, shortCompetition } from "./family_measures.js";
import { trainingFrame } from "./training_frame.js";
import { endLines, evaluationLine, progressLine } from "./training_lines.js";
import { TrainingSummary } from "./training_summary.js";
import { textWidth } from "./visible_text.js";

const COLUMNS = 80;
const plain = picocolors.createColors(false);
const phase = { name: "adversarial", from: 12_000, to: 14_000 };
const texts = { sampleBleu: 0.7123, sampleSelfBleu: 0.7466 };
const networks = { trainEntropy: 2.1634, trainDiscriminatorAccuracy: 0.6149 };

const progress = (given: Partial<ProgressEvent> = {}): ProgressEvent => ({ type: "progress", step: 12_345, totalSteps: 14_000, seconds: 754, totalSeconds: null, trainLoss: 0.7844, learningRate: 2e-4, stepsPerSecond: 3.19, tokensPerSecond: 204, secondsLeft: 4980, phase, ...networks, ...texts, validationLoss: 2.1288, ...given });
const evaluation = (given: Partial<EvaluationEvent> = {}): EvaluationEvent => ({ type: "evaluation", step: 12_345, seconds: 754, trainLoss: 0.7844, validationLoss: 2.1288, learningRate: 2e-4, tokensPerSecond: 204, phase, ...networks, ...texts, best: true, sample: "ayla", ...given });
const start: StartEvent = { type: "start", run: "runs/names", family: "gan lstm", parameters: 1, vocabularySize: 30, trainingTokens: 1, validationTokens: 1, tokensPerStep: 1, step: 0, totalSteps: 14_000, totalSeconds: null, threads: 1, device: "cpu" };

function frame(...events: (ProgressEvent | EvaluationEvent)[]): string[] {
  const summary = new TrainingSummary();
  for (const event of [start, ...events]) summary.add(event);
  return trainingFrame(summary, COLUMNS, 30, plain);
}

describe("the measures", () => {
  it("are those that a phase has", () => {
    expect(competitionMeasures(evaluation())).toBe("entropy 2.16, D right 61%, BLEU-3 0.712, Self-BLEU-3 0.747");
    expect(competitionMeasures(evaluation({ trainEntropy: undefined }))).toBe("D right 61%, BLEU-3 0.712, Self-BLEU-3 0.747");
    expect(competitionMeasures(evaluation({ trainEntropy: undefined, trainDiscriminatorAccuracy: undefined }))).toBe("BLEU-3 0.712, Self-BLEU-3 0.747");
    expect(evaluationMeasures(evaluation())).toBe(competitionMeasures(evaluation()));
    expect(shortCompetition(evaluation())).toBe("entropy 2.16, D 61%, BLEU 0.712, Self 0.747");
  });

  it("of other families are others, or none", () => {
    const language = { phase: undefined, trainEntropy: undefined, trainDiscriminatorAccuracy: undefined, sampleBleu: undefined, sampleSelfBleu: undefined };
    expect(evaluationMeasures(evaluation(language))).toBe("");
    expect(shortCompetition(evaluation(language))).toBe("");
    expect(evaluationMeasures(evaluation({ ...language, validationDivergence: 12.34, validationMutualInformation: 3.21, validationActiveUnits: 7 }))).toBe("KL 12.3, MI  3.2,  7 active");
    expect(progressMeasures(progress({ ...language, validationLoss: undefined, trainDivergence: 2 }))).toBe("KL  2.0");
    expect(progressLine(progress({ ...language, validationLoss: undefined }))).toContain("train 0.7844  3.19 steps/s");
  });
});

describe("a log's lines", () => {
  it("say the phase, the loss of whose network it is, both networks' measures, and the time left", () => {
    const line = progressLine(progress());
    expect(line).toBe("adversarial  step 12,345/14,000   88%  12m 34s  generator 0.7844  entropy 2.16, D right 61%, BLEU-3 0.712, Self-BLEU-3 0.747, validation 2.1288  3.19 steps/s  204 tokens/s  1h 23m left of this phase");
    expect(progressLine(progress({ phase: { ...phase, name: "discriminator" } }))).toContain("  discriminator 0.7844  ");
    expect(progressLine(progress({ phase: { ...phase, name: "likelihood" } }))).toContain("  likelihood 0.7844  ");
  });

  it("stand under each other whatever the phase", () => {
    const lines = ["likelihood", "discriminator", "adversarial"].map((name) => evaluationLine(evaluation({ phase: { ...phase, name } }), 14_000, plain));
    expect(new Set(lines.map((line) => line.indexOf("validation"))).size).toBe(1);
    expect(lines[1]).toContain("  discriminator 0.7844  validation 2.1288  ★ best  entropy");
  });
});

describe("80 columns", () => {
  it.each([true, false])("hold an evaluation with all of its measures, best: %s", (best) => {
    const line = evaluationLine(evaluation({ best }), 14_000, plain, COLUMNS);
    expect(textWidth(line)).toBeLessThanOrEqual(COLUMNS);
    expect(line).toBe(`step 12,345  validation 2.1288  ${best ? "★" : " "}  entropy 2.16, D 61%, BLEU 0.712, Self 0.747`);
  });

  it("hold the phase, the time left, the losses and the measures while a run goes on", () => {
    const lines = frame(evaluation({ step: 12_300 }), progress(), evaluation({ step: 12_344, best: false }), progress());
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(COLUMNS);
    expect(lines[1]).toMatch(/ 88% {2}adversarial {2}12,345\/14,000 .*1h 23m left of this phase$/);
    expect(lines[2]).toMatch(/generator 0\.7844 {3}. validation 2\.1288 {3}★ best at 12,300/);
    expect(lines[3]).toBe("entropy 2.16, D right 61%, BLEU-3 0.712, Self-BLEU-3 0.747");
  });

  it("show an evaluation as progress: where every step has one, there is no other", () => {
    const before = progress({ step: 11_999, phase: { name: "discriminator", from: 11_000, to: 12_000 } });
    const [, bar, losses] = frame(before, evaluation({ step: 12_001 }));
    expect(bar).toMatch(/adversarial {2}12,001\/14,000/);
    expect(bar).not.toContain("left"); // nothing tells yet how long a round takes
    expect(losses).toMatch(/generator 0\.7844 {3}. validation 2\.1288 ★ best/);
    expect(frame(evaluation({ step: 14_000 }))[1]).toMatch(/━ 100% {2}adversarial {2}14,000\/14,000/);
  });

  it("show no other loss than the likelihood's in the curve", () => {
    const lines = frame(progress({ step: 100, trainLoss: 3, phase: { name: "likelihood", from: 0, to: 12_000 } }), evaluation({ step: 12_000, validationLoss: 2.5 }), progress({ trainLoss: 55 }));
    expect(lines.some((line) => /^ +[3-9]\d ┤/.test(line))).toBe(false);
  });
});

it("the end says what the best weights were chosen by", () => {
  const end = { type: "end", run: "runs/names", family: "gan lstm", reason: "collapsed", step: 240, seconds: 157, bestStep: 230, bestValidationLoss: 0.2362 } as const;
  expect(endLines({ ...end, judgedBy: "1 − BLEU-3 both ways" }, plain)).toEqual(["Stopped: 240 steps in 2m 37s", "Best weights of step 230, by 1 − BLEU-3 both ways (0.2362, the lower the better), kept in runs/names"]);
  expect(endLines({ ...end, reason: "steps" }, plain)[1]).toBe("Best validation loss 0.2362 at step 230, kept in runs/names");
});
