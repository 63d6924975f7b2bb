// Word vectors from a file as the first values of a model's embeddings.

import { WordloomError } from "../errors.js";
import type { SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { readable } from "../text/corpus.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { type PairSide, wholeWordTokens } from "../text/pairs/whole_word_tokens.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { readWordVectors, wordVectorWidth } from "../text/word_vectors.js";
import type { TrainOptions } from "./train_options.js";

/** The model whose embeddings are to begin with vectors, and the pairs that it is trained on. */
export interface EmbeddedWords {
  readonly config: SequenceToSequenceConfig;
  readonly tokenizer: Tokenizer;
  readonly sourceTokenizer: Tokenizer;
  readonly pairs: TokenizedPairs;
}

/** One embedding and its tokens. */
interface EmbeddingSide {
  readonly name: string;
  /** What its tokens are called. */
  readonly what: string;
  readonly tokenizer: Tokenizer;
  /** Which texts of the pairs it reads. */
  readonly texts: readonly PairSide[];
}

/**
 * The width of the vectors that a model is to begin with, null without any.
 * @throws WordloomError as `readWordVectors` does; "invalid_argument" where another width was asked for
 */
export async function widthOfVectors({ embeddings, cell, width, embedding }: Pick<TrainOptions, "embeddings" | "cell" | "width" | "embedding">): Promise<number | null> {
  if (embeddings === undefined) return null;
  const asked = cell === "transformer" ? width : embedding;
  return wordVectorWidth(embeddings, asked === undefined ? {} : { width: asked });
}

/**
 * Writes the vectors of known words over the drawn ones, scaled to the spread that the embedding was drawn with, so that
 * the layers behind it find what they were made for. A byte-pair token that spells a word begins with its vector only if
 * it is that word more often than a part of longer ones.
 * @returns sentences about how many words or tokens were found
 * @throws WordloomError as `readWordVectors` does; "invalid_data" where the file has no word of the model
 */
export async function initialVectors(path: string, { config, tokenizer, sourceTokenizer, pairs }: EmbeddedWords, buffers: ParameterBuffers): Promise<readonly string[]> {
  const width = config.model_type === "wordloom-seq2seq-transformer" ? config.hidden_size : config.embedding_size;
  const sides = sidesOf(config.joint_embeddings, tokenizer, sourceTokenizer);
  const words = sides.map((side) => Array.from({ length: side.tokenizer.vocabularySize }, (_, id) => side.tokenizer.tokenText(id).trim()));
  const { vectors } = await readWordVectors(path, new Set(words.flat()), { width });
  const spelt = words.map((texts) => texts.flatMap((word, id) => (vectors.has(word) ? [id] : [])));
  const found = sides.map((side, i) => {
    if (side.tokenizer.kind !== "byte_pair") return spelt[i];
    const isWord = wholeWordTokens(side.tokenizer, pairs, side.texts);
    return spelt[i].filter((id) => isWord[id] === 1);
  });
  if (found.every((ids) => ids.length === 0)) {
    throw new WordloomError("invalid_data", `None of the model's ${sides.map(({ what }, side) => `${words[side].length} ${what}`).join(" and ")} is in "${path}"; give vectors of the same language, or train without --embeddings.`);
  }
  return sides.map(({ name, what }, side) => {
    const [values, ids] = [buffers.values(name), found[side]];
    const all = ids.map((id) => vectors.get(words[side][id])!);
    const scale = spread([values]) / (spread(all) || 1);
    ids.forEach((id, i) => values.set(all[i].map((value) => value * scale), id * width));
    const parts = spelt[side].length - ids.length;
    const among = parts === 0 ? "" : `, among them ${readable(parts)} that ${parts === 1 ? "spells a word of it but mostly stands within longer ones" : "spell words of it but mostly stand within longer ones"}`;
    return `Of ${readable(words[side].length)} ${what}, ${readable(ids.length)} begin with vectors from ${path}; ${ids.length === 0 ? "all" : "the others"} begin at random${among}.`;
  });
}

function sidesOf(joint: boolean, tokenizer: Tokenizer, sourceTokenizer: Tokenizer): EmbeddingSide[] {
  const noun = tokenizer.kind === "byte_pair" ? "tokens" : "words";
  if (joint) return [{ name: "source_embedding.weight", what: noun, tokenizer, texts: ["source", "target"] }];
  return [
    { name: "source_embedding.weight", what: `source ${noun}`, tokenizer: sourceTokenizer, texts: ["source"] },
    { name: "target_embedding.weight", what: `target ${noun}`, tokenizer, texts: ["target"] },
  ];
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
