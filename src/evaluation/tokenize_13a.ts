// The tokenizer that BLEU scores of Western languages are published with, so that ours can be compared with them.

import { separatePunctuation } from "./separate_punctuation.js";

/**
 * The words of a text as WMT counts them. Four HTML entities are read as what they stand for and a hyphen at the end of a
 * line joins it to the next one. Text in a script without spaces stays one word: see `tokenizeZh`.
 *
 * Source: mteval-v13a.pl (NIST); Post 2018, "A Call for Clarity in Reporting BLEU Scores"; sacreBLEU's `13a`.
 */
export function tokenize13a(text: string): string[] {
  const plain = text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  // A full stop or a comma at either end has something beside it that is not a digit.
  return separatePunctuation(` ${plain} `);
}
