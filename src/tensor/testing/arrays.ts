// Plain arrays and random draws for the operator tests: values small enough that plain loops can be the reference.

import { RandomStream } from "../../runtime/random.js";

/** Values in row-major order. */
export interface PlainArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Set for indices, which have no derivative. */
  readonly dtype?: "int64";
}

/** Number of elements of a shape. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The coordinates of every position of a shape, in row-major order. */
export function coordinates(shape: readonly number[]): number[][] {
  return Array.from({ length: elementCount(shape) }, (_, flat) => {
    const place: number[] = [];
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      place[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return place;
  });
}

/** The element at a place; places are aligned at the last axis and axes of size 1 repeat, as in broadcasting. */
export function at({ shape, data }: PlainArray, place: readonly number[]): number {
  const lead = place.length - shape.length;
  return data[shape.reduce((flat, size, axis) => flat * size + (size === 1 ? 0 : place[axis + lead]), 0)];
}

/** An array from a function of the place. */
export function fill(shape: readonly number[], value: (place: number[]) => number): PlainArray {
  return { shape, data: coordinates(shape).map(value) };
}

/** Two operands combined with broadcasting. */
export function combine(a: PlainArray, b: PlainArray, f: (a: number, b: number) => number): PlainArray {
  const rank = Math.max(a.shape.length, b.shape.length);
  const sizeAt = (shape: readonly number[], axis: number): number => shape[axis - (rank - shape.length)] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(sizeAt(a.shape, axis), sizeAt(b.shape, axis)));
  return fill(shape, (place) => f(at(a, place), at(b, place)));
}

/** Repeatable random test data. */
export class Draw {
  private readonly random: RandomStream;

  constructor(seed: number, name: string) {
    this.random = new RandomStream(seed, name);
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  /** Sizes from 1 to 4. */
  shape(rank: number): number[] {
    return Array.from({ length: rank }, () => this.integer(1, 4));
  }

  /** Uniform values. */
  uniform(shape: readonly number[], low = -1.5, high = 1.5): PlainArray {
    return { shape, data: Array.from({ length: elementCount(shape) }, () => low + (high - low) * this.random.uniform()) };
  }

  /** Distinct values at least 0.1 apart and at least 0.1 from zero, so that no finite difference crosses a kink. */
  spaced(shape: readonly number[]): PlainArray {
    const count = elementCount(shape);
    const order = this.random.shuffle(Array.from({ length: count }, (_, i) => i));
    return { shape, data: order.map((i) => (i - (count - 1) / 2) * 0.2 + (i * 2 >= count ? 0.05 : -0.05)) };
  }

  /** Whole numbers below `limit`. */
  indices(shape: readonly number[], limit: number): PlainArray {
    return { shape, data: Array.from({ length: elementCount(shape) }, () => this.random.integer(limit)), dtype: "int64" };
  }

  /** Two shapes that broadcast to one: some axes of size 1, leading axes missing on one side. */
  broadcastShapes(): [number[], number[]] {
    const whole = this.shape(this.integer(1, 4));
    const thinned = (): number[] => whole.map((size) => (this.random.uniform() < 0.35 ? 1 : size));
    const short = thinned().slice(this.integer(0, whole.length));
    return this.random.uniform() < 0.5 ? [thinned(), short] : [short, thinned()];
  }
}
