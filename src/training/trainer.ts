// The one training loop of all families: step, evaluate, checkpoint, stop; exactly resumable at every checkpoint.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { RandomStream } from "../runtime/random.js";
import type { SizedBatch } from "../text/batch.js";
import { STEADY_COURSE, type Coefficients, type Course, type Observed } from "./course.js";
import { restoreState, restoreWeights, storedState, storedWeights } from "./checkpoint.js";
import { EarlyStopping, type EarlyStoppingState } from "./early_stopping.js";
import type { EndEvent, EndReason, TrainingEvent } from "./events.js";
import type { MetricsLine } from "./metrics_log.js";
import type { RunFolder } from "./run_folder.js";
import { learningRateAt, type ScheduleSettings } from "./schedule.js";
import type { EvaluationProgram } from "./evaluation_program.js";
import { SpeedMeter } from "./speed_meter.js";
import type { CarriedState } from "./carried_state.js";
import type { MeasuredSums } from "./traced_loss.js";
import type { StepResult } from "./training_program.js";
import type { TrainingState } from "./training_state.js";

/** What changes the parameters: one compiled training step, or several that take turns. */
export interface UpdateProgram {
  readonly carried: CarriedState;
  /** Parameters beside the model's own that it trains too, kept in every checkpoint. */
  readonly companions?: readonly ParameterBuffers[];
  /** @see TrainingProgram.step */
  step(batches: readonly SizedBatch[], learningRate: number, update: number, random: RandomStream, coefficients: Coefficients): Promise<StepResult>;
  /** What a person may change where a loss or gradient is not finite. */
  readonly remedy?: string;
  /** Plain JSON for a checkpoint, of a program that counts something of its own. */
  state?(): unknown;
  /** @throws WordloomError "invalid_run" for a state that is not its own */
  restore?(state: unknown): void;
}

/** Batches without end that can go on exactly where a checkpoint left them; `state` is plain JSON. */
export interface BatchSource {
  next(): SizedBatch;
  state(): unknown;
  /** @throws WordloomError "invalid_run" for a state that is not its own */
  restore(state: unknown): void;
}

export interface TrainerOptions {
  /** The architecture's name to show. */
  readonly architecture: string;
  readonly folder: RunFolder;
  readonly buffers: ParameterBuffers;
  readonly program: UpdateProgram;
  readonly evaluation: EvaluationProgram;
  readonly batcher: BatchSource;
  /** A fresh pass over all of the held-out text. */
  readonly validationPass: () => Iterable<SizedBatch>;
  readonly schedule: ScheduleSettings;
  readonly accumulation: number;
  /** What changes from step to step; nothing unless given. */
  readonly course?: Course;
  /** The run ends at this step, or after these seconds; with neither when it stops improving. */
  readonly totalSteps: number | null;
  readonly totalSeconds: number | null;
  readonly evaluateEvery: number;
  readonly threads: number;
  /** Draws dropout masks; its state goes into every checkpoint, as the batcher's own does. */
  readonly dropout: RandomStream;
  /** Writes a short text with the current weights, always the same way for the same weights. */
  readonly sample: () => Promise<string>;
  readonly emit: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
}

const otherSchema = z.object({
  updates: z.int().nonnegative().optional(),
  lossSum: z.number(),
  lossTokens: z.number(),
  measured: z.record(z.string(), z.object({ sum: z.number(), samples: z.number() })).optional(),
  course: z.unknown().optional(),
  program: z.unknown().optional(),
  pending: z.boolean().optional(),
  stopping: z.object({ bestLoss: z.number().nullable(), evaluationsSinceBest: z.number(), factor: z.number() }),
});

/** Milliseconds between two progress events. */
const PROGRESS_INTERVAL = 250;
/** Milliseconds after which a checkpoint is saved even if no evaluation is due: the most that a crash may cost. */
const SAVE_INTERVAL = 60_000;

