// Colours as people see them: distances in usual and in colour-blind sight, and contrast to a page.

type Matrix = readonly (readonly number[])[];

/** Machado et al. 2009, table 1, severity 1. */
const matrices = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};
export type Sight = keyof typeof matrices;
export const sights = Object.keys(matrices) as Sight[];

// Oklab (Ottosson 2020).
const toCones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const toLab = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];

const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const times = (matrix: Matrix, vector: readonly number[]): number[] => matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * vector[i], 0));
const seen = (hex: string, sight: Sight): number[] => times(toLab, times(toCones, times(matrices[sight], linear(hex)).map((v) => Math.max(0, v))).map(Math.cbrt));

/** The distance in Oklab of the two colours (`#rrggbb`) that are nearest to each other. */
export function leastDistance(colours: readonly string[], sight: Sight): number {
  const all = colours.map((colour) => seen(colour, sight));
  return Math.min(...all.flatMap((one, i) => all.slice(i + 1).map((other) => Math.hypot(...one.map((v, k) => v - other[k])))));
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [one, other].map((hex) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
