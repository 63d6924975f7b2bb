// Gives n-grams numbers, so that those of thousands of texts are counted in arrays and none is written out.

/** Sequences with equal things known by equal numbers, counted from 0 across all of them. */
export interface Numbered {
  readonly numbers: readonly (readonly number[])[];
  /** How many different numbers there are. */
  readonly count: number;
}

/** The elements are compared as they are. */
export function numberElements<T extends string | number>(sequences: readonly (readonly T[])[]): Numbered {
  const known = new Map<T, number>();
  const numbers = sequences.map((sequence) =>
    sequence.map((element) => {
      const number = known.get(element) ?? known.size;
      if (number === known.size) known.set(element, number);
      return number;
    }),
  );
  return { numbers, count: known.size };
}

/**
 * The n-grams of the elements out of the (n-1)-grams: each is known by the number of the (n-1)-gram that it begins with
 * and by its last element, so that no n-gram is ever written out and counting takes the same time for every n.
 */
export function numberNgrams(shorter: Numbered, elements: Numbered, n: number): Numbered {
  const known = new Map<number, number>();
  const numbers = elements.numbers.map((sequence, s) => {
    const result: number[] = [];
    for (let end = n - 1; end < sequence.length; end++) {
      const key = shorter.numbers[s][end - n + 1] * elements.count + sequence[end];
      const number = known.get(key) ?? known.size;
      if (number === known.size) known.set(key, number);
      result.push(number);
    }
    return result;
  });
  return { numbers, count: known.size };
}
