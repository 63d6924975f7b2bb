// Says when a latent space is collapsed: when a point tells next to nothing of its sentence.

import type { MutualInformation } from "./mutual_information.js";

/** Below so many nats, points say next to nothing of their sentences. */
const LITTLE = 1;

/** How far posteriors are from the prior, and how much points tell of their sentences. */
export interface LatentUse {
  /** The mean of KL(q(z|x) ‖ p(z)) in nats. */
  readonly divergence: number;
  readonly information: Pick<MutualInformation, "nats" | "bound">;
}

/** Whether posteriors are all but the prior. */
export const isVanishing = ({ divergence }: LatentUse): boolean => divergence < LITTLE;

/**
 * Whether posteriors are all but the same, which the divergence does not tell where bits are free: each may be as far from
 * the prior as costs nothing, and yet the same for every sentence. Few sentences can show only little information, of
 * which half is enough, and a single one none.
 */
export const isUninformative = ({ information: { nats, bound } }: LatentUse): boolean => bound > 0 && nats < Math.min(LITTLE, bound / 2);

/** How much a point says of its sentence, for people, of a latent space that is either. */
export function littleSaid(use: LatentUse): string {
  if (isVanishing(use)) return `${use.divergence.toFixed(2)} nats of its sentence`;
  return `${Math.max(0, use.information.nats).toFixed(2)} nats of its sentence (its KL of ${use.divergence.toFixed(2)} is much the same for all)`;
}

/** A sentence for people where a latent space is either; null where it is used. */
export const collapseNotice = (use: LatentUse): string | null =>
  isVanishing(use) || isUninformative(use) ? `The latent space is collapsed: a point says ${littleSaid(use)}, so that texts hardly depend on their points.` : null;
