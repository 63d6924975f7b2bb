// The policy gradient of a text generator as a loss: what it wrote, each token weighed by how much better than expected it was.

import { crossEntropy, filled, mul, reshape, sum, transpose, type DataType, type Tensor } from "../tensor/index.js";
import { TraceContext } from "../nn/trace_context.js";
import { policyLogits, type TextDrawing } from "./drawn_texts.js";
import { transposeTokens, type LanguageModel } from "./language_model.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

/** Initial states of zeros for texts that each begin anew. */
export const freshState = (generator: LanguageModel, rows: number, dtype: DataType = "float32"): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(Object.entries(generator.carried(rows)).map(([name, shape]) => [name, filled(0, shape, dtype)]));

/**
 * REINFORCE (Williams 1992; Yu et al. 2017, eq. 7 and 8): the loss is −Σ advantage · log p(token) over the texts' tokens,
 * whose gradient is the policy gradient when the texts were drawn from the generator. Shown is the cross-entropy of the
 * texts under the generator that drew them: an estimate of its entropy.
 */
export class PolicyGradient extends TextModel {
  readonly batchFields: Readonly<Record<string, BatchField>>;

  /** @param drawing how the texts were drawn: the policy is the softmax that they were drawn from */
  constructor(readonly generator: LanguageModel, private readonly drawing: Pick<TextDrawing, "excluded" | "temperature">) {
    super();
    const { tokens, targets } = generator.batchFields;
    /** How much more a token was worth than expected, (rows, length). */
    this.batchFields = { tokens, targets, advantages: { dtype: "float32", sizes: ["rows", "length"] } };
  }

  loss({ tokens, targets, advantages }: BatchTensors, _carried: Readonly<Record<string, Tensor>>): TracedLoss {
    const [rows] = tokens.shape as readonly number[];
    // Without dropout, with which the policy would be another than the one that drew the texts.
    const { dtype } = advantages;
    const { logits } = this.generator.logits(tokens, filled(0, [rows], dtype), freshState(this.generator, rows, dtype), new TraceContext(false));
    const count = logits.shape[0];
    const nats = crossEntropy(policyLogits(this.drawing, logits), reshape(transposeTokens(targets), [count]));
    return { lossSum: sum(mul(nats, reshape(transpose(advantages, [1, 0]), [count]))), natsSum: sum(nats), carried: {} };
  }
}
