// What generator and discriminator play for: losses of the logits that real and made texts got.

import { add, neg, relu, softplus, sub, type Tensor } from "../tensor/index.js";

/**
 * standard: binary cross-entropy, non-saturating for the generator (Goodfellow et al. 2014, section 3); relativistic: that a
 * real text looks more real than a made one (Jolicoeur-Martineau 2019, section 4.1; Nie et al. 2019, "RelGAN", eq. 4);
 * hinge (Miyato et al. 2018, eq. 16); wasserstein (Arjovsky et al. 2017, eq. 3).
 */
export const OBJECTIVES = ["standard", "relativistic", "hinge", "wasserstein"] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** Losses of both sides for each pair of a real text's logit and a made one's, both (B) → (B). */
interface Game {
  readonly discriminator: (real: Tensor, fake: Tensor) => Tensor;
  readonly generator: (real: Tensor, fake: Tensor) => Tensor;
  /** Whether only the difference of the two logits means anything. */
  readonly pairwise: boolean;
}

// −log σ(x) = softplus(−x)
const GAMES: Readonly<Record<Objective, Game>> = {
  standard: {
    discriminator: (real, fake) => add(softplus(neg(real)), softplus(fake)),
    generator: (_, fake) => softplus(neg(fake)),
    pairwise: false,
  },
  relativistic: {
    discriminator: (real, fake) => softplus(sub(fake, real)),
    generator: (real, fake) => softplus(sub(real, fake)),
    pairwise: true,
  },
  hinge: {
    discriminator: (real, fake) => add(relu(sub(1, real)), relu(add(1, fake))),
    generator: (_, fake) => neg(fake),
    pairwise: false,
  },
  wasserstein: {
    discriminator: (real, fake) => sub(fake, real),
    generator: (_, fake) => neg(fake),
    pairwise: true,
  },
};

/** What the discriminator minimises: logits of real and of made texts, both (B) → (B). */
export const discriminatorLoss = (objective: Objective, real: Tensor, fake: Tensor): Tensor => GAMES[objective].discriminator(real, fake);

/** What the generator minimises: logits of real and of made texts, both (B) → (B). Only "relativistic" looks at the real ones. */
export const generatorLoss = (objective: Objective, real: Tensor, fake: Tensor): Tensor => GAMES[objective].generator(real, fake);

/** Whether an objective looks only at the difference of a real text's logit and a made one's, so that its sign alone says nothing. */
export const isPairwise = (objective: Objective): boolean => GAMES[objective].pairwise;
