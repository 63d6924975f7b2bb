// Where on the way from a baseline to a text gradients are taken, and what each counts: an integral over the way as a sum.

/** A stretch of the way, from 0 (the baseline) to 1 (the text), in the measure in which places crowd towards the baseline. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A gradient that is taken: at what share of the embeddings, and its factor in the integral. */
export interface PathPoint {
  readonly place: number;
  readonly weight: number;
}

/** Share of the embeddings = (measure)³: a normalisation turns where its input is hardly more than nothing. */
const GRADING = 3;
/** Points of a stretch: exact for polynomials up to twice the degree. */
const POINTS = 16;
/** Rounds of Newton's method, which doubles the right digits in each. */
const ROUNDS = 6;

/** Nodes on [0, 1] and weights of Gauss and Legendre. */
function gaussLegendre(count: number): { node: number; weight: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < ROUNDS; round++) {
      let [before, value] = [1, x]; // P₀ and P₁, then up to Pₙ (Bonnet's recursion)
      for (let degree = 2; degree <= count; degree++) [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    return { node: (x + 1) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}

const RULE = gaussLegendre(POINTS);

/** The share of the embeddings at a place in the measure. */
export const placeAt = (measure: number): number => measure ** GRADING;

/** Σ weight·f(place) ≈ the integral of f over the shares of the embeddings of a stretch. */
export function stretchPoints({ from, to }: Stretch): PathPoint[] {
  return RULE.map(({ node, weight }) => {
    const measure = from + (to - from) * node;
    return { place: placeAt(measure), weight: weight * (to - from) * GRADING * measure ** (GRADING - 1) };
  });
}

/** The two halves of a stretch. */
export function halves({ from, to }: Stretch): readonly [Stretch, Stretch] {
  const middle = (from + to) / 2;
  return [{ from, to: middle }, { from: middle, to }];
}
