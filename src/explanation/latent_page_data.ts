// What a latent page carries: a map with its projections and words, made ready for its script, numbers packed.

import { colourStops } from "./colour_scale.js";
import { type LatentGroup, latentGroups } from "./latent_groups.js";
import { ACTIVE_FROM, type LatentMap, type LatentUnit } from "./latent_map.js";
import { lengthOf, shown } from "./latent_texts.js";
import { byActivity, type UnitAxes, unitAxes } from "./latent_units.js";
import { type LatentView, latentViews } from "./latent_views.js";
import { ACTIVITY_CAPTION, DIVERGENCE_CAPTION, type LatentWords, latentWords, PRIOR_NOTE, PRIOR_RADIUS } from "./latent_words.js";

/** A view, as the page's script reads it. */
export interface LatentPageView {
  readonly name: LatentView["name"];
  /** Indices of the texts that it shows, or null for all. */
  readonly rows: readonly number[] | null;
  /** (rows × 2), as `packNumbers` packs them. */
  readonly points: string;
  readonly axes: readonly [string, string];
  readonly note: string;
  readonly zero: readonly [number, number] | null;
}

/** The data of a page, as its script reads them. */
export interface LatentPageData {
  readonly words: LatentWords & { readonly activity: string; readonly divergence: string };
  readonly texts: readonly string[];
  readonly lengths: readonly number[];
  /** The labels there are, and each text's place among them, −1 for none. */
  readonly labels: readonly string[];
  readonly labelOf: readonly number[];
  readonly groups: readonly LatentGroup[];
  readonly groupOf: readonly number[];
  readonly views: readonly LatentPageView[];
  /** (texts × units), as `packNumbers` packs them. */
  readonly means: string;
  readonly units: readonly LatentUnit[];
  /** Units from the most active to the least. */
  readonly byActivity: readonly number[];
  readonly unitAxes: UnitAxes;
  readonly activeFrom: number;
  readonly priorRadius: number;
  /** Colours of a scale at equal distances, as RRGGBB. */
  readonly colours: readonly string[];
}

const CHUNK = 0x2000; // arguments of one call

/** Numbers as Base64 of single precision, the low byte first. */
export function packNumbers(numbers: ArrayLike<number>): string {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) view.setFloat32(4 * i, numbers[i], true);
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

function pageView({ name, rows, points, axes, note, zero }: LatentView, texts: number): LatentPageView {
  const all = rows.length === texts;
  return { name, rows: all ? null : rows, points: packNumbers(points), axes, note: zero === null ? note : `${note} ${PRIOR_NOTE}`, zero };
}

/** The data of a map's page. */
export function latentPageData(map: LatentMap): LatentPageData {
  const { texts, labels, means, units } = map;
  const views = latentViews(map);
  const names = [...new Set(labels.filter((label) => label !== null))];
  const places = new Map<string | null, number>(names.map((name, i) => [name, i]));
  return {
    words: { ...latentWords(map, views), activity: ACTIVITY_CAPTION, divergence: DIVERGENCE_CAPTION },
    texts: texts.map(shown),
    lengths: texts.map(lengthOf),
    labels: names.map(shown),
    labelOf: labels.map((label) => places.get(label) ?? -1),
    ...latentGroups(labels),
    views: [views.pca, ...(views.umap === null ? [] : [views.umap])].map((view) => pageView(view, texts.length)),
    means: packNumbers(means),
    units,
    byActivity: byActivity(units),
    unitAxes: unitAxes(units),
    activeFrom: ACTIVE_FROM,
    priorRadius: PRIOR_RADIUS,
    colours: colourStops.viridis,
  };
}
