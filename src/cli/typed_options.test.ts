import { expect, it } from "vitest";
import { asTyped } from "./typed_options.js";

it("options become flags where a sentence names them, and nothing else does", () => {
  expect(asTyped('give a second file (option "targetFile"), or a .tsv')).toBe("give a second file (--target-file), or a .tsv");
  expect(asTyped('The file was read as one text (option "lines" makes each line a sample).')).toBe("The file was read as one text (--lines makes each line a sample).");
  expect(asTyped('dates has no views; the option "view" is for "stories" only.')).toBe('dates has no views; the option --view is for "stories" only.');
  expect(asTyped('There is no sampling option called "warmth"; "de" and the option "--lines" stay.')).toBe('There is no sampling option called "warmth"; "de" and the option "--lines" stay.');
});
