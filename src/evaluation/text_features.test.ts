// Features of texts: what they must see, and what must change nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashFeatures, TEXT_FEATURES, textFeatures } from "./text_features.js";

const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const likeness = (a: string, b: string) => product(textFeatures(a), textFeatures(b));

describe("textFeatures", () => {
  it("have the length 1, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        const vector = textFeatures(text);
        expect(vector).toHaveLength(TEXT_FEATURES);
        expect(product(vector, vector)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("are the same for the same text, however its accents are written and its words are parted", () => {
    expect(textFeatures("Ka\u0308se\n und  Brot")).toEqual(textFeatures("Käse und Brot"));
    expect(textFeatures("猫坐在垫子上")).toEqual(textFeatures("猫 坐 在 垫子上"));
  });

  it("see the order of words, what is missing at the end, other marks and other letters", () => {
    const text = "the old cat sat on the mat while a dog ran past it.";
    for (const other of ["past ran the dog cat a sat on old mat the it while.", "the old cat sat on the mat while a", `${text.slice(0, -1)}!`, text.replace("dog", "Dog")]) {
      expect(likeness(text, other)).toBeLessThan(0.97);
      expect(likeness(text, other)).toBeGreaterThan(0.3);
    }
    expect(likeness("猫坐在垫子上。狗跑了。", "狗跑了。猫坐在垫子上。")).toBeLessThan(0.97);
  });

  it("of single words are alike where their letters are, and of strangers are not", () => {
    expect(likeness("katharina", "katherina")).toBeGreaterThan(likeness("katharina", "beauregard") + 0.2);
    expect(Math.abs(likeness("A dog ran; it barked loudly!", "ยังไม่มีใครรู้ว่าทำไม"))).toBeLessThan(0.4);
  });
});

describe("hashFeatures", () => {
  it("are not biased by features that meet: products of strangers are 0 on average", () => {
    const vectors = Array.from({ length: 200 }, (_, v) => hashFeatures(new Map(Array.from({ length: 20 }, (_, i) => [`${v} ${i}`, 1])), 16));
    const products = vectors.flatMap((a, i) => vectors.slice(0, i).map((b) => product(a, b)));
    expect(Math.abs(products.reduce((sum, value) => sum + value, 0) / products.length)).toBeLessThan(0.01);
  });

  it("weigh what they are given, and nothing has no direction", () => {
    expect(hashFeatures(new Map([["a", 3]]))).toEqual(hashFeatures(new Map([["a", 0.5]])));
    expect(hashFeatures(new Map(), 3)).toEqual(new Float64Array(3));
  });
});
