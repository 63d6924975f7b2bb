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
/** Share of the texts that must be different, and of real texts' mean length that theirs must have, both against real ones. */
const LEAST_DISTINCT = { warn: 0.6, stop: 0.3 };
const LEAST_LENGTH = 0.3;
/** Held-out nats a token, against the least so far, from which on a generator unlearns its language. */
const UNLEARNT = { warn: 1.25, stop: 2 };
/** As many evaluations in a row in which the discriminator is right about half of the time. */
const CHANCE = { from: 0.47, to: 0.53, evaluations: 5 };

const stateSchema = z.object({ won: z.int().nonnegative(), guessed: z.int().nonnegative(), warned: z.boolean(), unlearning: z.boolean(), bestNats: z.number().nullable() });

/** What is seen of drawn texts: Self-BLEU, the share of different ones, mean length. */
interface DrawnTexts {
  readonly own: number;
  readonly distinct: number;
  readonly length: number;
}

const distinctShare = (texts: readonly (readonly number[])[]): number => new Set(texts.map((text) => text.join(" "))).size / texts.length;
const meanLength = (texts: readonly (readonly number[])[]): number => texts.reduce((total, { length }) => total + length, 0) / texts.length;

export interface GenerationWatchOptions {
  readonly drawer: TextDrawer;
  /** Tokens that texts are begun with, in turn. */
  readonly starts: readonly number[];
  /** Held-out texts as tokens, their ends left out; two at least. */
  readonly real: readonly (readonly number[])[];
}

/** Draws texts at each evaluation, always from the same numbers, and measures them against held-out ones. */
export class GenerationWatch implements AdversarialWatch {
  readonly judgedBy = `1 − BLEU-${ORDER} both ways`;
  private won = 0;
  private guessed = 0;
  private warned = false;
  private unlearning = false;
  private bestNats: number | null = null;
  private readonly real: readonly (readonly number[])[];
  private readonly realSelfBleu: number;
  private readonly realDistinct: number;

  constructor(private readonly options: GenerationWatchOptions) {
    this.real = options.real.slice(0, WATCHED_TEXTS);
    this.realSelfBleu = selfBleu(this.real).mean[ORDER];
    this.realDistinct = distinctShare(this.real);
  }

  async observe(metrics: MetricsLine, phase: Phase): Promise<Observed> {
    const texts = await this.draw();
    const forward = samplesBleu(texts, this.real).mean;
    const backward = samplesBleu(this.real, texts).mean;
    const harmonic = harmonicBleu(forward, backward)[ORDER];
    // Self-BLEU grows with the number of texts, so it is taken of as many as there are real ones to compare with.
    const own = selfBleu(texts.slice(0, Math.max(2, this.real.length))).mean[ORDER];
    const distinct = distinctShare(texts);
    const measures = { sampleBleu: forward[ORDER], sampleBackwardBleu: backward[ORDER], sampleSelfBleu: own, sampleDistinct: distinct, realSelfBleu: this.realSelfBleu };
    const told = phase.name === PHASES.likelihood ? { notices: [] } : this.signs(metrics, { own, distinct, length: meanLength(texts) });
    this.bestNats = Math.min(this.bestNats ?? Infinity, metrics.validationLoss);
    return { measures, score: 1 - harmonic, ...told };
  }

  /** Whether the generator has collapsed or unlearnt its language, or the discriminator has won or knows nothing. */
  private signs(metrics: MetricsLine, drawn: DrawnTexts): Pick<Observed, "notices" | "stop"> {
    const notices: string[] = [];
    const stop = this.sameness(drawn, notices) ?? this.unlearnt(metrics, notices) ?? this.certainty(metrics, notices);
    return { notices, ...(stop === undefined ? {} : { stop }) };
  }

  private sameness({ own, distinct, length }: DrawnTexts, notices: string[]): string | undefined {
    const lost = (own - this.realSelfBleu) / Math.max(1e-6, 1 - this.realSelfBleu);
    const kept = distinct / this.realDistinct;
    const real = meanLength(this.real);
    const compared = `Self-BLEU-${ORDER} is ${own.toFixed(3)}, of real texts ${this.realSelfBleu.toFixed(3)}; ${(100 * distinct).toFixed(0)} % of the texts are different, ${length.toFixed(1)} tokens long on average, real ones ${real.toFixed(1)}`;
    if (lost >= LOST.stop || kept < LEAST_DISTINCT.stop || length < LEAST_LENGTH * real) {
      return `The generator has collapsed (${compared}): the run ends here, its best weights are kept; train with a lower --adversarial-lr or more --likelihood-updates.`;
    }
    const collapsing = lost >= LOST.warn || kept < LEAST_DISTINCT.warn;
    if (collapsing && !this.warned) notices.push(`The generator is collapsing, its texts grow alike (${compared}); a lower --adversarial-lr or more --likelihood-updates prevent that.`);
    this.warned = collapsing;
    return undefined;
  }

  private unlearnt({ validationLoss }: MetricsLine, notices: string[]): string | undefined {
    const times = validationLoss / (this.bestNats ?? validationLoss);
    const compared = `${validationLoss.toFixed(2)} nats a held-out token, ${(this.bestNats ?? validationLoss).toFixed(2)} at best`;
    if (times >= UNLEARNT.stop) return `The generator has unlearnt what it knew (${compared}): the run ends here, its best weights are kept; train with a lower --adversarial-lr or more --likelihood-updates.`;
    if (times >= UNLEARNT.warn && !this.unlearning) notices.push(`The generator is unlearning what it knew (${compared}); a lower --adversarial-lr or more --likelihood-updates prevent that.`);
    this.unlearning = times >= UNLEARNT.warn;
    return undefined;
  }

  private certainty({ trainDiscriminatorAccuracy: accuracy }: MetricsLine, notices: string[]): string | undefined {
    if (accuracy === undefined) return undefined;
    this.won = accuracy >= WON ? this.won + 1 : 0;
    this.guessed = accuracy > CHANCE.from && accuracy < CHANCE.to ? this.guessed + 1 : 0;
    const right = `it tells ${(100 * accuracy).toFixed(1)} % of all texts right`;
    const advice = "train with a lower --discriminator-lr, fewer --discriminator-updates or --spectral-norm";
    if (this.won === WON_EVALUATIONS.warn) notices.push(`The discriminator is winning: ${right}, and the generator learns little from it; ${advice}.`);
    if (this.guessed === CHANCE.evaluations) notices.push(`The discriminator tells real texts from made ones no better than by chance (${(100 * accuracy).toFixed(1)} %), and the generator learns nothing from it; train with more --discriminator-updates or a higher --discriminator-lr.`);
    if (this.won < WON_EVALUATIONS.stop) return undefined;
    return `The discriminator has won: ${right} for ${this.won} evaluations in a row, and the generator learns nothing from it: the run ends here; ${advice}.`;
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
    const { won, guessed, warned, unlearning, bestNats } = this;
    return { won, guessed, warned, unlearning, bestNats };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks how generator and discriminator stood; train again.", { cause: parsed.error });
    Object.assign(this, parsed.data);
  }
}
