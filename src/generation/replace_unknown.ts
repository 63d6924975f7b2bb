// Words that the vocabulary does not have are taken over from the source, where attention says they stand.

/**
 * Replaces each unknown token of a text by the source word that was attended to most while it was written (Luong et al.
 * 2015, "Addressing the Rare Word Problem", section 3; Jean et al. 2015, section 3.3, with attention in place of an
 * aligner). Of equal weights the first counts.
 * @param tokens token ids of the text, in order
 * @param unknownId the id of the unknown token
 * @param attention for each token a row of weights over the source; weights behind the last word, such as that of the
 * source's end token or of padding, are left out of account
 * @param sourceWords the words of the source, in order
 * @returns the word for each token that was unknown, null for each that was not, or where there is no word to take
 */
export function replaceUnknown(
  tokens: ArrayLike<number>,
  unknownId: number,
  attention: readonly ArrayLike<number>[],
  sourceWords: readonly string[],
): (string | null)[] {
  return Array.from({ length: tokens.length }, (_, position) => {
    if (tokens[position] !== unknownId || !(position in attention)) return null;
    const weights = attention[position];
    let best = -1;
    for (let i = 0; i < Math.min(weights.length, sourceWords.length); i++) {
      if (best < 0 ? !Number.isNaN(weights[i]) : weights[i] > weights[best]) best = i;
    }
    return best < 0 ? null : sourceWords[best];
  });
}
