// Which tokens of a text a language model's prediction hangs on: gradients of its log-probability, at the text and on the way to it.

import type { LanguageModel } from "../models/language_model.js";
import { transposeTokens } from "../models/language_model.js";
import { TraceContext } from "../nn/trace_context.js";
import type { HostTensor } from "../runtime/backend.js";
import { expand, filled, input } from "../tensor/index.js";
import { AttributionReader } from "./attribution_reader.js";
import { paddedTokens, roundedLength } from "./padded_tokens.js";
import type { Attribution, Explained } from "./path_integral.js";
import { carriedInput, emptyState } from "./text_reader.js";

/** Attributes predictions to tokens with one model. */
export class SaliencyReader extends AttributionReader<LanguageModel> {
  /**
   * What predictions' log-probabilities are owed to over the embeddings of the tokens up to them.
   * @param tokens ids @param state what a recurrent model carried to the first of them (1, H); nothing unless given
   * @returns one a prediction; attributions are those of the tokens up to its position
   * @throws WordloomError "interrupted"
   */
  attribute(tokens: ArrayLike<number>, explained: readonly Explained[], signal?: AbortSignal, state: Readonly<Record<string, HostTensor>> = emptyState(this.model, 1)): Promise<Attribution[]> {
    const { model } = this;
    const length = roundedLength(tokens.length, model.contextLength);
    return this.attributed(
      {
        key: `${length}`,
        positions: length,
        predicting: length,
        places: Array.from(tokens, (_, position) => position),
        feeds: { ...state, tokens: paddedTokens(tokens, length) },
        trace: (rows) => {
          const carried = Object.fromEntries(Object.entries(model.carried(rows)).map(([name, shape]) => [name, expand(input(carriedInput(name), [1, shape[1]]), shape)]));
          return {
            vectors: [model.embed(transposeTokens(input("tokens", [1, length], "int64")), "float32")],
            logits: ([entering]) => model.read(entering, filled(0, [rows]), carried, new TraceContext(false)).logits,
          };
        },
      },
      explained,
      signal,
    );
  }
}
