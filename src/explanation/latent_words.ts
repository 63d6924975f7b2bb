// The sentences that stand beside a picture of a latent space, the same in every form of it.

import { isolated } from "./attention_words.js";
import { ACTIVE_FROM, countActive, type LatentMap } from "./latent_map.js";
import type { LatentViews } from "./latent_views.js";
import { formatNumber } from "./latent_numbers.js";
import { formatPercent } from "./percent.js";
import { shortenLabel, visibleText } from "./token_label.js";

/** What the words of a picture are. */
export interface LatentWords {
  readonly title: string;
  /** How many texts of what, in how many units. */
  readonly about: string;
  /** "k of L units are active", and what they say together. */
  readonly units: string;
  /** How well the labels lie apart; empty without labels. */
  readonly labels: string;
}

const LONGEST_NAME = 60; // columns

/** A name inside a sentence. */
const named = (name: string): string => isolated(shortenLabel(visibleText(name), LONGEST_NAME));

const plural = (count: number, noun: string): string => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

/** What the prior's circle is, said beside a view that has one. */
export const PRIOR_NOTE = "The dashed circle, where it is in sight, holds 86 % of what the prior N(0, I) draws.";

/** Its radius: a draw of two standard normals is within r of 0 with probability 1 − exp(−r²/2). */
export const PRIOR_RADIUS = 2;

/** What the two charts of units show. */
export const ACTIVITY_CAPTION = "Activity: variance of the mean, log scale";
export const DIVERGENCE_CAPTION = "Divergence from the prior in nats";

/** The words for a map and its views. */
export function latentWords(map: LatentMap, views: LatentViews): LatentWords {
  const { texts, units, run, data, mutualInformation: information } = map;
  const active = countActive(map);
  const divergence = formatNumber(units.reduce((sum, unit) => sum + Math.max(0, unit.divergence), 0));
  const said = information === undefined ? "" : `, and its point says ${formatNumber(Math.max(0, information))} nats of it`;
  const from = data === undefined || data === "" ? "" : ` of ${named(data)}`;
  const collapsed = active === 0 && texts.length > 1 ? " No unit tells the texts apart: the posterior has collapsed." : "";
  const { pca, umap, sameLabel } = views;
  const kinds = [`PCA ${formatPercent(pca.sameLabel ?? 0)}`, ...(umap === null ? [] : [`UMAP ${formatPercent(umap.sameLabel ?? 0)}`])];
  return {
    title: run === undefined || run === "" ? "Latent space" : `Latent space of ${named(run)}`,
    about: `${plural(texts.length, "text")}${from}, each at the mean of its posterior in ${plural(units.length, "unit")}.`,
    units: `${active} of ${plural(units.length, "unit")} ${active === 1 || units.length === 1 ? "is" : "are"} active: above ${ACTIVE_FROM}, the dashed line. A text's divergence from the prior is ${divergence} nats${said}.${collapsed}`,
    labels:
      sameLabel === null
        ? ""
        : `The nearest text has the same label for ${formatPercent(sameLabel.latent)} of the texts in the latent space (${kinds.join(", ")}; by chance ${formatPercent(sameLabel.chance)}).`,
  };
}
