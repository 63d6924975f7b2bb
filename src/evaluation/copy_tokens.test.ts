// The tokens that copies are looked for in, and that cutting a long text changes none.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyTokens, normalizedWords, textPieces, tokenPlaces } from "./copy_tokens.js";

describe("copyTokens", () => {
  it("are words and single signs", () => {
    expect(copyTokens("Don’t stop: it's 3.5 e-mails…\n")).toEqual(["Don", "’", "t", "stop", ":", "it", "'", "s", "3", ".", "5", "e", "-", "mails", "…"]);
    expect(copyTokens("猫坐iPhone上。ねこ แมว 😀")).toEqual(["猫", "坐", "iPhone", "上", "。", "ね", "こ", "แ", "ม", "ว", "😀"]);
    expect(copyTokens("Käse Ka\u0308se")).toEqual(["Käse", "Ka\u0308se".normalize("NFC")]);
    expect(copyTokens(" \n ")).toEqual([]);
  });

  it("are known by their places", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (given) => {
        const text = given.normalize("NFC");
        expect(tokenPlaces(text).map(([start, end]) => text.slice(start, end))).toEqual(copyTokens(text));
      }),
    );
  });

  it("lose case and signs when they are normalized", () => {
    expect(normalizedWords(copyTokens("The Cat, İstanbul (ÄPFEL) — 猫!"))).toEqual(["the", "cat", "i\u0307stanbul", "äpfel", "猫"]);
  });
});

describe("textPieces", () => {
  it("have the tokens of the whole text", () => {
    const part = fc.constantFrom("word", " ", ", ", "Ka\u0308se", "猫坐在垫子上。", "😀", "e-book", "\u0301", "\n");
    fc.assert(
      fc.property(fc.array(part, { minLength: 4, maxLength: 12 }), (parts) => {
        const text = parts.join("").repeat(5_000);
        const pieces = [...textPieces(text)];
        expect(pieces.join("") === text).toBe(true);
        const tokens = copyTokens(text);
        expect(pieces.flatMap((piece) => copyTokens(piece)).every((token, i) => token === tokens[i])).toBe(true);
        if (/[\s,。-]/.test(text)) expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
      }),
      { numRuns: 10 },
    );
  });

  it("are none of an empty text", () => expect([...textPieces("")]).toEqual([]));
});
