// A text generator that learns through the Gumbel-softmax relaxation: the discriminator's gradient reaches its softmax.

import { sum, type Tensor } from "../tensor/index.js";
import type { TraceContext } from "../nn/trace_context.js";
import { generatorLoss, type Objective } from "./adversarial_loss.js";
import { textMask, type Discriminator } from "./discriminator.js";
import { relaxedTexts, type TextDrawing } from "./drawn_texts.js";
import type { LanguageModel } from "./language_model.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

/** The coefficient that divides the perturbed logits (Nie et al. 2019, eq. 6, whose β is its reciprocal). */
export const RELAXATION_TEMPERATURE = "temperature";

export interface RelaxedGeneratorOptions {
  readonly generator: LanguageModel;
  /** Only read: its parameters are fed, and not trained by this loss. */
  readonly discriminator: Discriminator;
  readonly drawing: TextDrawing;
  readonly objective: Objective;
}

/**
 * RelGAN's generator step (Nie et al. 2019). A batch has the token before each text, `start` (rows), real texts to compare
 * with, `real` (rows, length), and the texts' labels where the discriminator knows labels. The loss is a sum over texts.
 */
export class RelaxedGenerator extends TextModel {
  readonly batchFields: Readonly<Record<string, BatchField>>;

  constructor(private readonly options: RelaxedGeneratorOptions) {
    super();
    this.batchFields = {
      start: { dtype: "int64", sizes: ["rows"] },
      real: { dtype: "int64", sizes: ["rows", "length"] },
      ...(options.discriminator.labelCount > 0 ? { labels: { dtype: "int64", sizes: ["rows"] } } : {}),
    };
  }

  loss({ start, real, labels }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    const { discriminator, drawing, objective } = this.options;
    const [rows] = start.shape as readonly number[];
    const classes = drawing.decoder.vocabularySize;
    const temperature = context.coefficient(RELAXATION_TEMPERATURE);
    const { distributions, tokens, nats } = relaxedTexts(drawing, start, () => context.gumbel([rows, classes]), temperature);
    const score = (embedded: Tensor, texts: Tensor): Tensor => discriminator.score(embedded, textMask(texts, drawing.endId), labels, context);
    const fakeLogits = score(discriminator.embedDistribution(distributions), tokens);
    const realLogits = score(discriminator.embedTokens(real), real);
    const written = sum(textMask(tokens, drawing.endId));
    return { lossSum: sum(generatorLoss(objective, realLogits, fakeLogits)), carried: {}, measures: { samples: written, sums: { entropy: sum(nats) } } };
  }
}
