// The words that BLEU and ROUGE count, held to sacreBLEU and rouge-score on every text of the fixture.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationFixture } from "./testing/evaluation_pairs.js";
import { tokenize13a } from "./tokenize_13a.js";
import { asciiWords, unicodeWords } from "./tokenize_words.js";
import { tokenizeZh } from "./tokenize_zh.js";
import { splitWhitespace, trimWhitespace, trimWhitespaceEnd } from "./whitespace.js";

describe("tokenizers on the texts of the fixture", () => {
  it.each([
    ["13a", (text: string) => tokenize13a(trimWhitespaceEnd(text))],
    ["zh", tokenizeZh],
    ["none", splitWhitespace],
    ["rouge", asciiWords],
  ] as const)("%s gives the tokens of the reference implementation", (name, tokenize) => {
    for (const tokens of evaluationFixture.tokens) expect(tokenize(tokens.text), JSON.stringify(tokens.text)).toEqual(tokens[name]);
  });
});

describe("tokenize13a", () => {
  it("keeps numbers whole and cuts punctuation off words", () => {
    expect(tokenize13a("It cost 1,000.5 (3-4) well-known, see &quot;a&quot;.")).toEqual([
      "It", "cost", "1,000.5", "(", "3", "-", "4", ")", "well-known", ",", "see", '"', "a", '"', ".",
    ]);
  });

  it("reads an entity's ampersand before the entity that it makes", () => {
    expect(tokenize13a("&amp;lt;")).toEqual(["<"]);
  });
});

describe("tokenizeZh", () => {
  it("makes every Chinese character a word and leaves entities alone", () => {
    expect(tokenizeZh("我有2.5个apple。&lt;")).toEqual(["我", "有", "2.5", "个", "apple", "。", "&", "lt", ";"]);
  });

  it("takes no notice of white space at the ends", () => {
    expect(tokenizeZh("  .5 和 5. \n")).toEqual([".5", "和", "5."]);
  });

  it("has sacreBLEU's ranges: dashes and arrows are single, rare ideographs are not", () => {
    expect(tokenizeZh("a—b→c")).toEqual(["a", "—", "b", "→", "c"]);
    expect(tokenizeZh("\u{20000}\u{20001}")).toEqual(["\u{20000}\u{20001}"]);
  });
});

describe("unicodeWords", () => {
  it.each([
    ["Der Käse, süß!", ["der", "käse", "süß"]],
    ["我爱iPhone 15", ["我", "爱", "iphone", "15"]],
    ["ذهبَ الولدُ", ["ذهبَ", "الولدُ"]],
    ["हिन्दी में", ["हिन्दी", "में"]],
    ["𠮷野家", ["𠮷", "野", "家"]],
    ["😀 … !", []],
    ["", []],
  ])("%s", (text, words) => {
    expect(unicodeWords(text)).toEqual(words);
  });

  it("takes no notice of how a character is encoded", () => {
    expect(unicodeWords("cafe\u0301")).toEqual(unicodeWords("caf\u00e9"));
  });

  it("gives the words of rouge-score for text in ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 40 }), (text) => {
        expect(unicodeWords(text)).toEqual(asciiWords(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe("white space", () => {
  it("is what Python takes for it", () => {
    expect(splitWhitespace("\u001ca\u0085b\u3000c\ufeffd\u2009")).toEqual(["a", "b", "c\ufeffd"]);
    expect(trimWhitespaceEnd(" a \u001f\n")).toBe(" a");
    expect(trimWhitespace("\u0085 a b \u001f\n")).toBe("a b");
    expect(trimWhitespace(" \n ")).toBe("");
  });
});
