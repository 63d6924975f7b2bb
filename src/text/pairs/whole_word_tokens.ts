// Which byte-pair tokens stand for words, and which mostly for parts of longer ones: a word's vector suits only the former.
import type { Tokenizer } from "../tokenizer.js";
import { unspacedClass } from "../unspaced_scripts.js";
import type { TokenizedPairs } from "./tokenized_pairs.js";

export type PairSide = "source" | "target";

/** What a token begins or ends with; "broken" is a part of a character. */
type Edge = "letter" | "digit" | "other" | "broken";

/** Whatever stands beside a token of such a script, it may be a word. */
const unspaced = new RegExp(`[${unspacedClass}]`, "u");

/**
 * (vocabulary size): 1 for each token that, more often than not, is a whole word where it occurs: no letter of the same
 * word and no digit of the same number stands directly before or behind it. " in" is one although " incredible" begins
 * with it, and so is "The" at a text's beginning although it has no space; " wa" of " water" and "ter" are none. A token
 * that never occurs is none.
 * @param sides those that the tokenizer encoded
 */
export function wholeWordTokens(tokenizer: Tokenizer, pairs: TokenizedPairs, sides: readonly PairSide[]): Uint8Array {
  const size = tokenizer.vocabularySize;
  const [begins, ends]: [Edge[], Edge[]] = [[], []];
  for (let id = 0; id < size; id++) {
    const [begin, end] = edgesOf(tokenizer, id);
    begins.push(begin);
    ends.push(end);
  }
  const uses = new Float64Array(size);
  const wholeUses = new Float64Array(size);
  for (const side of sides) {
    for (let pair = 0; pair < pairs.count; pair++) {
      const length = side === "source" ? pairs.sourceLength(pair) : pairs.targetLength(pair);
      let isJoined = false; // to the token before
      for (let i = 0; i < length; i++) {
        const id = side === "source" ? pairs.source(pair, i) : pairs.target(pair, i);
        const next = i + 1 === length ? -1 : side === "source" ? pairs.source(pair, i + 1) : pairs.target(pair, i + 1);
        const joinsNext = next >= 0 && areJoined(ends[id], begins[next]);
        uses[id]++;
        if (!isJoined && !joinsNext) wholeUses[id]++;
        isJoined = joinsNext;
      }
    }
  }
  return Uint8Array.from(uses, (count, id) => (2 * wholeUses[id] > count ? 1 : 0));
}

function areJoined(end: Edge, begin: Edge): boolean {
  if (end === "other" || begin === "other") return false;
  return end === begin || end === "broken" || begin === "broken";
}

function edgesOf(tokenizer: Tokenizer, id: number): [Edge, Edge] {
  if (id === tokenizer.padId || id === tokenizer.bosId || id === tokenizer.eosId) return ["other", "other"];
  const characters = [...new TextDecoder("utf-8", { ignoreBOM: true }).decode(tokenizer.tokenBytes(id))];
  return [edgeOf(characters[0]), edgeOf(characters.at(-1))];
}

function edgeOf(character = ""): Edge {
  if (character === "\ufffd") return "broken"; // what a decoder writes for half a character
  if (/\p{N}/u.test(character)) return "digit";
  return /[\p{L}\p{M}]/u.test(character) && !unspaced.test(character) ? "letter" : "other";
}
