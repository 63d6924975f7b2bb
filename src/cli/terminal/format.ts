// Numbers and times as people read them, in one place, so that every line of the command line writes them alike.

export { formatCompact, formatDuration, formatInteger } from "../../explanation/quantities.js";

/** A loss in nats: four decimals below 10, fewer above; `NaN` and `∞` as they are. */
export function formatLoss(loss: number): string {
  if (Number.isNaN(loss)) return "NaN";
  if (!Number.isFinite(loss)) return loss > 0 ? "∞" : "-∞";
  const size = Math.abs(loss);
  return loss.toFixed(size < 10 ? 4 : size < 1000 ? 2 : 0);
}

/** A learning rate to three digits: `0.001`, `0.0125`, `8.73e-4`. */
export function formatLearningRate(rate: number): string {
  if (!Number.isFinite(rate)) return "?";
  if (rate === 0 || rate >= 0.001) return String(Number(rate.toPrecision(3)));
  return rate.toExponential(2).replace(/\.?0*e/, "e");
}

/** A share from 0 to 1 in whole percent, rounded down so that `100%` means done. */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return "?%";
  // A hair is added because 0.29 * 100 is 28.999999999999996.
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 100 + 1e-9)}%`;
}
