import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateStories } from "../stories/index.js";
import { embeddedPairs } from "./embedded_pairs.js";
import type { TextPair } from "./pair_corpus.js";
import { areSpelled } from "./spelled_pairs.js";

const pairs = (count: number, pair: (i: number) => [string, string]): TextPair[] => Array.from({ length: count }, (_, i) => pair(i)).map(([source, target]) => ({ source, target }));
const letters = (i: number): string => Array.from({ length: 6 }, (_, k) => "abcdefghij"[Math.floor((i * 7919) / 10 ** k) % 10]).join("");

describe("short strings", () => {
  it.each<[string, readonly TextPair[]]>([
    ["telephone numbers", pairs(500, (i) => [`+41 79 ${i} 55`, `004179${i}55`])],
    ["prices behind a word that recurs", pairs(500, (i) => [`CHF ${i}.50`, `${i} francs 50`])],
    ["written dates", embeddedPairs("dates", { count: 500 }).pairs],
    ["spellings of words that occur once", pairs(500, (i) => [letters(i), letters(i).toUpperCase().split("").join("-")])],
    ["signs alone", pairs(50, () => ["!!!", "?!"])],
  ])("are spelled: %s", (_, some) => {
    expect(areSpelled(some)).toBe(true);
  });
});

describe("sentences", () => {
  const sentences = generateStories(300, 0).flatMap(({ text }) => text.split(/(?<=[.!?])\s+/)).filter((sentence) => sentence.length < 40);

  it.each<[string, readonly TextPair[]]>([
    ["short ones", sentences.map((source, i) => ({ source, target: sentences[(7 * i) % sentences.length] }))],
    ["in scripts without spaces", pairs(500, (i) => [sentences[i], `${"我你他她們"[i % 5]}${"看見喜歡找"[Math.floor(i / 5) % 5]}了貓`])],
    ["in Thai", pairs(500, (i) => [sentences[i], `${"กขคงจ"[i % 5]}${"ฉชซญด"[Math.floor(i / 5) % 5]}${"ตถทธน"[Math.floor(i / 25) % 5]}แมว`])],
    ["long ones of words that occur once", pairs(50, (i) => [`${letters(i)} `.repeat(8), letters(i)])],
  ])("are not: %s", (_, some) => {
    expect(areSpelled(some)).toBe(false);
  });
});

it("is decided by pairs from everywhere, in any order", () => {
  const numbers = pairs(40_000, (i) => [`${i}`, `#${i}`]);
  const words = pairs(60_000, () => ["the cat saw a dog in the wood", "le chat a vu un chien"]);
  expect(areSpelled([...numbers, ...words])).toBe(areSpelled([...words, ...numbers]));
  fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string()), { maxLength: 20 }), (some) => typeof areSpelled(pairs(some.length, (i) => some[i])) === "boolean"));
});
