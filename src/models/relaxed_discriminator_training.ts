// A discriminator that learns from relaxed texts, as the generator that learns through them is judged on.

import { stopGradient, type Tensor } from "../tensor/index.js";
import type { TraceContext } from "../nn/trace_context.js";
import type { Discriminator } from "./discriminator.js";
import { DiscriminatorTraining, type DiscriminatorTrainingOptions } from "./discriminator_training.js";
import { textMask } from "./discriminator.js";
import { relaxedTexts, type TextDrawing } from "./drawn_texts.js";
import { RELAXATION_TEMPERATURE } from "./relaxed_generator.js";
import type { BatchField, BatchTensors, TracedLoss } from "./text_model.js";

/**
 * RelGAN's discriminator step (Nie et al. 2019): made texts are the generator's relaxed ones, drawn anew in the graph. In a
 * batch, `real` is int64 (rows, length), `start` (rows) what each made text begins with, and `labels` of both.
 */
export class RelaxedDiscriminatorTraining extends DiscriminatorTraining {
  override readonly batchFields: Readonly<Record<string, BatchField>>;

  /** @param drawing of the generator, whose parameters are only read */
  constructor(discriminator: Discriminator, private readonly drawing: TextDrawing, options: DiscriminatorTrainingOptions) {
    super(discriminator, options);
    const rows: BatchField = { dtype: "int64", sizes: ["rows"] };
    this.batchFields = { real: { dtype: "int64", sizes: ["rows", "length"] }, start: rows, ...(discriminator.labelCount > 0 ? { labels: rows } : {}) };
  }

  override loss({ real, start, labels }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    const [rows] = start.shape as readonly number[];
    const { endId } = this.options;
    const noise = (): Tensor => context.gumbel([rows, this.drawing.decoder.vocabularySize]);
    const { distributions, tokens } = relaxedTexts(this.drawing, start, noise, context.coefficient(RELAXATION_TEMPERATURE));
    const embedded = this.discriminator.embedDistribution(stopGradient(distributions));
    const fakes = { embedded, mask: endId === null ? null : textMask(tokens, endId), labels };
    return this.compared(this.texts(real, labels), fakes, context);
  }
}
