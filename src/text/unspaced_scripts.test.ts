// One list of scripts without spaces: what each way of asking takes for one of them.
import { expect, it } from "vitest";
import { trainWordTokenizer } from "./word_tokenizer.js";
import { hanAndKana, unspacedClass, unspacedClassWithoutHan } from "./unspaced_scripts.js";

it.each([
  ["字", true, false, true],
  ["\uf900", true, false, true],
  ["𠀀", true, false, true],
  ["か", true, true, true],
  ["カ", true, true, true],
  ["ก", true, true, false],
  ["ລ", true, true, false],
  ["ក", true, true, false],
  ["မ", true, true, false],
  ["a", false, false, false],
  ["한", false, false, false],
  ["ا", false, false, false],
  ["7", false, false, false],
])("%s", (letter, unspaced, besideHan, single) => {
  const isIn = (characters: string): boolean => new RegExp(`^[${characters}]$`, "u").test(letter);
  expect([unspacedClass, unspacedClassWithoutHan, hanAndKana].map(isIn)).toEqual([unspaced, besideHan, single]);
});

it("Korean words are whole, as those of all scripts with spaces", () => {
  expect(trainWordTokenizer([], 10, 1).words("한국어 단어와 漢字かな 飯, ꦗꦮ ꆈꌠ")).toEqual(["한국어", " 단어와", " 漢", "字", "か", "な", " 飯", ",", " ꦗꦮ", " ꆈꌠ"]);
});