/** Runs one training to its end. */
export class Trainer {
  private step = 0;
  /** Of the optimizer, for its bias corrections; as many as steps where each makes one. */
  private updates = 0;
  private bestStep = 0;
  private bestLoss: number | null = null;
  private secondsBefore = 0;
  private startedAt = 0;
  /** Nats and targets since the last evaluation. */
  private lossSum = 0;
  private lossTokens = 0;
  /** The model's further measures since the last evaluation, by name. */
  private measured: Means = {};
  /** Whether a step was made since the last evaluation. */
  private pending = false;
  private readonly stopping = new EarlyStopping();
  /** What the last evaluation of this process found. */
  private lastObserved: Readonly<Record<string, number>> = {};
  private lastProgress = 0;
  private lastSave = 0;
  private readonly speed = new SpeedMeter();
  private readonly course: Course;

  constructor(private readonly options: TrainerOptions) {
    this.course = options.course ?? STEADY_COURSE;
  }

  /** Goes on from a checkpoint's state. */
  resume(state: TrainingState): void {
    const { progress, tensors } = state;
    const { buffers, program, batcher, dropout, folder } = this.options;
    restoreState([buffers, ...(program.companions ?? [])], program.carried, tensors, `The training state of "${folder.path}"`);
    const other = otherSchema.safeParse(progress.other);
    if (!other.success || !progress.random.dropout) {
      throw new WordloomError("invalid_run", `The training state of "${folder.path}" lacks what resuming needs; train again.`);
    }
    this.step = progress.step;
    this.updates = other.data.updates ?? progress.step;
    this.bestStep = progress.bestStep;
    this.bestLoss = progress.bestLoss;
    this.secondsBefore = progress.seconds;
    this.lossSum = other.data.lossSum;
    this.lossTokens = other.data.lossTokens;
    this.measured = other.data.measured ?? {};
    this.pending = other.data.pending ?? this.lossTokens > 0;
    this.course.restore(other.data.course ?? null);
    program.restore?.(other.data.program ?? null);
    this.stopping.restore(other.data.stopping satisfies EarlyStoppingState);
    dropout.restore(progress.random.dropout);
    batcher.restore(progress.batcher);
  }

  get currentStep(): number {
    return this.step;
  }

  /**
   * Trains to the end.
   * @throws WordloomError "non_finite_loss" with the step and the last good checkpoint; the folder stays usable
   */
  async run(): Promise<EndEvent> {
    const { folder, signal } = this.options;
    this.startedAt = performance.now();
    this.lastSave = this.startedAt;
    // A run that was interrupted in an evaluation begins with that evaluation, and so goes on as if it never had been.
    let reason = this.pending && this.evaluationIsDue() ? await this.evaluateAndDecide() : this.finished();
    while (reason === null) {
      if (signal.aborted) {
        this.save();
        reason = "interrupted";
        break;
      }
      await this.trainOneStep();
      if (this.evaluationIsDue()) reason = await this.evaluateAndDecide();
      else {
        if (performance.now() - this.lastSave > SAVE_INTERVAL) this.save();
        this.reportProgress();
      }
    }
    return {
      type: "end",
      run: folder.path,
      family: this.options.architecture,
      reason,
      step: this.step,
      seconds: this.seconds(),
      bestStep: this.bestStep,
      bestValidationLoss: this.bestLoss ?? NaN,
      ...(this.course.judgedBy ? { judgedBy: this.course.judgedBy } : {}),
    };
  }

  private seconds(): number {
    return this.secondsBefore + (performance.now() - this.startedAt) / 1000;
  }

  private finished(): EndReason | null {
    const { totalSteps, totalSeconds } = this.options;
    if ((totalSteps !== null && this.step >= totalSteps) || this.course.over?.(this.step)) return "steps";
    if (totalSeconds !== null && this.seconds() >= totalSeconds) return "minutes";
    return totalSteps === null && totalSeconds === null && this.stopping.converged ? "converged" : null;
  }

