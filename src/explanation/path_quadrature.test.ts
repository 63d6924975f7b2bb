// Integrals over the way whose values are known.

import { expect, it } from "vitest";
import { halves, placeAt, stretchPoints, type Stretch } from "./path_quadrature.js";

const integral = (f: (x: number) => number, stretch: Stretch): number => stretchPoints(stretch).reduce((total, { place, weight }) => total + weight * f(place), 0);

const WHOLE: Stretch = { from: 0, to: 1 };

it("integrates over the whole way", () => {
  expect(integral(() => 1, WHOLE)).toBeCloseTo(1, 12);
  expect(integral((x) => x ** 8, WHOLE)).toBeCloseTo(1 / 9, 12);
  expect(integral(Math.exp, WHOLE)).toBeCloseTo(Math.E - 1, 12);
});

it("sees what happens close to the baseline", () => {
  // d/dx of x/√(x² + 10⁻⁴): what a normalisation does.
  expect(integral((x) => 1e-4 / (x * x + 1e-4) ** 1.5, WHOLE)).toBeCloseTo(1 / Math.sqrt(1.0001), 2);
});

it("of the halves of a stretch makes the stretch", () => {
  const stretch = { from: 0.2, to: 0.9 };
  const expected = (placeAt(0.9) ** 4 - placeAt(0.2) ** 4) / 4;
  const [left, right] = halves(stretch);
  expect(integral((x) => x ** 3, stretch)).toBeCloseTo(expected, 12);
  expect(integral((x) => x ** 3, left) + integral((x) => x ** 3, right)).toBeCloseTo(expected, 12);
});
