// Whether a generator writes or copies: the longest span of each sample that stands in the training text.

import { WordloomError } from "../errors.js";
import { CopyFinder } from "./copy_finder.js";
import { copyTokens, isWord, normalizedWords, textPieces, tokenPlaces } from "./copy_tokens.js";
import { sampleMeasure, type SampleMeasure } from "./sample_measure.js";

export interface Copies {
  /** For each sample the longest span that stands in the training text, the first of several; "" where it shares no token. */
  readonly spans: readonly string[];
  /** The length of that span in tokens. */
  readonly length: SampleMeasure;
  /** 1 for a sample that stands in the training text from beginning to end, else 0; 0 for one without tokens. */
  readonly contained: SampleMeasure;
  /** 1 for a sample that is one of the training texts, from its beginning to its end, else 0. */
  readonly identical: SampleMeasure;
}

export interface Novelty {
  /** Tokens are words and, each by itself, all other signs, as they stand; only white space may differ. */
  readonly verbatim: Copies;
  /** Tokens are words in small letters: what a change of case and punctuation hides is found. */
  readonly normalized: Copies;
}

/** A sample's tokens, and where in it they stand. */
interface Located {
  readonly tokens: readonly string[];
  readonly places: readonly (readonly [number, number])[];
}

function copiesOf(finder: CopyFinder, texts: readonly string[], samples: readonly Located[]): Copies {
  const found = finder.longestCopies();
  const spans = found.map(({ start, length }, s) => (length === 0 ? "" : texts[s].slice(samples[s].places[start][0], samples[s].places[start + length - 1][1])));
  const measure = (value: (s: number) => number) => sampleMeasure(Float64Array.from(found, (_, s) => value(s)));
  return {
    spans,
    length: measure((s) => found[s].length),
    contained: measure((s) => (found[s].length > 0 && found[s].length === samples[s].tokens.length ? 1 : 0)),
    identical: measure((s) => (found[s].identical ? 1 : 0)),
  };
}

/**
 * What samples copied from the training text, exactly. No copy reaches from one training text into the next. A few words in a
 * row are in every large text: compare with held-out texts in place of samples.
 *
 * Only the samples are held in memory, some 300 bytes a token, and each training text is read once, piece by piece: time grows
 * with the length of both. Where words have no spaces between them (Chinese, Japanese, Thai, Khmer) each character is a token.
 *
 * @param trainingTexts the texts that the model was trained on; any iterable, so that they need not be in memory together
 * @throws WordloomError `invalid_argument` if there is no sample or no training text, or something is not a text
 */
export function measureNovelty(samples: readonly string[], trainingTexts: Iterable<string>): Novelty {
  if (!Array.isArray(samples) || samples.length === 0 || !samples.every((sample) => typeof sample === "string")) {
    throw new WordloomError("invalid_argument", "Copies can only be looked for in a list of texts; give at least one sample.");
  }
  const texts = samples.map((sample: string) => sample.normalize("NFC"));
  const asTheyStand = texts.map((text): Located => ({ tokens: copyTokens(text), places: tokenPlaces(text) }));
  const normalized = asTheyStand.map(({ tokens, places }): Located => ({ tokens: normalizedWords(tokens), places: places.filter((_, i) => isWord(tokens[i])) }));
  const [verbatimFinder, normalizedFinder] = [asTheyStand, normalized].map((located) => new CopyFinder(located.map(({ tokens }) => tokens)));
  let read = 0;
  for (const text of typeof trainingTexts === "string" ? [trainingTexts] : trainingTexts) {
    if (typeof text !== "string") throw new WordloomError("invalid_argument", `Training text ${read + 1} is not a text; give texts only.`);
    for (const piece of textPieces(text)) {
      const tokens = copyTokens(piece);
      verbatimFinder.read(tokens);
      normalizedFinder.read(normalizedWords(tokens));
    }
    verbatimFinder.endText();
    normalizedFinder.endText();
    read++;
  }
  if (read === 0) throw new WordloomError("invalid_argument", "There is no training text to look for copies of; give at least one text.");
  return { verbatim: copiesOf(verbatimFinder, texts, asTheyStand), normalized: copiesOf(normalizedFinder, texts, normalized) };
}