  private evaluationIsDue(): boolean {
    const due = this.course.evaluates?.(this.step) ?? this.step % this.options.evaluateEvery === 0;
    return due || this.finished() !== null;
  }

  /** Why the run ends after this evaluation, or null; an interrupted one decides only if it was complete. */
  private async evaluateAndDecide(): Promise<EndReason | null> {
    const over = this.finished();
    const verdict = await this.evaluate();
    if (verdict === "collapsed") return verdict;
    if (verdict === "stop") return over ?? "converged";
    return this.options.signal.aborted ? null : over;
  }

  /** How much of the run after its warm-up is over. */
  private fraction(): number {
    const { totalSteps, totalSeconds, schedule } = this.options;
    if (totalSteps !== null) return (this.step - schedule.warmupSteps) / Math.max(1, totalSteps - schedule.warmupSteps);
    if (totalSeconds !== null) return this.seconds() / totalSeconds;
    return 0;
  }

  private learningRate(): number {
    return this.course.learningRate?.(this.step) ?? learningRateAt(this.options.schedule, this.step, this.fraction()) * this.stopping.factor;
  }

  private async trainOneStep(): Promise<void> {
    const { program, batcher, accumulation, dropout } = this.options;
    let tokens = 0;
    for (const coefficients of this.course.updates(this.step)) {
      const batches = Array.from({ length: accumulation }, () => batcher.next());
      const result = await program.step(batches, this.learningRate(), ++this.updates, dropout, coefficients);
      if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) this.diverged(result.loss);
      this.lossSum += result.loss * result.tokens;
      this.lossTokens += result.tokens;
      this.measured = withMeasures(this.measured, result.measures);
      tokens += result.tokens;
    }
    this.step++;
    this.pending = true;
    this.speed.add(tokens);
  }

  private diverged(loss: number): never {
    const { folder, program } = this.options;
    const saved = folder.hasState ? `the last good checkpoint is kept in "${folder.path}"` : "there is no checkpoint yet";
    throw new WordloomError(
      "non_finite_loss",
      `Training diverged at step ${this.step + 1}: the ${Number.isFinite(loss) ? "gradient" : "loss"} is not finite; ${saved}; train again with ${program.remedy ?? "a lower learning rate (--lr), a longer warm-up (--warmup) or gradient clipping (--clip)"}.`,
    );
  }

  private async evaluate(): Promise<"continue" | "stop" | "collapsed"> {
    const { evaluation, validationPass, folder, buffers, emit, signal, sample, totalSteps, totalSeconds } = this.options;
    const { nats, targets, measures } = await evaluation.evaluate(validationPass(), signal);
    if (signal.aborted) return "continue"; // an evaluation cut short says nothing; the loop saves and ends
    const validationLoss = nats / Math.max(1, targets);
    if (!Number.isFinite(validationLoss)) this.diverged(validationLoss);
    const line: MetricsLine = {
      step: this.step,
      seconds: this.seconds(),
      trainLoss: this.lossSum / Math.max(1, this.lossTokens),
      validationLoss,
      learningRate: this.learningRate(),
      tokensPerSecond: this.speed.tokensPerSecond(),
      ...meansOf("train", this.measured),
      ...meansOf("validation", withMeasures({}, measures)),
    };
    const observed: Observed | undefined = await this.course.observe?.(line);
    const metrics: MetricsLine = { ...line, ...observed?.measures };
    this.lastObserved = { validationLoss, ...observed?.measures };
    const score = observed?.score ?? validationLoss;
    const best = this.bestLoss === null || observed?.anew === true || score < this.bestLoss;
    if (best) {
      this.bestLoss = score;
      this.bestStep = this.step;
    }
    const bestWeights = best ? storedWeights(buffers) : undefined;
    const verdict = totalSteps === null && totalSeconds === null ? this.stopping.observe(validationLoss) : "continue";
    if (verdict === "reduce" && !best) restoreWeights(buffers, folder.readWeights(), folder.files.weights);
    this.lossSum = 0;
    this.lossTokens = 0;
    this.measured = {};
    this.pending = false;
    folder.saveCheckpoint({ state: this.state(), bestWeights, metrics });
    this.lastSave = performance.now();
    const phase = this.course.phase?.(Math.max(0, this.step - 1));
    emit({ type: "evaluation", ...metrics, ...(phase ? { phase } : {}), best, sample: await sample() } as TrainingEvent);
    for (const message of [...(observed?.notices ?? []), ...(observed?.stop ? [observed.stop] : [])]) emit({ type: "notice", message });
    if (verdict === "reduce") emit({ type: "notice", message: `No improvement any more: going on from the best weights at a learning rate of ${this.learningRate().toPrecision(3)}.` });
    this.speed.restart(); // the evaluation's time is not training's
    if (observed?.stop) return "collapsed";
    return verdict === "stop" ? "stop" : "continue";
  }

  private save(): void {
    this.options.folder.saveCheckpoint({ state: this.state() });
    this.lastSave = performance.now();
  }

  private state(): TrainingState {
    const { buffers, program, batcher, dropout, threads } = this.options;
    return {
      tensors: storedState([buffers, ...(program.companions ?? [])], program.carried),
      progress: {
        step: this.step,
        seconds: this.seconds(),
        bestStep: this.bestStep,
        bestLoss: this.bestLoss,
        threads,
        random: { dropout: dropout.state() },
        batcher: batcher.state(),
        other: {
          updates: this.updates,
          lossSum: this.lossSum,
          lossTokens: this.lossTokens,
          pending: this.pending,
          measured: this.measured as Record<string, { sum: number; samples: number }>,
          course: this.course.state(),
          program: program.state?.() ?? null,
          stopping: this.stopping.save(),
        } satisfies z.infer<typeof otherSchema>,
      },
    };
  }

  private reportProgress(): void {
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_INTERVAL) return;
    this.lastProgress = now;
    const { totalSteps, totalSeconds, emit } = this.options;
    const seconds = this.seconds();
    const stepsPerSecond = this.speed.stepsPerSecond();
    const phase = this.course.phase?.(this.step);
    let secondsLeft: number | null = null;
    // Steps of another phase take another time, which nothing tells yet.
    if (totalSteps !== null) secondsLeft = (Math.min(totalSteps, phase?.to ?? totalSteps) - this.step) / stepsPerSecond;
    else if (totalSeconds !== null) secondsLeft = Math.max(0, totalSeconds - seconds);
    emit({
      type: "progress",
      step: this.step,
      totalSteps,
      seconds,
      totalSeconds,
      trainLoss: this.lossSum / Math.max(1, this.lossTokens),
      learningRate: this.learningRate(),
      stepsPerSecond,
      tokensPerSecond: this.speed.tokensPerSecond(),
      secondsLeft,
      ...(phase ? { phase, ...this.lastObserved } : {}),
      ...meansOf("train", this.measured),
    });
  }
}

/** Sums over samples by name; each name has its own, since not every update measures the same. */
type Means = Readonly<Record<string, { readonly sum: number; readonly samples: number }>>;

function withMeasures(means: Means, added: MeasuredSums | undefined): Means {
  if (!added) return means;
  const { samples } = added;
  const sums = Object.entries(added.sums).map(([name, sum]) => [name, { sum: (means[name]?.sum ?? 0) + sum, samples: (means[name]?.samples ?? 0) + samples }] as const);
  return { ...means, ...Object.fromEntries(sums) };
}

/** Means as numbers of a metrics line: `trainDivergence`. */
function meansOf(part: "train" | "validation", means: Means): Record<string, number> {
  return Object.fromEntries(Object.entries(means).map(([name, { sum, samples }]) => [`${part}${name[0].toUpperCase()}${name.slice(1)}`, sum / Math.max(1, samples)]));
}
