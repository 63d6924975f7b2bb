// Which hidden units follow which property of a text: correlations, and what chance would give.

import type { FollowedProperty, UnitLayer } from "./reading.js";
import type { TextProperty } from "./text_properties.js";

/** With fewer tokens any unit can seem to follow anything. */
const FEWEST_TOKENS = 8;
/** Units that are listed of each property. */
const MOST_UNITS = 12;
const SHIFTS = 16;

/** Centred and of length 1; null for what does not vary. */
function standardized(values: ArrayLike<number>): Float64Array | null {
  const centred = Float64Array.from(values);
  const mean = centred.reduce((total, value) => total + value, 0) / centred.length;
  let squares = 0;
  for (let i = 0; i < centred.length; i++) squares += (centred[i] -= mean) ** 2;
  const length = Math.sqrt(squares);
  if (length <= 1e-9 * Math.abs(mean) * centred.length || length === 0) return null;
  return centred.map((value) => value / length);
}

/** Σ a[i]·b[i + shift], around the end. */
function product(a: Float64Array, b: Float64Array, shift = 0): number {
  let total = 0;
  for (let i = 0, j = shift; i < a.length; i++, j++) {
    if (j === b.length) j = 0;
    total += a[i] * b[j];
  }
  return total;
}

/**
 * The units of all layers by how well they follow each property over the text: Pearson's correlation. A property that
 * never changes is left out, as are all of a text of fewer than 8 tokens.
 */
export function followProperties(properties: readonly TextProperty[], layers: readonly UnitLayer[]): FollowedProperty[] {
  const units = layers.flatMap(({ width, values }, layer) =>
    Array.from({ length: width }, (_, unit) => ({ layer, unit, values: standardized(Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + unit])) })),
  );
  return properties.flatMap(({ name, values }) => {
    const property = values.length < FEWEST_TOKENS ? null : standardized(values);
    if (!property || units.length === 0) return [];
    const correlated = units.map((one) => ({ layer: one.layer, unit: one.unit, correlation: one.values ? product(one.values, property) : 0 }));
    correlated.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation) || a.layer - b.layer || a.unit - b.unit);
    const count = Math.min(SHIFTS, values.length - 1);
    let chance = 0;
    for (let k = 1; k <= count; k++) {
      const shift = Math.round((k * values.length) / (count + 1));
      chance += units.reduce((largest, one) => Math.max(largest, one.values ? Math.abs(product(one.values, property, shift)) : 0), 0) / count;
    }
    return [{ name, values, units: correlated.slice(0, MOST_UNITS), chance }];
  });
}
