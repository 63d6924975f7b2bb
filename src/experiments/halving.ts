// Synchronous successive halving: all begin, and at each rung the best share of them goes on.

/**
 * The steps at which trainings are compared: N/η², N/η and N (Jamieson and Talwalkar 2016; Li et al. 2018, "Hyperband",
 * algorithm 1 with one bracket). They are multiples of an interval of evaluations, about nine of which make a run.
 * @param reduction η, a whole number from 2
 * @returns the rungs' steps, ascending, and steps between two evaluations such that each rung has one
 */
export function halvingRungs(steps: number, reduction: number): { readonly rungs: readonly number[]; readonly evaluateEvery: number } {
  const evaluations = Math.max(1, Math.round(10 / reduction ** 2)); // in the first rung
  const evaluateEvery = Math.max(1, Math.ceil(steps / (evaluations * reduction ** 2)));
  const first = evaluations * evaluateEvery;
  return { rungs: [...new Set([first, first * reduction, steps])].filter((rung) => rung <= steps), evaluateEvery };
}

/**
 * How many of those in a rung go on. Rounded up, where the papers round down: of four trainings a third would else be
 * one, chosen by its first steps alone.
 */
export const goingOn = (count: number, reduction: number): number => Math.ceil(count / reduction);

/** A training's result in a rung; the lower the better. */
export interface Ranked {
  readonly trial: number;
  readonly score: number;
}

/** From best to worst; equal ones in their order. */
export const byScore = (a: Ranked, b: Ranked): number => a.score - b.score || a.trial - b.trial;

/** The trials that go on from a rung, in their order. @param count of those that were in the rung, failed ones counted in */
export function survivors(measured: readonly Ranked[], count: number, reduction: number): number[] {
  return measured.toSorted(byScore).slice(0, goingOn(count, reduction)).map(({ trial }) => trial).sort((a, b) => a - b);
}
