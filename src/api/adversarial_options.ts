// What may be asked of a generator that learns against a discriminator.

import * as z from "zod";
import { OBJECTIVES } from "../models/adversarial_loss.js";
import { DISCRIMINATOR_KINDS } from "../models/discriminator_config.js";
import { PENALTIES } from "../models/gradient_penalty.js";
import { BASELINES } from "../training/token_advantages.js";

/** How the discriminator's verdict reaches a generator of discrete tokens: SeqGAN's way, and RelGAN's. */
export const ESTIMATORS = ["policy", "gumbel"] as const;
export { DISCRIMINATOR_KINDS as DISCRIMINATORS };
export { BASELINES, OBJECTIVES, PENALTIES };

const whole = (least: number): z.ZodInt => z.int().gte(least);
const positive = z.number().gt(0);

/** Options of `train`, with their ranges; defaults that depend on each other are chosen in `adversarial_settings.ts`. */
export const ADVERSARIAL_SHAPE = {
  /** gan: what tells real texts from made ones. */
  discriminator: z.enum(DISCRIMINATOR_KINDS).default("cnn"),
  /** gan: policy gradient with roll-outs, or the Gumbel-softmax relaxation. */
  estimator: z.enum(ESTIMATORS).default("policy"),
  /** gan: what the two play for; standard, and relativistic with the relaxation, unless given. */
  objective: z.enum(OBJECTIVES).optional(),
  /** gan, policy: how often each beginning of a text is gone on from. */
  rollOuts: whole(1).lte(1024).default(4),
  /** gan, policy: what is expected of a token. */
  baseline: z.enum(BASELINES).default("mean"),
  /** gan: steps by likelihood alone, of the discriminator alone, and rounds of both in turns. */
  likelihoodSteps: whole(1).optional(),
  discriminatorSteps: whole(0).optional(),
  rounds: whole(0).optional(),
  /** gan: updates in a round. */
  generatorUpdates: whole(1).default(1),
  discriminatorUpdates: whole(0).default(3),
  /** gan: updates by likelihood in a round, so that it does not forget: interleaved training. */
  likelihoodUpdates: whole(0).default(1),
  /** gan: learning rates in the rounds. */
  adversarialLr: positive.optional(),
  discriminatorLr: positive.optional(),
  /** gan, gumbel: where the relaxation's temperature ends. */
  finalTemperature: z.number().gt(0).lte(1).default(0.1),
  /** gan: bounds the discriminator's steepness. */
  spectralNorm: z.boolean().default(false),
  gradientPenalty: z.enum(PENALTIES).optional(),
  penaltyWeight: positive.optional(),
};

/** Their names. */
export const ADVERSARIAL_OPTIONS = Object.keys(ADVERSARIAL_SHAPE) as (keyof typeof ADVERSARIAL_SHAPE)[];
