// Which tokens of a text a prediction hangs on: gradients of its log-probability, at the text and on the way to it.

import { halves, placeAt, stretchPoints, type Stretch } from "../explanation/path_quadrature.js";
import type { Saliency } from "../explanation/reading.js";
import { WordloomError } from "../errors.js";
import type { LanguageModel } from "../models/language_model.js";
import { transposeTokens } from "../models/language_model.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { crossEntropy, expand, filled, grad, input, mul, neg, reshape, sum } from "../tensor/index.js";
import { KeptPrograms, type TracedOutputs } from "./kept_programs.js";
import { paddedTokens, roundedLength } from "./padded_tokens.js";
import { carriedInput, emptyState } from "./text_reader.js";

/** Rows of a program, as far as their positions and logits leave room for them. */
const MOST_ROWS = 32;
const MOST_POSITIONS = 1 << 11;
const MOST_LOGITS = 1 << 24;

/** How far what is attributed may be from the difference in the log-probability, as a share of it. */
const TOLERANCE = 0.005;
/** Gradients after which an integral is left as it is. */
const MOST_POINTS = 1 << 13;

/** One row of a program: how far on the way from nothing to the text, and the prediction looked at. */
interface Row {
  readonly place: number;
  readonly position: number;
  readonly target: number;
}

/** What a row found: the log-probability in nats, and the gradient's product with each token's embedding, summed over its width. */
interface RowResult {
  readonly logProbability: number;
  readonly products: Float64Array;
}

/** A prediction to be explained. */
export interface Explained {
  /** The position after which it is made, within the tokens. */
  readonly position: number;
  /** The token whose probability is meant. */
  readonly target: number;
}

/** Attributes predictions to tokens with one model. Free its programs with `release`. */
export class SaliencyReader {
  private readonly programs: KeptPrograms;

  constructor(
    private readonly model: LanguageModel,
    private readonly buffers: ParameterBuffers,
    session: SessionOptions,
    backend?: Backend,
  ) {
    this.programs = new KeptPrograms(session, backend);
  }

  release(): Promise<void> {
    return this.programs.release();
  }

  /**
   * Gradient × input (Shrikumar et al. 2016) and integrated gradients (Sundararajan et al. 2017, eq. 1) of predictions'
   * log-probabilities over the embeddings of the tokens up to them, from a baseline of zero embeddings.
   * @param tokens ids @param state what a recurrent model carried to the first of them (1, H); nothing unless given
   * @returns one a prediction; attributions are those of the tokens up to its position
   * @throws WordloomError "interrupted"
   */
  async attribute(tokens: ArrayLike<number>, explained: readonly Explained[], signal?: AbortSignal, state: Readonly<Record<string, HostTensor>> = emptyState(this.model, 1)): Promise<Omit<Saliency, "token" | "first">[]> {
    const run = (rows: readonly Row[]): Promise<RowResult[]> => this.run(tokens, rows, state, signal);
    const ends = await run(explained.flatMap((one) => [{ ...one, place: 0 }, { ...one, place: 1 }]));
    const integrals = explained.map((one, i) => new PathIntegral(one, ends[2 * i].logProbability, ends[2 * i + 1].logProbability));
    // The integrals of all predictions are refined together, so that programs run with all their rows.
    for (let open = integrals; open.length > 0; open = open.filter((integral) => !integral.isComplete)) {
      const wanted = open.map((integral) => integral.refine());
      const found = await run(wanted.flat());
      let first = 0;
      for (const [i, integral] of open.entries()) integral.take(found.slice(first, (first += wanted[i].length)));
    }
    return integrals.map(({ attributions, points, before, after }, i) => ({
      gradientInput: Float32Array.from(ends[2 * i + 1].products.subarray(0, explained[i].position + 1)),
      integratedGradients: Float32Array.from(attributions),
      logProbability: after,
      baseline: before,
      points,
    }));
  }

