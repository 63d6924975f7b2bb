// Which tokenizers fit the texts that are measured, so that a score in another script than Latin means something.

import { unspacedClassWithoutHan } from "../text/unspaced_scripts.js";
import type { BleuTokenizer } from "./measure_options.js";
import type { WordTokenizer } from "./tokenize_words.js";

/** Texts looked at, spread over all, and characters of each: enough to tell scripts by. */
const TEXTS = 1000;
const CHARACTERS = 1000;

/** Kana and such: scripts whose texts need more than a cut at each Han character. */
const UNSPACED = new RegExp(`[${unspacedClassWithoutHan}]`, "gu");

/** The share, from 0 to 1, of the texts' letters that match; 0 where there are none. */
function shareOf(texts: readonly string[], letters: RegExp): number {
  let [matching, all] = [0, 0];
  const step = Math.max(1, texts.length / TEXTS);
  for (let at = 0; at < texts.length; at += step) {
    const text = texts[Math.floor(at)].slice(0, CHARACTERS);
    matching += text.match(letters)?.length ?? 0;
    all += text.match(/\p{L}/gu)?.length ?? 0;
  }
  return matching / Math.max(1, all);
}

/**
 * "char" where no spaces divide words (Japanese, Thai, Khmer, Lao, Burmese), "zh" for Chinese, "13a" for all else.
 * @param languages the references, those of each language by themselves: what one of them needs all get
 */
export function chooseBleuTokenizer(languages: readonly (readonly string[])[]): BleuTokenizer {
  if (languages.some((texts) => shareOf(texts, UNSPACED) > 0.2)) return "char";
  return languages.some((texts) => shareOf(texts, /\p{Script=Han}/gu) > 0.5) ? "zh" : "13a";
}

/**
 * "rouge-score" for English, and what else has hardly a letter beside a to z; "unicode" for all that it would not see.
 * @param languages the references, those of each language by themselves
 */
export function chooseRougeTokenizer(languages: readonly (readonly string[])[]): WordTokenizer {
  return languages.every((texts) => shareOf(texts, /(?![A-Za-z])\p{L}/gu) < 0.01) ? "rouge-score" : "unicode";
}
