// Numbers and times as people read them, in one place, so that every line of the command line writes them alike.

const UNITS = ["", "k", "M", "G", "T"];

/**
 * A duration in its two largest units: `45s`, `1m 05s`, `2h 05m`, `3d 04h`.
 * @param seconds at least 0; anything that is no finite number gives `?`
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const total = Math.max(0, Math.round(seconds));
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  if (total < 60) return `${total}s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(total % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${twoDigits(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
}

/** A whole number with thousands separated: `12,345`. */
export function formatInteger(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en-US") : "?";
}

/** A number of at least 0 to three digits with its unit: `0.42`, `16.3`, `523`, `12.3k`, `1.25M`. Whole numbers below 1,000 stay whole. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return "?";
  if (Number.isInteger(value) && value < 1000) return String(value);
  let scaled = value;
  let unit = 0;
  // 999.5 would be rounded to 1000: it belongs to the next unit.
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const decimals = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return scaled.toFixed(decimals) + UNITS[unit];
}

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
