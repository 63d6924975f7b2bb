// Word vectors from a file as the first values of a model's embeddings.

import { WordloomError } from "../errors.js";
import type { SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { readWordVectors } from "../text/word_vectors.js";

/**
 * Writes the vectors of known words over the drawn ones, scaled to the spread that the embedding was drawn with, so that
 * the layers behind it find what they were made for.
 * @returns sentences about how many words were found
 * @throws WordloomError as `readWordVectors` does; "invalid_data" where the file has no word of the model
 */
export async function initialVectors(path: string, config: SequenceToSequenceConfig, tokenizers: { tokenizer: Tokenizer; sourceTokenizer: Tokenizer }, buffers: ParameterBuffers): Promise<readonly string[]> {
  const width = config.model_type === "wordloom-seq2seq-transformer" ? config.hidden_size : config.embedding_size;
  const sides = config.joint_embeddings
    ? [{ name: "source_embedding.weight", what: "words", tokenizer: tokenizers.tokenizer }]
    : [
        { name: "source_embedding.weight", what: "source words", tokenizer: tokenizers.sourceTokenizer },
        { name: "target_embedding.weight", what: "target words", tokenizer: tokenizers.tokenizer },
      ];
  const words = sides.map(({ tokenizer }) => Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.tokenText(id).trim()));
  const { vectors } = await readWordVectors(path, new Set(words.flat()), { width });
  const found = words.map((texts) => texts.flatMap((word, id) => (vectors.has(word) ? [id] : [])));
  if (found.every((ids) => ids.length === 0)) {
    throw new WordloomError("invalid_data", `None of the model's ${sides.map(({ what }, side) => `${words[side].length} ${what}`).join(" and ")} is in "${path}"; give vectors of the same language, or train without --embeddings.`);
  }
  return sides.map(({ name, what }, side) => {
    const [values, ids] = [buffers.values(name), found[side]];
    const all = ids.map((id) => vectors.get(words[side][id])!);
    const scale = spread([values]) / (spread(all) || 1);
    ids.forEach((id, i) => values.set(all[i].map((value) => value * scale), id * width));
    return `Of ${words[side].length.toLocaleString("en-US")} ${what}, ${ids.length.toLocaleString("en-US")} begin with vectors from ${path}; ${ids.length === 0 ? "all" : "the others"} begin at random.`;
  });
}

/** The root of the mean square of all values. */
function spread(vectors: readonly Float32Array[]): number {
  let [total, count] = [0, 0];
  for (const vector of vectors) {
    for (const value of vector) total += value * value;
    count += vector.length;
  }
  return count === 0 ? 0 : Math.sqrt(total / count);
}
