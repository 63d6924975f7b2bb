// Weights as people read them.

/** A weight from 0 to 1 as a percentage with one decimal: "12.5 %"; "0 %" only for zero itself, less than 0.05 % as "< 0.1 %". */
export function formatPercent(weight: number): string {
  if (weight === 0) return "0\u00A0%";
  if (weight < 0.0005) return "<\u00A00.1\u00A0%";
  return `${(weight * 100).toFixed(1).replace(/\.0$/, "")}\u00A0%`;
}
