// Points in groups of one colour each: by label, the most frequent ones apart.

import { shown } from "./latent_texts.js";

/** Points of one colour. */
export interface LatentGroup {
  readonly name: string;
  /** `#rrggbb` */
  readonly colour: string;
  /** How many texts. */
  readonly count: number;
}

/** Labels as colours. */
export interface LatentGroups {
  /** The largest first, then other labels and no label; empty if no text has a label. */
  readonly groups: readonly LatentGroup[];
  /** Each text's group. */
  readonly groupOf: readonly number[];
}

/**
 * Hues that stay apart for the colour-blind (Okabe and Ito 2008), without black, which a dark page would swallow; yellow,
 * which a light one nearly does, is the last to be taken.
 */
export const categoryColours: readonly string[] = "#0072b2 #e69f00 #009e73 #d55e00 #56b4e9 #cc79a7 #f0e442".split(" ");

/** Of the labels that no hue is left for, and of texts without one: greys that no hue is mistaken for. */
export const OTHER_COLOUR = "#666666";
export const NO_LABEL_COLOUR = "#b8b8b8";

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Groups texts by their labels: seven hues for the seven most frequent ones, of equally frequent ones by code units. */
export function latentGroups(labels: readonly (string | null)[]): LatentGroups {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) return { groups: [], groupOf: labels.map(() => -1) };

  const byCount = [...counts].sort(([a, many], [b, more]) => more - many || order(a, b));
  const own = byCount.slice(0, categoryColours.length);
  const others = byCount.slice(categoryColours.length);
  const groups: LatentGroup[] = own.map(([label, count], i) => ({ name: shown(label), colour: categoryColours[i], count }));
  const groupOfLabel = new Map<string | null, number>(own.map(([label], i) => [label, i]));
  if (others.length > 0) {
    for (const [label] of others) groupOfLabel.set(label, groups.length);
    const count = others.reduce((sum, [, size]) => sum + size, 0);
    groups.push({ name: `${others.length} other label${others.length === 1 ? "" : "s"}`, colour: OTHER_COLOUR, count });
  }
  const unlabelled = labels.filter((label) => label === null).length;
  if (unlabelled > 0) {
    groupOfLabel.set(null, groups.length);
    groups.push({ name: "no label", colour: NO_LABEL_COLOUR, count: unlabelled });
  }
  return { groups, groupOf: labels.map((label) => groupOfLabel.get(label)!) };
}
