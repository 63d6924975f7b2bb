import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passagesOf, passageUnit } from "./passages.js";

const words = (count: number): string => Array.from({ length: count }, (_, i) => `word${i}`).join(" ");

describe("passages", () => {
  it("are lines where a text has enough short ones", () => {
    const verse = Array.from({ length: 30 }, (_, i) => `  line ${i}\t`).join("\n\n");
    expect(passageUnit(verse)).toEqual({ kind: "lines" });
    expect(passagesOf(verse, { kind: "lines" })).toEqual(Array.from({ length: 30 }, (_, i) => `line ${i}`));
  });

  it("are pieces where lines are few or long", () => {
    expect(passageUnit(words(1000)).kind).toBe("pieces");
    expect(passageUnit(Array.from({ length: 30 }, () => words(100)).join("\n")).kind).toBe("pieces");
    expect(passageUnit("").kind).toBe("pieces");
  });

  it("cut between words, in order, and lose only the end", () => {
    const text = words(300);
    const pieces = passagesOf(text, { kind: "pieces", characters: 100 });
    expect(pieces.length).toBeGreaterThan(15);
    expect(text.startsWith(pieces.join(" "))).toBe(true);
    expect(text.length - pieces.join(" ").length).toBeLessThanOrEqual(101);
  });

  it("keep a text that is shorter than a piece", () => {
    expect(passagesOf(" short ", { kind: "pieces", characters: 100 })).toEqual(["short"]);
  });

  it("never cut a character in two, are never blank, and come to an end", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (text, characters) => {
        for (const unit of [{ kind: "lines" }, { kind: "pieces", characters }] as const) {
          for (const piece of passagesOf(text, unit)) {
            expect(piece.trim()).not.toBe("");
            expect(() => encodeURIComponent(piece)).not.toThrow(); // as half a character would
          }
        }
      }),
    );
  });
});
