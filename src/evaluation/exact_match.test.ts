// Equality of texts: what counts as the same and what does not.

import { expect, it } from "vitest";
import { exactMatch } from "./exact_match.js";

it("takes no notice of white space at the ends, nor of how characters are encoded", () => {
  expect(exactMatch([" cafe\u0301\n"], ["caf\u00e9"])).toBe(1);
});

it.each([
  ["Cat", "cat"],
  ["a  b", "a b"],
  ["①", "1"],
  ["", "."],
])("tells %j from %j", (hypothesis, reference) => {
  expect(exactMatch([hypothesis], [reference])).toBe(0);
});

it("is a share, and any one of several references will do", () => {
  expect(exactMatch(["a", "b", "c", ""], ["a", ["x", "b"], ["x", "y"], " "])).toBe(0.75);
});
