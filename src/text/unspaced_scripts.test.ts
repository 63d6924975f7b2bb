// One list of scripts without spaces: what each way of asking takes for one of them.
import { describe, expect, it } from "vitest";
import { trainWordTokenizer } from "./word_tokenizer.js";
import { areUnspaced, hanAndKana, unspacedClass, unspacedClassWithoutHan } from "./unspaced_scripts.js";

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

describe("texts", () => {
  const thai = "แมวดำนอนหลับ";
  it.each<[string, readonly string[], boolean]>([
    ["Thai", [thai, "ฝนตก", "7"], true],
    ["Japanese, Han beside kana", ["黒い猫が眠る", "雨が降る"], true],
    ["Khmer", ["ឆ្មាខ្មៅ"], true],
    ["English", ["the black cat", "it rains"], false],
    ["Chinese, whose every character may be taken for a word", ["黑猫在睡觉", "下雨了"], false],
    ["Korean", ["검은 고양이가 잔다"], false],
    ["as often the one as the other", [thai, "cat"], false],
    ["mostly Thai", [thai, "cat", thai], true],
    ["none", [], false],
  ])("that are %s", (_, texts, unspaced) => {
    expect(areUnspaced(texts)).toBe(unspaced);
  });
});
