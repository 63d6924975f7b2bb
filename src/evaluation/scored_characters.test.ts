// Characters of the first tokens of a text, for every kind of tokenizer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countCharacters } from "../text/corpus.js";
import { tokenizerKinds } from "../text/tokenizer.js";
import { trainTokenizer } from "../text/train_tokenizer.js";
import { charactersOfTokens } from "./scored_characters.js";

const KNOWN = "the cat sat on the mat, and the dog too 猫";
const tokenizers = Object.fromEntries(tokenizerKinds.map((kind) => [kind, trainTokenizer(kind, [KNOWN], { minimumFrequency: 1 })])) as Record<(typeof tokenizerKinds)[number], ReturnType<typeof trainTokenizer>>;

describe.each(tokenizerKinds)("charactersOfTokens of a %s tokenizer", (kind) => {
  const tokenizer = tokenizers[kind];
  const text = fc.array(fc.constantFrom("the", " cat", " unheard", "é", "猫", "😀", ",", " ", "\n"), { maxLength: 15 }).map((parts) => parts.join(""));

  it("are those that the decoded tokens have, where all are known", () => {
    for (let tokens = 0; tokens <= tokenizer.encode(KNOWN).length; tokens++) {
      const decoded = tokenizer.decode(tokenizer.encode(KNOWN).subarray(0, tokens)).replace(/\ufffd$/, "");
      expect(charactersOfTokens(tokenizer, KNOWN, tokens), decoded).toBe(countCharacters(decoded));
    }
  });

  it("grow from none to all of the text, whatever it holds", () => {
    fc.assert(
      fc.property(text, (drawn) => {
        const length = tokenizer.encode(drawn).length;
        const counts = Array.from({ length: length + 1 }, (_, tokens) => charactersOfTokens(tokenizer, drawn, tokens));
        expect(counts[0]).toBe(0);
        expect(counts[length]).toBe(countCharacters(drawn));
        expect(charactersOfTokens(tokenizer, drawn, length + 5)).toBe(counts[length]);
        counts.slice(1).forEach((count, i) => expect(count).toBeGreaterThanOrEqual(counts[i]));
      }),
    );
  });
});

it("an unknown word counts with all its characters, and half a character not at all", () => {
  expect(charactersOfTokens(tokenizers.word, "the unheard cat", 2)).toBe("the unheard".length);
  expect(tokenizers.byte_pair.encode("😀")).toHaveLength(4);
  expect([3, 4, 5].map((tokens) => charactersOfTokens(tokenizers.byte_pair, "😀é", tokens))).toEqual([0, 1, 1]);
});
