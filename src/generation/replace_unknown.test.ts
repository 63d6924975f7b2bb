// An unknown word is the source word that was looked at most while it was written.

import { describe, expect, it } from "vitest";
import { replaceUnknown } from "./replace_unknown.js";

describe("replaceUnknown", () => {
  const words = ["Anna", "lives", "in", "Ulm"];

  it("takes over the word of the largest weight, for unknown tokens only", () => {
    const attention = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4], [0, 0.1, 0.2, 0.7]];
    expect(replaceUnknown([0, 9, 0], 0, attention, words)).toEqual(["Anna", null, "Ulm"]);
  });

  it("leaves out of account the source's end and padding, and takes the first of equal weights", () => {
    expect(replaceUnknown([0], 0, [[0.1, 0.2, 0.2, 0.1, 0.4]], words)).toEqual(["lives"]);
  });

  it("replaces nothing where there is no word or no weight", () => {
    expect(replaceUnknown([0, 0], 0, [[1]], [])).toEqual([null, null]);
    expect(replaceUnknown([0, 0], 0, [[0.2, 0.8]], words)).toEqual(["lives", null]);
    expect(replaceUnknown([0], 0, [[Number.NaN, 0.5, 0.1]], words)).toEqual(["lives"]);
    expect(replaceUnknown([0], 0, [[Number.NaN]], words)).toEqual([null]);
  });
});
