// How a variational autoencoder is kept from forgetting its latent space: annealing, aggressive updates, a look at each evaluation.

import { z } from "zod";
import { isUninformative, isVanishing, littleSaid } from "../evaluation/collapse.js";
import { activeUnits, activity } from "../evaluation/latent_measures.js";
import { mutualInformation } from "../evaluation/mutual_information.js";
import type { PosteriorProgram } from "../evaluation/posterior_program.js";
import { samplePosteriors } from "../evaluation/sample_posteriors.js";
import { DIVERGENCE_WEIGHT } from "../models/variational_autoencoder.js";
import { RandomStream } from "../runtime/random.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { annealedWeight, type AnnealingSettings } from "../training/annealing.js";
import { learnsCoefficient, type Coefficients, type Course, type Observed } from "../training/course.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { WordloomError } from "../errors.js";

/** The parts that learn in turns: what reads a sentence, and what writes it. */
export const partOfParameter = (name: string): string => (/^(encoder|posterior_layer|label_embedding)\b/.test(name) ? "encoder" : "decoder");

/** Below this, in nats, points have hardly begun to say anything, and whether it is more or less than before is chance. */
const FAINT = 0.3;

export interface LatentCourseOptions {
  readonly annealing: AnnealingSettings;
  /** Updates of the encoder alone before each of the decoder; 0 for none. */
  readonly aggressive: number;
  readonly encoder: PosteriorProgram;
  /** Sentences to look at after each evaluation. */
  readonly sentences: TokenizedPairs;
}

const stateSchema = z.object({ aggressive: z.boolean(), information: z.number().nullable(), warned: z.boolean() });

/**
 * Anneals the divergence's weight. With aggressive updates (He et al. 2019, algorithm 1), each step at first updates the
 * encoder alone several times and then the decoder alone, until the mutual information of sentences and points rises no
 * more from one evaluation to the next; from then on both learn together. There the inner loop ends when the objective
 * stops rising, here after a given number of updates, so that a step always costs the same.
 */
export class LatentCourse implements Course {
  private readonly turns: boolean;
  private aggressive: boolean;
  /** The most at an evaluation so far; null before the first. */
  private information: number | null = null;
  private warned = false;

  constructor(private readonly options: LatentCourseOptions) {
    this.turns = options.aggressive > 0;
    this.aggressive = this.turns;
  }

  updates(step: number): readonly Coefficients[] {
    const weight = { [DIVERGENCE_WEIGHT]: annealedWeight(this.options.annealing, step) };
    if (!this.turns) return [weight];
    const learning = (encoder: boolean, decoder: boolean): Coefficients => ({ ...weight, [learnsCoefficient("encoder")]: Number(encoder), [learnsCoefficient("decoder")]: Number(decoder) });
    if (!this.aggressive) return [learning(true, true)];
    return [...Array.from({ length: this.options.aggressive }, () => learning(true, false)), learning(false, true)];
  }

  async observe({ step, validationDivergence }: MetricsLine): Promise<Observed> {
    const { annealing, encoder, sentences } = this.options;
    const posteriors = await encoder.of(sentences);
    const information = mutualInformation(posteriors, samplePosteriors(posteriors, new RandomStream(0, "points of an evaluation")));
    const { nats } = information;
    const units = sentences.count > 1 ? activeUnits(activity(posteriors)) : 0;
    const notices: string[] = [];
    const told = this.information !== null && this.information > FAINT;
    if (this.aggressive && nats <= (this.information ?? Infinity) && (told || step >= annealing.steps)) {
      this.aggressive = false;
      notices.push(`The points no longer come to say more of the sentences (${Math.max(0, nats).toFixed(2)} nats): from now on encoder and decoder learn together.`);
    }
    const use = { divergence: validationDivergence, information };
    const rises = this.information === null || nats > this.information;
    this.information = Math.max(this.information ?? -Infinity, nats);
    const collapsed = step > 0 && step >= annealing.steps / 2 && (isVanishing(use) || (isUninformative(use) && !rises));
    if (collapsed && !this.warned) {
      notices.push(`The posterior is collapsing: a point says ${littleSaid(use)}, so that the decoder writes without it; train with --free-bits, a longer --annealing-steps, --word-dropout or --aggressive.`);
    }
    this.warned = collapsed;
    return { measures: { validationMutualInformation: nats, validationActiveUnits: units }, notices };
  }

  state(): z.infer<typeof stateSchema> {
    const { aggressive, information, warned } = this;
    return { aggressive, information, warned };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks where the course of the variational autoencoder stood; train again.", { cause: parsed.error });
    Object.assign(this, parsed.data);
  }
}
