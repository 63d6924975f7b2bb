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
 * @throws WordloomError "invalid_data" for a broken line or vectors of another width than the model's embedding
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
  return sides.map(({ name, what }, side) => {
    const values = buffers.values(name);
    const drawn = Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
    const found = words[side].flatMap((word, id) => (vectors.has(word) ? [id] : []));
    if (found.length === 0) throw new WordloomError("invalid_data", `None of the model's ${words[side].length} ${what} is in "${path}"; give vectors of the same language, or train without --embeddings.`);
    const all = found.map((id) => vectors.get(words[side][id])!);
    const given = Math.sqrt(all.reduce((total, vector) => total + vector.reduce((sum, value) => sum + value * value, 0), 0) / (all.length * width)) || 1;
    found.forEach((id, i) => values.set(all[i].map((value) => (value * drawn) / given), id * width));
    return `Of ${words[side].length.toLocaleString("en-US")} ${what}, ${found.length.toLocaleString("en-US")} begin with vectors from ${path}; the others begin at random.`;
  });
}
