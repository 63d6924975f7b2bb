// A latent space as numbers, for other programs: one object whose form stays the same.

import { checkLatentMap, countActive, isActive, type LatentMap } from "./latent_map.js";
import { type LatentView, latentViews } from "./latent_views.js";

/** A latent space as `JSON.stringify` writes it. Later versions only add members. */
export interface LatentJson {
  readonly format: "wordloom-latent";
  readonly version: 1;
  /** Empty if the map has none. */
  readonly run: string;
  readonly data: string;
  /** Texts and labels as they were given, white space and all. */
  readonly texts: readonly string[];
  readonly labels: readonly (string | null)[];
  /** `means[n][l]`: the mean of text n's posterior in unit l, to single precision. */
  readonly means: readonly (readonly number[])[];
  /** Divergence in nats; active above an activity of 0.01. */
  readonly units: readonly { readonly activity: number; readonly divergence: number; readonly active: boolean }[];
  readonly activeUnits: number;
  /** Nats of a text that its point says; null if the map has none. */
  readonly mutualInformation: number | null;
  readonly projections: {
    readonly pca: { readonly points: readonly (readonly number[])[]; readonly sameLabel: number | null };
    /** `points[i]` is that of text `rows[i]`; null with too few different points. */
    readonly umap: { readonly rows: readonly number[]; readonly points: readonly (readonly number[])[]; readonly sameLabel: number | null } | null;
  };
  /** The share of texts whose nearest other one has the same label: in the latent space, and by chance. */
  readonly sameLabel: { readonly latent: number; readonly chance: number } | null;
}

// What single precision has: more digits would only be noise.
const rounded = (value: number): number => Number(value.toPrecision(7));

function rowsOf(values: ArrayLike<number>, dimensions: number): number[][] {
  return Array.from({ length: values.length / dimensions }, (_, row) =>
    Array.from({ length: dimensions }, (_, i) => rounded(values[row * dimensions + i])),
  );
}

const pointsOf = (view: LatentView): number[][] => rowsOf(view.points, 2);

/**
 * The map as a plain object, with its projections.
 * @throws WordloomError as `checkLatentMap` does
 */
export function latentJson(map: LatentMap): LatentJson {
  checkLatentMap(map);
  const { pca, umap, sameLabel } = latentViews(map);
  return {
    format: "wordloom-latent",
    version: 1,
    run: map.run ?? "",
    data: map.data ?? "",
    texts: [...map.texts],
    labels: [...map.labels],
    means: rowsOf(map.means, map.units.length),
    units: map.units.map((unit) => ({ activity: unit.activity, divergence: unit.divergence, active: isActive(unit) })),
    activeUnits: countActive(map),
    mutualInformation: map.mutualInformation ?? null,
    projections: {
      pca: { points: pointsOf(pca), sameLabel: pca.sameLabel },
      umap: umap && { rows: umap.rows, points: pointsOf(umap), sameLabel: umap.sameLabel },
    },
    sameLabel,
  };
}
