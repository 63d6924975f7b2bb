// BLEU's signature: all that a score depends on besides the texts, in the form that published scores carry it.

import { DEFAULT_SMOOTHING_VALUE } from "./bleu.js";
import { parseBleuOptions, type BleuOptions } from "./measure_options.js";
import { pairSentences, type References } from "./sentence_pairs.js";

/**
 * `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp`: the number of references of each hypothesis ("var" where it varies), whether
 * case counts or is put into small letters ("lc"), the effective order, the tokenizer and the smoothing. Equal to
 * sacreBLEU's signature without its version at the end; like that one it does not say `maxOrder`, which is 4 unless told
 * otherwise.
 *
 * Source: Post 2018, "A Call for Clarity in Reporting BLEU Scores", section 4.
 * @param references one text, or a list of texts, a hypothesis
 * @throws WordloomError `invalid_argument` for no references, or none for a hypothesis, and for a wrong option
 */
export function bleuSignature(references: References, options: BleuOptions = {}): string {
  const { lowercase, effectiveOrder, tokenizer, smoothing, smoothingValue } = parseBleuOptions(options);
  const pairs = pairSentences(Array.from(references, () => ""), references);
  const counts = new Set(pairs.map((pair) => pair.references.length));
  const value = smoothing === "floor" || smoothing === "add-k" ? `[${(smoothingValue ?? DEFAULT_SMOOTHING_VALUE[smoothing]).toFixed(2)}]` : "";
  return [
    `nrefs:${counts.size === 1 ? pairs[0].references.length : "var"}`,
    `case:${lowercase ? "lc" : "mixed"}`,
    `eff:${effectiveOrder ? "yes" : "no"}`,
    `tok:${tokenizer}`,
    `smooth:${smoothing}${value}`,
  ].join("|");
}
