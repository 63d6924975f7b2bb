// Integrated gradients of predictions, refined until they are complete: which gradients are wanted next, and what they sum to.

import { halves, placeAt, stretchPoints, type Stretch } from "../explanation/path_quadrature.js";
import type { Saliency } from "../explanation/reading.js";

/** How far what is attributed may be from the difference in the log-probability, as a share of it. */
const TOLERANCE = 0.005;
/** Gradients after which an integral is left as it is. */
const MOST_POINTS = 1 << 13;

/** A prediction to be explained. */
export interface Explained {
  /** The position after which it is made, within the tokens of its text. */
  readonly position: number;
  /** The token whose probability is meant. */
  readonly target: number;
}

/** A gradient that is wanted: how far on the way from nothing to the tokens, and the prediction looked at. */
export interface PathRow extends Explained {
  readonly place: number;
}

/** What was found for it: the log-probability in nats, and the gradient's product with each token's embedding, summed over its width. */
export interface PathResult {
  readonly logProbability: number;
  readonly products: Float64Array;
}

/** What a prediction is owed to, by token. */
export type Attribution = Omit<Saliency, "token" | "first">;

/**
 * Gradient × input (Shrikumar et al. 2016) and integrated gradients (Sundararajan et al. 2017, eq. 1) of predictions'
 * log-probabilities, from a baseline of zero embeddings.
 * @param tokensBefore how many tokens a prediction is attributed to: the first of all
 * @param run takes the gradients of some rows, in their order
 * @returns one a prediction
 */
export async function attributions(explained: readonly Explained[], tokensBefore: (one: Explained) => number, run: (rows: readonly PathRow[]) => Promise<PathResult[]>): Promise<Attribution[]> {
  const ends = await run(explained.flatMap((one) => [{ ...one, place: 0 }, { ...one, place: 1 }]));
  const integrals = explained.map((one, i) => new PathIntegral(one, tokensBefore(one), ends[2 * i].logProbability, ends[2 * i + 1].logProbability));
  // The integrals of all predictions are refined together, so that programs run with all their rows.
  for (let open = integrals; open.length > 0; open = open.filter((integral) => !integral.isComplete)) {
    const wanted = open.map((integral) => integral.refine());
    const found = await run(wanted.flat());
    let first = 0;
    for (const [i, integral] of open.entries()) integral.take(found.slice(first, (first += wanted[i].length)));
  }
  return integrals.map((integral, i) => ({
    gradientInput: Float32Array.from(ends[2 * i + 1].products.subarray(0, tokensBefore(explained[i]))),
    integratedGradients: Float32Array.from(integral.attributions),
    logProbability: integral.after,
    baseline: integral.before,
    points: integral.points,
  }));
}

/** A stretch with the log-probabilities at its ends, and what it was found to attribute. */
interface MeasuredStretch extends Stretch {
  readonly before: number;
  readonly after: number;
  /** By token. */
  readonly attributed: Float64Array;
  /** The log-probability in its middle. */
  readonly middle: number;
}

/** How far the sum of what a stretch attributes is from the difference between its ends. */
const gapOf = ({ before, after, attributed }: MeasuredStretch): number => Math.abs(attributed.reduce((total, value) => total + value, 0) - (after - before));

/**
 * The integrated gradients of one prediction. The difference between the ends of any stretch is known, and with it the
 * error of what was attributed there: stretches are halved where it is large, until all errors together are small.
 */
class PathIntegral {
  private readonly done: MeasuredStretch[] = [];
  private open: (Stretch & Pick<MeasuredStretch, "before" | "after">)[];
  points = 0;

  /** @param tokens how many it is attributed to */
  constructor(
    private readonly explained: Explained,
    private readonly tokens: number,
    readonly before: number,
    readonly after: number,
  ) {
    this.open = [{ from: 0, to: 1, before, after }];
  }

  get isComplete(): boolean {
    return this.gap <= this.allowed || this.points >= MOST_POINTS;
  }

  get attributions(): Float64Array {
    const total = new Float64Array(this.tokens);
    for (const { attributed } of this.done) attributed.forEach((value, token) => (total[token] += value));
    return total;
  }

  /** The rows to run next: those of the stretches whose errors are large, in halves. */
  refine(): PathRow[] {
    for (let i = this.done.length - 1; i >= 0; i--) {
      const stretch = this.done[i];
      if (gapOf(stretch) * 2 * this.done.length <= this.allowed) continue;
      const [left, right] = halves(stretch);
      this.open.push({ ...left, before: stretch.before, after: stretch.middle }, { ...right, before: stretch.middle, after: stretch.after });
      this.done.splice(i, 1);
    }
    return this.open.flatMap((stretch) => [...stretchPoints(stretch).map(({ place }) => place), placeAt((stretch.from + stretch.to) / 2)].map((place) => ({ ...this.explained, place })));
  }

  /** What the rows of `refine` found. */
  take(found: readonly PathResult[]): void {
    let first = 0;
    for (const stretch of this.open) {
      const points = stretchPoints(stretch);
      const attributed = Float64Array.from({ length: this.tokens }, (_, token) => points.reduce((total, { weight }, point) => total + weight * found[first + point].products[token], 0));
      this.done.push({ ...stretch, attributed, middle: found[first + points.length].logProbability });
      this.points += points.length;
      first += points.length + 1;
    }
    this.open = [];
  }

  private get gap(): number {
    return this.done.reduce((total, stretch) => total + gapOf(stretch), 0);
  }

  private get allowed(): number {
    return TOLERANCE * Math.abs(this.after - this.before);
  }
}
