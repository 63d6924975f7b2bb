// What all models that read one text and write another have of a batch: its tensors, their limits, its cross-entropy.

import { crossEntropy, reshape, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { transposeTokens } from "./language_model.js";
import type { BatchField } from "./text_model.js";

/** The tensors of a batch of pairs. */
export const PAIR_FIELDS: Readonly<Record<string, BatchField>> = {
  /** tokens and `<eos>`, then PADDING_TOKEN */
  sources: { dtype: "int64", sizes: ["rows", "sourceLength"] },
  /** `<bos>` and tokens */
  tokens: { dtype: "int64", sizes: ["rows", "targetLength"] },
  /** tokens and `<eos>`, then −1 */
  targets: { dtype: "int64", sizes: ["rows", "targetLength"] },
};

/** Cross-entropy in nats of each target int64 (B, T), 0 where it is −1: logits (T·B, V), time first → (T·B). */
export function targetCrossEntropy(logits: Tensor, targets: Tensor, smoothing = 0): Tensor {
  return crossEntropy(logits, reshape(transposeTokens(targets), [logits.shape[0]]), smoothing);
}

/** @throws WordloomError "shape_mismatch" for sources (B, S) or tokens (B, T) that a model cannot hold */
export function checkPairLengths(contextLength: number, sources: Tensor, tokens: Tensor): void {
  for (const [what, tensor] of [["source", sources], ["target", tokens]] as const) {
    const length = tensor.shape[1];
    if (typeof length !== "number" || length <= contextLength) continue;
    throw new WordloomError("shape_mismatch", `A ${what} of ${length} tokens does not fit the model's context of ${contextLength}; use shorter ones.`);
  }
}
