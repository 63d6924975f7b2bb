// The library's `sweep`: trains the combinations of a grid, the worse of them not to their end.

import { checkOptions } from "../api/argument_checks.js";
import { EventQueue } from "../api/event_queue.js";
import { WordloomError } from "../errors.js";
import { bitsPerCharacter } from "../evaluation/bits_per_character.js";
import { parallelCoordinatesSvg } from "../explanation/parallel_coordinates_svg.js";
import type { StartEvent } from "../training/events.js";
import type { SweepEndEvent, SweepEvent } from "./sweep_events.js";
import { SweepFolder, type RungResult } from "./sweep_folder.js";
import { sweepPicture } from "./sweep_picture.js";
import { nothingTrained, parseSweepOptions, planSweep, type SweepOptionsInput, type SweepPlan } from "./sweep_plan.js";
import { rungsOf, scoreOf, summarize } from "./sweep_standing.js";
import { TimeLeft } from "./time_left.js";
import { trainCommand } from "./train_command.js";
import { OF_ONE_TRAINING, readCurve, runTrial } from "./trial.js";

/** A sweep under way: iterate it for its events, or await `result`. */
export interface Sweep extends AsyncIterable<SweepEvent> {
  /** The end of the sweep, with all trainings by rank; rejects with a WordloomError if it failed. */
  readonly result: Promise<SweepEndEvent>;
  /** Saves the training under way and ends early; the same call goes on from there. */
  stop(): void;
}

/**
 * Trains the combinations of a grid of training options in the background, one after the other, and prunes the worse ones
 * by successive halving. A sweep that was stopped or killed goes on where it was when it is called again, with the same
 * results.
 *
 * @example
 * const search = sweep({ data: "poems.txt", grid: { lr: [0.001, 0.003, 0.01], width: [64, 128] }, steps: 600 });
 * for await (const event of search) if (event.type === "measured") console.log(event.settings, event.score);
 * const { trials, command } = await search.result;
 * @throws WordloomError "invalid_argument" at once for a wrong option or grid; all else rejects `result` and ends the iteration
 */