  private async run(tokens: ArrayLike<number>, rows: readonly Row[], state: Readonly<Record<string, HostTensor>>, signal?: AbortSignal): Promise<RowResult[]> {
    const length = roundedLength(tokens.length, this.model.contextLength);
    const together = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_POSITIONS / length), Math.floor(MOST_LOGITS / (length * this.model.vocabularySize))));
    const results: RowResult[] = [];
    await this.programs.use(`${length} ${together}`, () => this.trace(length, together), async (program) => {
      for (let first = 0; first < rows.length; first += together) {
        if (signal?.aborted) throw new WordloomError("interrupted", "The explanation was interrupted before it was complete.");
        const part = rows.slice(first, first + together);
        const places = new Float32Array(together);
        const targets = new BigInt64Array(together * length).fill(-1n);
        for (const [row, { place, position, target }] of part.entries()) {
          places[row] = place;
          targets[row * length + position] = BigInt(target);
        }
        const feeds = { tokens: paddedTokens(tokens, length), places: hostTensor(places, [together]), targets: hostTensor(targets, [together, length]) };
        const { logProbabilities, products } = await program!.run({ ...this.buffers.feeds(), ...state, ...feeds });
        part.forEach((_, row) => {
          const own = Float64Array.from({ length: tokens.length }, (_, position) => products.data[position * together + row] as number);
          results.push({ logProbability: logProbabilities.data[row] as number, products: own });
        });
      }
    });
    return results;
  }

  /** Embeddings enter the model times each row's place on the way; the derivative is by what enters. */
  private trace(length: number, rows: number): TracedOutputs {
    const { model } = this;
    const embedded = model.embed(transposeTokens(input("tokens", [1, length], "int64")), "float32");
    const whole = expand(embedded, [length, rows, embedded.shape[2]]); // (T, R, E)
    const entering = mul(whole, reshape(input("places", [rows]), [1, rows, 1]));
    const carried = Object.fromEntries(Object.entries(model.carried(rows)).map(([name, shape]) => [name, expand(input(carriedInput(name), [1, shape[1]]), shape)]));
    const { logits } = model.read(entering, filled(0, [rows]), carried, new TraceContext(false));
    const targets = reshape(transposeTokens(input("targets", [rows, length], "int64")), [length * rows]);
    const logProbabilities = neg(sum(reshape(crossEntropy(logits, targets), [length, rows]), [0]));
    const [gradient] = grad(sum(logProbabilities), [entering]);
    return { logProbabilities, products: sum(mul(gradient, whole), [2]) };
  }
}

/** A stretch with the log-probabilities at its ends, and what it was found to attribute. */
interface MeasuredStretch extends Stretch {
  readonly before: number;
  readonly after: number;
  /** By token. */
  readonly attributed: Float64Array;
  /** The log-probability in its middle. */
  readonly middle: number;
}

/** How far the sum of what a stretch attributes is from the difference between its ends. */
const gapOf = ({ before, after, attributed }: MeasuredStretch): number => Math.abs(attributed.reduce((total, value) => total + value, 0) - (after - before));

/**
 * The integrated gradients of one prediction. The difference between the ends of any stretch is known, and with it the
 * error of what was attributed there: stretches are halved where it is large, until all errors together are small.
 */
class PathIntegral {
  private readonly done: MeasuredStretch[] = [];
  private open: (Stretch & Pick<MeasuredStretch, "before" | "after">)[];
  points = 0;

  constructor(
    private readonly explained: Explained,
    readonly before: number,
    readonly after: number,
  ) {
    this.open = [{ from: 0, to: 1, before, after }];
  }

  get isComplete(): boolean {
    return this.gap <= this.allowed || this.points >= MOST_POINTS;
  }

  get attributions(): Float64Array {
    const total = new Float64Array(this.explained.position + 1);
    for (const { attributed } of this.done) attributed.forEach((value, token) => (total[token] += value));
    return total;
  }

  /** The rows to run next: those of the stretches whose errors are large, in halves. */
  refine(): Row[] {
    for (let i = this.done.length - 1; i >= 0; i--) {
      const stretch = this.done[i];
      if (gapOf(stretch) * 2 * this.done.length <= this.allowed) continue;
      const [left, right] = halves(stretch);
      this.open.push({ ...left, before: stretch.before, after: stretch.middle }, { ...right, before: stretch.middle, after: stretch.after });
      this.done.splice(i, 1);
    }
    return this.open.flatMap((stretch) => [...stretchPoints(stretch).map(({ place }) => place), placeAt((stretch.from + stretch.to) / 2)].map((place) => ({ ...this.explained, place })));
  }

  /** What the rows of `refine` found. */
  take(found: readonly RowResult[]): void {
    let first = 0;
    for (const stretch of this.open) {
      const points = stretchPoints(stretch);
      const attributed = Float64Array.from({ length: this.explained.position + 1 }, (_, token) => points.reduce((total, { weight }, point) => total + weight * found[first + point].products[token], 0));
      this.done.push({ ...stretch, attributed, middle: found[first + points.length].logProbability });
      this.points += points.length;
      first += points.length + 1;
    }
    this.open = [];
  }

  private get gap(): number {
    return this.done.reduce((total, stretch) => total + gapOf(stretch), 0);
  }

  private get allowed(): number {
    return TOLERANCE * Math.abs(this.after - this.before);
  }
}
