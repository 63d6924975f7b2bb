// The two ways in which a latent space is shown on paper, and which of them a single picture takes.

import { RandomStream } from "../runtime/random.js";
import { principalComponents } from "./latent_components.js";
import { EMBEDDING_NEIGHBOURS, neighbourEmbedding } from "./latent_embedding.js";
import type { LatentMap } from "./latent_map.js";
import { sameLabelChance, sameLabelShare } from "./latent_neighbours.js";
import { formatPercent } from "./percent.js";

/** Points of a map in two dimensions. */
export interface LatentView {
  readonly name: "PCA" | "UMAP";
  /** Which texts are shown, in order. */
  readonly rows: readonly number[];
  /** (rows × 2) row by row. */
  readonly points: Float64Array;
  /** What the axes are. */
  readonly axes: readonly [string, string];
  /** What distances in it mean, and what is left out. */
  readonly note: string;
  /** Where the prior's mean is, if lengths are those of the latent space. */
  readonly zero: readonly [number, number] | null;
  /** The share of points, of the sample, whose nearest other point in this view has the same label; null without labels. */
  readonly sameLabel: number | null;
}

/** All views of a map. */
export interface LatentViews {
  readonly pca: LatentView;
  /** Null where there are too few different points. */
  readonly umap: LatentView | null;
  /** As `sameLabel` of a view, in the latent space itself, and what chance would give. */
  readonly sameLabel: { readonly latent: number; readonly chance: number } | null;
}

/** What is measured in pairs is measured on this many texts at most. */
export const LARGEST_SAMPLE = 2000;

/** So much more of the points must have a neighbour of their label in UMAP before a picture takes it. */
const CLEARLY_BETTER = 0.05;

const TOO_FEW = ` There is no UMAP of so few: it takes more than ${EMBEDDING_NEIGHBOURS} different points.`;

/** All of a count, or as many as a sample may have, drawn without replacement and in order. */
function sampleRows(count: number): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  if (count <= LARGEST_SAMPLE) return rows;
  const random = new RandomStream(1, "sample");
  for (let i = 0; i < LARGEST_SAMPLE; i++) {
    const other = i + random.integer(count - i);
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  return rows.slice(0, LARGEST_SAMPLE).sort((a, b) => a - b);
}

const count = (number: number): string => number.toLocaleString("en-US");

function takeRows(all: ArrayLike<number>, dimensions: number, rows: readonly number[]): Float64Array {
  return Float64Array.from({ length: rows.length * dimensions }, (_, i) => all[rows[Math.floor(i / dimensions)] * dimensions + (i % dimensions)]);
}

/**
 * Projects a map, which must be whole (`checkLatentMap`), by PCA and, given more than 15 different points, by UMAP; of
 * more than 2,000 texts UMAP and the shares of labels take a sample.
 */
export function latentViews({ texts, labels, means, units }: LatentMap): LatentViews {
  const dimensions = units.length;
  const rows = sampleRows(texts.length);
  const sampled = takeRows(means, dimensions, rows);
  const sampledLabels = rows.map((row) => labels[row]);
  const latent = sameLabelShare(sampled, dimensions, sampledLabels);
  const shareIn = (points: Float64Array): number | null => sameLabelShare(points, 2, sampledLabels);

  const { points, shares, zero } = principalComponents(means, dimensions);
  const [first, second] = shares.map((share) => `${formatPercent(share)} of the variance`);
  const places = neighbourEmbedding(sampled, dimensions);
  const pca: LatentView = {
    name: "PCA",
    rows: texts.map((_, row) => row),
    points,
    axes: [`first component, ${first}`, `second component, ${second}`],
    note: `PCA: a straight projection; lengths are those of the latent space, or shorter.${places === null ? TOO_FEW : ""}`,
    zero,
    sameLabel: shareIn(takeRows(points, 2, rows)),
  };
  const part = rows.length < texts.length ? ` It shows ${count(rows.length)} of the ${count(texts.length)} texts, drawn at random.` : "";
  const umap: LatentView | null = places && {
    name: "UMAP",
    rows,
    points: places,
    axes: ["UMAP 1", "UMAP 2"],
    note: `UMAP: keeps a point's ${EMBEDDING_NEIGHBOURS} nearest neighbours near; the axes have no unit, and large distances and sizes of clusters mean little.${part}`,
    zero: null,
    sameLabel: shareIn(places),
  };
  return { pca, umap, sameLabel: latent === null ? null : { latent, chance: sameLabelChance(sampledLabels) } };
}

/**
 * The view for a picture that has only one: PCA, in which lengths mean something, unless it hides what the labels say:
 * unless in UMAP at least 5 % more of the points have a nearest neighbour of their own label.
 */
export function chooseView({ pca, umap }: LatentViews): LatentView {
  if (umap === null || umap.sameLabel === null || pca.sameLabel === null) return pca;
  return umap.sameLabel >= pca.sameLabel + CLEARLY_BETTER ? umap : pca;
}