export function sweep(options: SweepOptionsInput & { signal?: AbortSignal }): Sweep {
  checkOptions(options, "sweep", 'sweep({ data: "poems.txt", grid: { lr: [0.001, 0.003] }, steps: 600 })');
  const { signal, ...rest } = options;
  const parsed = parseSweepOptions(rest);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const queue = new EventQueue<SweepEvent>(stop);
  const result = planSweep(parsed)
    .then((plan) => runSweep(plan, (event) => queue.push(event), controller.signal))
    .finally(() => signal?.removeEventListener("abort", stop));
  result.then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  return { result, stop, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
}

type Emit = (event: SweepEvent) => void;

async function runSweep(plan: SweepPlan, emit: Emit, signal: AbortSignal): Promise<SweepEndEvent> {
  const folder = new SweepFolder(plan.folder, plan);
  try {
    const reason = await climb(plan, folder, emit, signal);
    const trials = summarize(plan, folder);
    if (reason === "complete" && trials.every(({ status }) => status === "failed") && folder.records.every(({ results }) => results.length === 0)) {
      folder.discard();
      throw nothingTrained(folder.records[0].error ?? "");
    }
    const best = trials[0].status === "complete" ? trials[0].trial : null;
    const end: SweepEndEvent = {
      type: "end",
      folder: folder.path,
      reason,
      trials,
      measure: plan.measure,
      best,
      command: best === null ? null : trainCommand(plan.trials[best - 1].options),
      seconds: trials.reduce((total, { seconds }) => total + seconds, 0),
    };
    if (reason === "complete") folder.writePicture(parallelCoordinatesSvg(sweepPicture(plan, folder, trials)));
    emit(end);
    return end;
  } finally {
    folder.release();
  }
}

/** Measures rung after rung. */
async function climb(plan: SweepPlan, folder: SweepFolder, emit: Emit, signal: AbortSignal): Promise<SweepEndEvent["reason"]> {
  const { identity, rungs, measure, trials } = plan;
  const measured = folder.records.reduce((total, { results }) => total + results.length, 0);
  emit({ type: "start", folder: folder.path, trials: trials.length, varied: identity.grid.varied.map(({ name }) => name), rungs, measure, measured });
  const time = new TimeLeft(plan);
  for (;;) {
    const { rung, field, goOn } = rungsOf(plan, folder).at(-1)!;
    if (goOn !== undefined) return "complete";
    for (const [i, trial] of field.entries()) {
      if (folder.resultOf(trial, rung) !== undefined || folder.records[trial].error !== undefined) continue;
      if (signal.aborted) return "interrupted";
      const { settings } = trials[trial];
      const timeLeft = (waiting: readonly number[]): number | null => time.secondsLeft({ rung, waiting, results: folder });
      emit({ type: "begin", trial: trial + 1, settings, rung: rung + 1, steps: rungs[rung], position: i + 1, count: field.length, secondsLeft: timeLeft(field.slice(i)) });
      const before = folder.records[trial].results.at(-1);
      const startedAt = performance.now();
      const outcome = await measureTrial(plan, folder, trial, rung, emit, signal);
      if (outcome === null) return "interrupted";
      if (typeof outcome === "string") folder.fail(trial, outcome);
      else {
        folder.add(trial, outcome);
        time.add(outcome.step - (before?.step ?? 0), outcome.seconds - (before?.seconds ?? 0), (performance.now() - startedAt) / 1000);
      }
      const [step, score, error] = typeof outcome === "string" ? [null, null, outcome] : [outcome.step, scoreOf(outcome, measure), null];
      emit({ type: "measured", trial: trial + 1, settings, rung: rung + 1, step, score, error, secondsLeft: timeLeft(field.slice(i + 1)) });
    }
    const complete = rungsOf(plan, folder).find((known) => known.rung === rung)!;
    if (rung < rungs.length - 1) {
      const { goOn: left = [] } = complete;
      emit({ type: "pruned", rung: rung + 1, steps: rungs[rung], goOn: left.map((trial) => trial + 1), pruned: field.filter((trial) => !left.includes(trial) && folder.records[trial].error === undefined).map((trial) => trial + 1) });
    }
  }
}

/** What a training comes to at a rung; a sentence if it fails; null if it is interrupted before. */
async function measureTrial({ data, trials, rungs, measure }: SweepPlan, folder: SweepFolder, trial: number, rung: number, emit: Emit, signal: AbortSignal): Promise<RungResult | string | null> {
  const out = folder.trialFolder(trial);
  let start: StartEvent | null = null;
  try {
    const { status } = await runTrial({
      options: { ...trials[trial].options, data, out },
      ...(rung < rungs.length - 1 ? { until: rungs[rung] } : {}),
      signal,
      onEvent: (event) => {
        if (event.type === "start") start = event;
        emit({ type: "training", trial: trial + 1, event });
      },
    });
    if (status === "interrupted") return null;
  } catch (error) {
    if (error instanceof WordloomError && OF_ONE_TRAINING.has(error.code)) return error.message;
    throw error;
  }
  const curve = readCurve(out);
  const at = curve.findIndex(({ step }) => step >= rungs[rung]);
  const lines = at < 0 ? curve : curve.slice(0, at + 1); // a run may have ended before by itself
  const loss = Math.min(...lines.map(({ validationLoss }) => validationLoss));
  const { step, seconds } = lines[lines.length - 1];
  return { rung, step, loss, ...(measure === "bitsPerCharacter" ? { bitsPerCharacter: bitsOf(loss, start) } : {}), seconds };
}

function bitsOf(loss: number, start: StartEvent | null): number {
  if (start?.validationCharacters === undefined) throw new WordloomError("internal", "A training did not say how many characters it was measured on.");
  return bitsPerCharacter(loss, start.validationTokens, start.validationCharacters);
}
