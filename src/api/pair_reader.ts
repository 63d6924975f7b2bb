// A model that reads one text and writes another at work on a given pair: its predictions, and what they hang on.

import type { EmbeddedPairModel } from "../models/embedded_pair.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { expand, input, type Tensor } from "../tensor/index.js";
import { AttributionReader, type Subject } from "./attribution_reader.js";
import { paddedTokens, roundedLength } from "./padded_tokens.js";
import type { Attribution, Explained } from "./path_integral.js";

/** A pair as token ids. */
export interface PairTokens {
  /** `<eos>` at the end. */
  readonly source: ArrayLike<number>;
  /** What is read while the target is written: `<bos>` and its tokens. */
  readonly target: ArrayLike<number>;
  /** The label's place, of a model that knows labels. */
  readonly label?: number;
}

/** Reads pairs with one model. */
export class PairReader extends AttributionReader<EmbeddedPairModel> {
  /** Logits (T × V), row by row, of what comes after each token of the target. */
  async logits(pair: PairTokens): Promise<Float32Array> {
    const { key, feeds, trace } = this.subject(pair);
    const traceLogits = () => {
      const { vectors, logits } = trace(1);
      return { logits: logits(vectors) };
    };
    const { logits } = await this.run(`logits ${key}`, traceLogits, feeds);
    return (logits.data as Float32Array).subarray(0, pair.target.length * this.model.vocabularySize);
  }

  /**
   * What predictions' log-probabilities are owed to over the embeddings of the whole source and of the target up to them.
   * @param explained positions of the target
   * @returns one a prediction; attributions are those of the source's tokens, then of the target's up to its position
   * @throws WordloomError "interrupted"
   */
  attribute(pair: PairTokens, explained: readonly Explained[], signal?: AbortSignal): Promise<Attribution[]> {
    return this.attributed(this.subject(pair), explained, signal);
  }

  private subject({ source, target, label }: PairTokens): Subject {
    const { model } = this;
    const [sourceLength, targetLength] = [source, target].map(({ length }) => roundedLength(length, model.contextLength));
    const feeds: Record<string, HostTensor> = { sources: paddedTokens(source, sourceLength), tokens: paddedTokens(target, targetLength) };
    if (label !== undefined) feeds.labels = hostTensor(BigInt64Array.of(BigInt(label)), [1]);
    return {
      key: `${sourceLength} ${targetLength}`,
      positions: sourceLength + targetLength,
      predicting: targetLength,
      places: [...Array.from(source, (_, i) => i), ...Array.from(target, (_, i) => sourceLength + i)],
      feeds,
      trace: (rows) => {
        const sources = input("sources", [1, sourceLength], "int64");
        const inEachRow = (one: Tensor): Tensor => expand(one, [rows, ...one.shape.slice(1)]);
        const labels = label === undefined ? {} : { labels: inEachRow(input("labels", [1], "int64")) };
        return {
          vectors: [model.embedSources(sources), model.embedTargets(input("tokens", [1, targetLength], "int64"))],
          logits: ([sourceVectors, targetVectors]) => model.write({ sources: inEachRow(sources), sourceVectors, targetVectors, ...labels }, new TraceContext(false)),
        };
      },
    };
  }
}
