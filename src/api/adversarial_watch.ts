// What is looked at while a generator learns against a discriminator: its texts beside real ones, and signs that one has lost.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { harmonicBleu, samplesBleu, selfBleu } from "../evaluation/samples_bleu.js";
import { hostTensor } from "../runtime/backend.js";
import { RandomStream } from "../runtime/random.js";
import { PHASES, type AdversarialWatch } from "../training/adversarial_course.js";
import type { Observed, Phase } from "../training/course.js";
import { textLengths, type TextDrawer } from "../training/drawn_batches.js";
import type { MetricsLine } from "../training/metrics_log.js";

/** The n-grams that quality and diversity are told by. */
const ORDER = 3;
/** Texts that are drawn at an evaluation. */
export const WATCHED_TEXTS = 512;
/** From this accuracy on the discriminator leaves the generator nothing to learn from. */
const WON = 0.98;
/** Evaluations in a row with that accuracy after which it is said, and after which the run ends. */
const WON_EVALUATIONS = { warn: 2, stop: 5 };
/** Share of real texts' diversity that is lost, from 0 for as diverse to 1 for always the same. */
const LOST = { warn: 0.5, stop: 0.8 };

const stateSchema = z.object({ won: z.int().nonnegative(), warned: z.boolean() });

export interface GenerationWatchOptions {
  readonly drawer: TextDrawer;
  /** Tokens that texts are begun with, in turn. */
  readonly starts: readonly number[];
  /** Held-out texts as tokens, their ends left out; two at least. */
  readonly real: readonly (readonly number[])[];
}

/** Draws texts at each evaluation, always from the same numbers, and measures them against held-out ones. */
export class GenerationWatch implements AdversarialWatch {
  readonly judgedBy = `1 − BLEU-${ORDER}, both ways`;
  private won = 0;
  private warned = false;
  private readonly real: readonly (readonly number[])[];
  private readonly realSelfBleu: number;

  constructor(private readonly options: GenerationWatchOptions) {
    this.real = options.real.slice(0, WATCHED_TEXTS);
    this.realSelfBleu = selfBleu(this.real).mean[ORDER];
  }

  async observe(metrics: MetricsLine, phase: Phase): Promise<Observed> {
    const texts = await this.draw();
    const forward = samplesBleu(texts, this.options.real).mean;
    const backward = samplesBleu(this.real, texts).mean;
    const harmonic = harmonicBleu(forward, backward)[ORDER];
    // Self-BLEU grows with the number of texts, so it is taken of as many as there are real ones to compare with.
    const own = selfBleu(texts.slice(0, Math.max(2, this.real.length))).mean[ORDER];
    const distinct = new Set(texts.map((text) => text.join(" "))).size / texts.length;
    const measures = { sampleBleu: forward[ORDER], sampleBackwardBleu: backward[ORDER], sampleSelfBleu: own, sampleDistinct: distinct, realSelfBleu: this.realSelfBleu };
    const told = phase.name === PHASES.rounds ? this.signs(metrics, own) : { notices: [] };
    return { measures, score: 1 - harmonic, ...told };
  }

  /** Whether the generator has collapsed or the discriminator has won. */
  private signs({ trainDiscriminatorAccuracy: accuracy = 0 }: MetricsLine, own: number): Pick<Observed, "notices" | "stop"> {
    const notices: string[] = [];
    const lost = (own - this.realSelfBleu) / Math.max(1e-6, 1 - this.realSelfBleu);
    const compared = `Self-BLEU-${ORDER} is ${own.toFixed(3)}, of real texts ${this.realSelfBleu.toFixed(3)}`;
    if (lost >= LOST.stop) {
      return { notices, stop: `The generator has collapsed and writes nearly the same again and again (${compared}): the run ends here, its best weights are kept; train with a lower --adversarial-lr or more --likelihood-updates.` };
    }
    if (lost >= LOST.warn && !this.warned) notices.push(`The generator is collapsing, its texts grow alike (${compared}); a lower --adversarial-lr or more --likelihood-updates prevent that.`);
    this.warned = lost >= LOST.warn;
    this.won = accuracy >= WON ? this.won + 1 : 0;
    const right = `it tells ${(100 * accuracy).toFixed(1)} % of all texts right`;
    const advice = "train with a lower --discriminator-lr, fewer --discriminator-updates or --spectral-norm";
    if (this.won === WON_EVALUATIONS.warn) notices.push(`The discriminator is winning: ${right}, and the generator learns little from it; ${advice}.`);
    if (this.won >= WON_EVALUATIONS.stop) return { notices, stop: `The discriminator has won: ${right} for ${this.won} evaluations in a row, and the generator learns nothing from it: the run ends here; ${advice}.` };
    return { notices };
  }

  private async draw(): Promise<number[][]> {
    const { drawer, starts } = this.options;
    const { rows, drawing } = drawer;
    const { length, endId } = drawing;
    const random = new RandomStream(0, "texts of an evaluation");
    const texts: number[][] = [];
    while (texts.length < WATCHED_TEXTS) {
      const first = texts.length;
      const start = hostTensor(BigInt64Array.from({ length: rows }, (_, row) => BigInt(starts[(first + row) % starts.length])), [rows]);
      const drawn = (await drawer.draw(start, random)).data as BigInt64Array;
      textLengths(drawn, drawing).forEach((count, row) => {
        const text = Array.from(drawn.subarray(row * length, row * length + count), Number);
        texts.push(endId !== null && text.at(-1) === endId ? text.slice(0, -1) : text);
      });
    }
    return texts.slice(0, WATCHED_TEXTS);
  }

  state(): z.infer<typeof stateSchema> {
    return { won: this.won, warned: this.warned };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks how generator and discriminator stood; train again.", { cause: parsed.error });
    Object.assign(this, parsed.data);
  }
}
