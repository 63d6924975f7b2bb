// The tokenizers that are chosen for texts of one or several languages.

import { describe, expect, it } from "vitest";
import { chooseBleuTokenizer, chooseRougeTokenizer } from "./choose_tokenizers.js";

const TEXTS = {
  english: "Everything about the café was fine, except for the coffee itself, which nobody in the whole town would ever have drunk a second time; and yet people came back day after day, as if they had nothing better to do with their lives.",
  german: "Der Käse schmeckt süß.",
  chinese: "今天天气很好,我们去iPhone店。",
  japanese: "吾輩は猫である。",
  thai: "แมวนั่งบนเสื่อ",
  korean: "안녕하세요, 세계!",
  arabic: "جلست القطة على السجادة.",
  dates: "1987-03-03",
};

describe("tokenizers", () => {
  it.each([
    ["english", "13a", "rouge-score"],
    ["german", "13a", "unicode"],
    ["chinese", "zh", "unicode"],
    ["japanese", "char", "unicode"],
    ["thai", "char", "unicode"],
    ["korean", "13a", "unicode"],
    ["arabic", "13a", "unicode"],
  ] as const)("for %s are %s and %s", (language, bleu, rouge) => {
    expect([chooseBleuTokenizer([[TEXTS[language]]]), chooseRougeTokenizer([[TEXTS[language]]])]).toEqual([bleu, rouge]);
  });

  it("are there for texts without letters, and for none", () => {
    for (const texts of [[TEXTS.dates], [""], []]) expect([chooseBleuTokenizer([texts]), chooseRougeTokenizer([texts])]).toEqual(["13a", "rouge-score"]);
  });

  it("serve all languages where there are several, however much text each has", () => {
    const english = Array.from({ length: 50 }, () => TEXTS.english);
    expect([chooseBleuTokenizer([english, [TEXTS.chinese]]), chooseRougeTokenizer([english, [TEXTS.chinese]])]).toEqual(["zh", "unicode"]);
    expect(chooseBleuTokenizer([[TEXTS.chinese], [TEXTS.japanese]])).toBe("char");
  });

  it("depend on the whole of a long list, not on its beginning", () => {
    const texts = Array.from({ length: 4000 }, (_, i) => (i < 1000 ? TEXTS.english.slice(0, 10) : TEXTS.chinese));
    expect(chooseBleuTokenizer([texts])).toBe("zh");
  });
});
