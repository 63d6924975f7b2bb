// A discriminator as training knows it: batches of real and made texts, and the loss of telling them apart.

import { add, cast, concat, constant, greater, less, maximum, mul, reshape, split, sum, type Tensor } from "../tensor/index.js";
import type { TraceContext } from "../nn/trace_context.js";
import { discriminatorLoss, isPairwise, type Objective } from "./adversarial_loss.js";
import { textMask, type Discriminator } from "./discriminator.js";
import { interpolate, steepnessAtData, steepnessFromOne, type GradientPenalty } from "./gradient_penalty.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

export interface DiscriminatorTrainingOptions {
  readonly objective: Objective;
  /** The token that ends a text, and behind which nothing counts; null where all texts are as long as the batch. */
  readonly endId: number | null;
  /** Null for none. */
  readonly penalty: GradientPenalty | null;
}

/** Texts as the discriminator reads them: embedded (B, T, E), mask (B, T), labels int64 (B). */
export interface JudgedTexts {
  readonly embedded: Tensor;
  readonly mask: Tensor | null;
  readonly labels: Tensor | undefined;
}

/**
 * In a batch, `real` and `fake` are int64 (rows, length), anything behind their ends, and `realLabels` and `fakeLabels` their
 * labels, where the discriminator knows labels. Row by row, the loss is that of a pair.
 */
export class DiscriminatorTraining extends TextModel {
  readonly batchFields: Readonly<Record<string, BatchField>>;

  constructor(readonly discriminator: Discriminator, protected readonly options: DiscriminatorTrainingOptions) {
    super();
    const texts: BatchField = { dtype: "int64", sizes: ["rows", "length"] };
    const labels: BatchField = { dtype: "int64", sizes: ["rows"] };
    this.batchFields = { real: texts, fake: texts, ...(discriminator.labelCount > 0 ? { realLabels: labels, fakeLabels: labels } : {}) };
  }

  /**
   * The sum over pairs of the objective, and while training of the gradient penalty. Measures: `correct`, how many of the
   * 2·rows samples were told right. Where only differences of logits mean anything, both texts of a pair are if the real one's
   * logit is larger, else those whose logit has the right sign.
   */
  loss({ real, fake, realLabels, fakeLabels }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    return this.compared(this.texts(real, realLabels), this.texts(fake, fakeLabels), context);
  }

  /** The loss of telling real texts from made ones, pair by pair. */
  protected compared(reals: JudgedTexts, fakes: JudgedTexts, context: TraceContext): TracedLoss {
    const { discriminator, options } = this;
    const rows = reals.embedded.shape[0] as number;
    // Both at once: twice as many rows cost less than two passes.
    const [realLogits, fakeLogits] = split(score(discriminator, joined(reals, fakes), context), 0, [rows, rows]);
    const natsSum = sum(discriminatorLoss(options.objective, realLogits, fakeLogits));
    const { dtype } = realLogits;
    const measures = { samples: constant(2 * rows, [], dtype), sums: { correct: toldRight(options.objective, realLogits, fakeLogits) } };
    if (!context.training || !options.penalty) return { lossSum: natsSum, carried: {}, measures };
    const penalty = mul(sum(this.penalty(options.penalty, reals, realLogits, fakes, context)), options.penalty.weight);
    return { lossSum: add(natsSum, penalty), natsSum, carried: {}, measures };
  }

  protected texts(tokens: Tensor, labels: Tensor | undefined): JudgedTexts {
    const embedded = this.discriminator.embedTokens(tokens);
    const { endId } = this.options;
    return { embedded, mask: endId === null ? null : textMask(tokens, endId, embedded.dtype), labels };
  }

  /** Of each pair, before its weight: (rows). */
  private penalty({ kind }: GradientPenalty, reals: JudgedTexts, realLogits: Tensor, fakes: JudgedTexts, context: TraceContext): Tensor {
    if (kind === "r1") return steepnessAtData(realLogits, reals.embedded);
    const embedded = interpolate(withoutPadding(reals), withoutPadding(fakes), context);
    const mask = reals.mask && fakes.mask && maximum(reals.mask, fakes.mask);
    return steepnessFromOne(score(this.discriminator, { embedded, mask, labels: reals.labels }, context), embedded);
  }
}

const score = (discriminator: Discriminator, { embedded, mask, labels }: JudgedTexts, context: TraceContext): Tensor => discriminator.score(embedded, mask, labels, context);

/** The rows of both, the first's first. */
function joined(a: JudgedTexts, b: JudgedTexts): JudgedTexts {
  return {
    embedded: concat([a.embedded, b.embedded], 0),
    mask: a.mask && b.mask && concat([a.mask, b.mask], 0),
    labels: a.labels && b.labels && concat([a.labels, b.labels], 0),
  };
}

const withoutPadding = ({ embedded, mask }: JudgedTexts): Tensor => (mask ? mul(embedded, reshape(mask, [...mask.shape, 1])) : embedded);

/** How many of the 2·rows samples were told right. */
function toldRight(objective: Objective, real: Tensor, fake: Tensor): Tensor {
  const count = (right: Tensor): Tensor => sum(cast(right, real.dtype));
  return isPairwise(objective) ? mul(count(greater(real, fake)), 2) : add(count(greater(real, 0)), count(less(fake, 0)));
}
