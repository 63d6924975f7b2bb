// Stop strings across pieces of text: the same end however the text is cut, and nothing shown too early.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopStrings } from "./stop_strings.js";

/** The definition: the first character at which the text ends with a stop string, the longest of them cut off. */
function cut(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end++) {
    const met = stops.filter((stop) => text.slice(0, end).endsWith(stop));
    if (met.length > 0) return text.slice(0, end - Math.max(...met.map((stop) => stop.length)));
  }
  return text;
}

describe("StopStrings", () => {
  it("holds back what may become a stop string and lets it go when it does not", () => {
    const stops = new StopStrings(["\n\n", "END"]);
    expect(["a\n", "b", "E", "N", "d", "x\n"].map((piece) => stops.push(piece))).toEqual(["a", "\nb", "", "", "ENd", "x"]);
    expect(stops.push("\nrest")).toBe("");
    expect(stops.stopped).toBe(true);
    expect(stops.push("more")).toBe("");
    expect(stops.finish()).toBe("");
  });

  it("gives back what it held when the text is over", () => {
    const stops = new StopStrings(["abc"]);
    expect(stops.push("xab")).toBe("x");
    expect(stops.finish()).toBe("ab");
    expect(stops.stopped).toBe(false);
  });

  it("holds nothing back without stop strings", () => {
    expect(new StopStrings([]).push("anything")).toBe("anything");
  });

  it("cuts at the same place however the text comes, and never shows a character that may be taken back", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 3 }), (pieces, list) => {
        const stops = new StopStrings(list);
        const expected = cut(pieces.join(""), list);
        let shown = "";
        let read = "";
        for (const piece of pieces) {
          shown += stops.push(piece);
          read += piece;
          expect(expected.startsWith(shown)).toBe(true);
          const held = read.slice(shown.length);
          if (!stops.stopped && held !== "") expect(list.some((stop) => stop.startsWith(held))).toBe(true);
        }
        expect(shown + stops.finish()).toBe(expected);
        expect(stops.stopped).toBe(expected !== pieces.join(""));
      }),
      { numRuns: 500 },
    );
  });
});
