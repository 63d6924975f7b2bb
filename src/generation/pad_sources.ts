// Sources of several lengths as one rectangle of ids, which is what an encoder reads.

import { WordloomError } from "../errors.js";

/** The id behind the end of a source; the encoder lets nothing of it count. */
const PADDING = 0n;

/**
 * Pads sources to the length of the longest.
 * @param most the most tokens that a source may have
 * @returns ids (sources x length), row by row
 * @throws WordloomError `invalid_argument` for no sources, or one without tokens or with too many
 */
export function padSources(sources: readonly ArrayLike<number>[], most: number): { ids: BigInt64Array; length: number } {
  if (sources.length === 0) throw new WordloomError("invalid_argument", "There are no sources to read; give at least one.");
  let length = 0;
  sources.forEach((source, index) => {
    if (source.length === 0) {
      throw new WordloomError("invalid_argument", `The source at position ${index} has no tokens; end each source with its end token, which an empty text has too.`);
    }
    if (source.length > most) {
      throw new WordloomError("invalid_argument", `The source at position ${index} has ${source.length} tokens, but the model holds ${most}; shorten it.`);
    }
    length = Math.max(length, source.length);
  });
  const ids = new BigInt64Array(sources.length * length).fill(PADDING);
  sources.forEach((source, row) => {
    for (let i = 0; i < source.length; i++) ids[row * length + i] = BigInt(source[i]);
  });
  return { ids, length };
}
