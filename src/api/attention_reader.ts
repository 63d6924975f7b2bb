// The attention that an encoder–decoder pays while it reads a given target: a program for each shape, weights cut to each text.

import type { AttentionLayer } from "../explanation/attention_map.js";
import type { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import type { HostTensor } from "../runtime/backend.js";
import { input } from "../tensor/index.js";
import { ModelReader } from "./model_reader.js";
import { paddedTokens, roundedLength } from "./padded_tokens.js";

/** Reads attention from one model. */
export class AttentionReader extends ModelReader<SequenceToSequenceModel> {
  /**
   * What an encoder–decoder attends to in the source while it reads a target.
   * @param source token ids, `<eos>` included
   * @param target token ids that are read, `<bos>` first; row t is what was attended to when token t + 1 was predicted
   */
  async alignment(source: ArrayLike<number>, target: ArrayLike<number>): Promise<AttentionLayer[]> {
    const { model } = this;
    const [sourceLength, targetLength] = [roundedLength(source.length, model.contextLength), roundedLength(target.length, model.contextLength)];
    const trace = () => {
      const traced = model.attention(input("sources", [1, sourceLength], "int64"), input("tokens", [1, targetLength], "int64"));
      return Object.fromEntries(traced.filter(({ name }) => name.startsWith("decoder")).map(({ name, weights }) => [name, weights]));
    };
    const feeds = { sources: paddedTokens(source, sourceLength), tokens: paddedTokens(target, targetLength) };
    const results = await this.run(`${sourceLength},${targetLength}`, trace, feeds);
    return Object.entries(results).map(([name, weights]) => ({ name, heads: headsOf(weights, target.length, source.length) }));
  }
}

/** The rows and columns that are no padding, of each head of weights (1, heads, T, S) or, in groups, (1, groups, size, T, S). */
export function headsOf({ data, shape }: HostTensor, rows: number, columns: number): Float32Array[] {
  const [time, length] = shape.slice(-2);
  const heads = shape.slice(1, -2).reduce((product, size) => product * size, 1);
  return Array.from({ length: heads }, (_, head) => {
    const cut = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const at = (head * time + row) * length;
      cut.set((data as Float32Array).subarray(at, at + columns), row * columns);
    }
    return cut;
  });
}
