// Some of many, taken from everywhere: files are often in an order.

/** At most so many whole numbers below `count`, evenly spread. */
export const spread = (count: number, most: number): number[] => Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor(((i + 0.5) * count) / Math.min(count, most)));
