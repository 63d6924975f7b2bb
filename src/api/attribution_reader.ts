// Which tokens predictions hang on, of a model of any kind: gradients of log-probabilities by what stands in place of the tokens.

import { WordloomError } from "../errors.js";
import { transposeTokens } from "../models/language_model.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { concat, crossEntropy, expand, grad, input, mul, neg, reshape, sum, type Tensor } from "../tensor/index.js";
import type { TracedOutputs } from "./kept_programs.js";
import { ModelReader } from "./model_reader.js";
import { attributions, type Attribution, type Explained, type PathResult, type PathRow } from "./path_integral.js";

/** Rows of a program, as far as their positions and logits leave room for them. */
const MOST_ROWS = 32;
const MOST_POSITIONS = 1 << 11;
const MOST_LOGITS = 1 << 24;

/** Tokens that a model reads, in one text or in several: how they are fed, and what their logits are made of. */
export interface Subject {
  /** Says all that a program is traced for but the number of its rows. */
  readonly key: string;
  /** Positions of a row, those that only fill it up included; and how many of them predict, which are the last ones. */
  readonly positions: number;
  readonly predicting: number;
  /** At which of the positions each token stands, in their order. */
  readonly places: readonly number[];
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /**
   * Tokens' vectors by text, (T, 1, E) each, all positions of all texts in order; and the logits (predicting · rows, V), time
   * first, that become of what enters in their place, (T, rows, E) each.
   */
  trace(rows: number): { readonly vectors: readonly Tensor[]; readonly logits: (entering: readonly Tensor[]) => Tensor };
}

/** Attributes the predictions of one model. */
export abstract class AttributionReader<Model extends { readonly vocabularySize: number }> extends ModelReader<Model> {
  /**
   * What predictions are owed to: as `attributions` says.
   * @param explained positions among those that predict; each is attributed to the tokens up to it
   * @throws WordloomError "interrupted"
   */
  protected attributed(subject: Subject, explained: readonly Explained[], signal?: AbortSignal): Promise<Attribution[]> {
    const before = subject.places.filter((place) => place < subject.positions - subject.predicting).length;
    return attributions(explained, ({ position }) => before + position + 1, (rows) => this.gradients(subject, rows, signal));
  }

  private async gradients(subject: Subject, rows: readonly PathRow[], signal?: AbortSignal): Promise<PathResult[]> {
    const { key, positions, predicting, places: tokens, feeds } = subject;
    const together = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_POSITIONS / positions), Math.floor(MOST_LOGITS / (predicting * this.model.vocabularySize))));
    const results: PathResult[] = [];
    await this.programs.use(`gradients ${key} ${together}`, () => traceGradients(subject, together), async (program) => {
      for (let first = 0; first < rows.length; first += together) {
        if (signal?.aborted) throw new WordloomError("interrupted", "The explanation was interrupted before it was complete.");
        const part = rows.slice(first, first + together);
        const places = new Float32Array(together);
        const targets = new BigInt64Array(together * predicting).fill(-1n);
        for (const [row, { place, position, target }] of part.entries()) {
          places[row] = place;
          targets[row * predicting + position] = BigInt(target);
        }
        const own = { places: hostTensor(places, [together]), targets: hostTensor(targets, [together, predicting]) };
        const { logProbabilities, products } = await program!.run({ ...this.buffers.feeds(), ...feeds, ...own });
        part.forEach((_, row) => {
          results.push({ logProbability: logProbabilities.data[row] as number, products: Float64Array.from(tokens, (position) => products.data[position * together + row] as number) });
        });
      }
    });
    return results;
  }
}

/** Vectors enter the model times each row's place on the way; the derivative is by what enters. */
function traceGradients(subject: Subject, rows: number): TracedOutputs {
  const { vectors, logits } = subject.trace(rows);
  const places = reshape(input("places", [rows]), [1, rows, 1]);
  const whole = vectors.map((each) => expand(each, [each.shape[0], rows, each.shape[2]])); // (T, R, E)
  const entering = whole.map((each) => mul(each, places));
  const targets = reshape(transposeTokens(input("targets", [rows, subject.predicting], "int64")), [subject.predicting * rows]);
  const logProbabilities = neg(sum(reshape(crossEntropy(logits(entering), targets), [subject.predicting, rows]), [0]));
  const gradients = grad(sum(logProbabilities), entering);
  return { logProbabilities, products: concat(gradients.map((gradient, i) => sum(mul(gradient, whole[i]), [2])), 0) };
}
