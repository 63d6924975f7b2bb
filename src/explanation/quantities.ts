// Quantities as people read them, on a terminal as on a page: times, counts, sizes.

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

/** A size of a file: `512 B`, `1.25 MB`. A megabyte is a million bytes. */
export const formatBytes = (bytes: number): string => formatCompact(bytes).replace(/[kMGT]?$/, (unit) => `\u00A0${unit}B`);
