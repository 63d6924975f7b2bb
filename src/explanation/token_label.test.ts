// Labels: every character seen, nothing that disturbs a document or a neighbour, and the direction of scripts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLabel, hostileLabels } from "./testing/example_maps.js";
import { labelDirections, sequenceDirection, textDirection } from "./text_direction.js";
import { labelColumns, shortenLabel, tokenLabel, visibleLines, visibleText } from "./token_label.js";

describe("tokenLabel", () => {
  it("shows what cannot be seen", () => {
    const labels: [string, string][] = [
      [" fox", "␣fox"],
      ["a  b", "a␣␣b"],
      ["\n\r\n\t", "↵↵⇥"],
      ["\r", "␍"],
      ["\u0000", "␀"],
      ["\u007F", "␡"],
      ["\u0085", "<U+0085>"],
      ["", "∅"],
      ["\u00A0\u3000", "<U+00A0><U+3000>"],
      ["\u202Eevil", "<U+202E>evil"],
      ["\u200B\uFEFF", "<U+200B><U+FEFF>"],
      ["\uD800a", "\uFFFDa"],
      ["\uFFFF", "<U+FFFF>"],
      ["\u{1FFFE}", "<U+1FFFE>"],
      ["\u0301x", "\u25CC\u0301x"],
      ["\u200D", "<U+200D>"],
      ["\uFE0F", "<U+FE0F>"],
    ];
    for (const [token, label] of labels) expect(tokenLabel(token)).toBe(label);
  });

  it("leaves the text of every script as it is", () => {
    const kept = ["naïve", "狐狸", "，", "שָׁלוֹם", "المدرسة", "می\u200Cخواهم", "नमस्ते", "ก\u0E33", "👩‍👩‍👧‍👦", "🏴\u{E0067}\u{E0062}\u{E007F}", "❤\uFE0F", "<b>&"];
    expect(kept.map(tokenLabel)).toEqual(kept);
  });

  it("cuts towers of marks and endless tokens", () => {
    expect(tokenLabel(`e${"\u0301".repeat(300)}`)).toBe(`e${"\u0301".repeat(4)}`);
    expect(tokenLabel("W".repeat(5000)).length).toBe(401);
    expect(tokenLabel(`${"W".repeat(399)}😀`)).toBe(`${"W".repeat(399)}\uFFFD…`);
  });

  it("has no control, format or white-space character left, whatever the token", () => {
    fc.assert(
      fc.property(anyLabel, (token) => {
        const label = tokenLabel(token);
        expect(label).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zs}\p{Zl}\p{Zp}\p{Surrogate}\p{Noncharacter_Code_Point}]/u);
        expect(label.replace(/[\p{Join_Control}\p{M}]/gu, "")).not.toBe("");
      }),
      { numRuns: 1000, examples: hostileLabels.map((label): [string] => [label]) },
    );
  });
});

it("visibleLines keeps line feeds, and cuts where it is told", () => {
  expect(visibleLines("a\r\nb\u202E\n\u0000")).toBe("a\nb<U+202E>\n␀");
  expect(visibleLines("W".repeat(3000))).toHaveLength(3000);
  expect(visibleLines("abcdef", 4)).toBe("abcd…");
});

it("visibleText keeps spaces", () => {
  expect(visibleText("a title\nof two lines\u0000")).toBe("a title↵of two lines␀");
});

describe("shortenLabel", () => {
  it("keeps what fits, and cuts between characters as read", () => {
    expect(shortenLabel("lantern", 7)).toBe("lantern");
    expect(shortenLabel("lanterns", 7)).toBe("lanter…");
    expect(shortenLabel("狐狸狐狸", 6)).toBe("狐狸…");
    expect(shortenLabel("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toBe("👩‍👩‍👧‍👦…");
    expect(shortenLabel("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
  });

  it("never takes more columns than it may", () => {
    fc.assert(
      fc.property(anyLabel, fc.integer({ min: 2, max: 30 }), (token, columns) => {
        expect(labelColumns(shortenLabel(tokenLabel(token), columns))).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 500 },
    );
  });
});

describe("textDirection", () => {
  it("is that of the first letter", () => {
    const left = ["fox", " fox", "12 fox שלום", "狐狸", "“かな”", "नमस्ते", "αβγ", "ა", "(fox)", "😀a", "\u200E"];
    const right = ["שלום", " שלום", "12 שלום fox", "«الولد»", "ܫܠܡܐ", "ދިވެހި", "ߒߞߏ", "𞤀𞤣𞤤𞤢𞤥", "ـ", "ﷺ", "\u200F!", "\u061C1"];
    expect(left.map(textDirection)).toEqual(left.map(() => "ltr"));
    expect(right.map(textDirection)).toEqual(right.map(() => "rtl"));
  });

  it("is neutral without one", () => {
    for (const text of ["", " ", "123", "٣٤", "!?", "😀", "—", "\u0301", "\uD800"]) expect(textDirection(text)).toBe("neutral");
  });

  it("passes over isolates, and does not hang on stray ends of them", () => {
    expect(textDirection("\u2067שלום\u2069 fox")).toBe("ltr");
    expect(textDirection("\u2068\u2066a\u2069b\u2069שלום")).toBe("rtl");
    expect(textDirection("\u2069\u2069שלום")).toBe("rtl");
    expect(textDirection("\u2067שלום")).toBe("neutral");
  });
});

it("a row of tokens runs as most of its words do; words without letters follow", () => {
  expect(sequenceDirection(["שלום", ",", "fox", "עולם"])).toBe("rtl");
  expect(sequenceDirection(["שלום", "fox"])).toBe("ltr");
  expect(sequenceDirection(["1", "2"])).toBe("ltr");
  expect(labelDirections(["שלום", "?", "fox", "עולם"])).toEqual(["rtl", "rtl", "ltr", "rtl"]);
  expect(labelDirections(["a", "?", "עולם", "b"])).toEqual(["ltr", "ltr", "rtl", "ltr"]);
});
