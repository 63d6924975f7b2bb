import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { makeOneLine, makeVisible, textWidth, truncateText, wrapText } from "./visible_text.js";

describe("makeVisible", () => {
  it("shows what acts on a terminal instead of letting it act", () => {
    expect(makeVisible("a\u001B[2Jb\rc\td\u0007e\u0000f\u007Fg")).toBe("a␛[2Jb␍c␉d␇e␀f␡g");
    expect(makeVisible("a\u009B2Jb\u0085c")).toBe("a<U+009B>2Jb<U+0085>c");
    expect(makeVisible("right\u202Eleft\u2066\u200F")).toBe("right<U+202E>left<U+2066><U+200F>");
    expect(makeVisible("a\u2028b\uFEFFc\u00ADd")).toBe("a<U+2028>b<U+FEFF>c<U+00AD>d");
    expect(makeVisible("half \uD83D and \uDE00")).toBe("half \uFFFD and \uFFFD");
  });

  it("leaves text of every script as it is", () => {
    const text = "čaj\n你好，世界 שלום नमस्ते 👩‍👩‍👧‍👦 🇩🇪 می‌خواهم";
    expect(makeVisible(text)).toBe(text);
    expect(makeVisible("a\r\nb")).toBe("a\nb");
  });

  it("cuts towers of combining marks", () => {
    expect(makeVisible(`x${"\u0301".repeat(500)}y`)).toBe(`x${"\u0301".repeat(4)}y`);
  });

  it("leaves no control character, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(makeVisible(text).replaceAll("\n", "")).not.toMatch(
          /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E]/,
        );
        expect(makeOneLine(text)).not.toContain("\n");
      }),
    );
  });
});

describe("wrapText", () => {
  it("breaks at words, and long words anywhere", () => {
    expect(wrapText("the quick brown fox jumped", 10)).toEqual(["the quick", "brown fox", "jumped"]);
    expect(wrapText("abcdefghijklmnopqrstuvwxyz", 10)).toEqual(["abcdefghij", "klmnopqrst", "uvwxyz"]);
    expect(wrapText("  if x:\n    y", 10)).toEqual(["  if x:", "    y"]);
    expect(wrapText("a\n\nb", 10)).toEqual(["a", "", "b"]);
  });

  it("counts wide characters as two columns", () => {
    expect(wrapText("从前有一只小狐狸", 9)).toEqual(["从前有一", "只小狐狸"]);
    expect(wrapText("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5)).toEqual(["👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]);
  });

  it("says when lines are left out", () => {
    expect(wrapText("one two three four", 5, 2)).toEqual(["one", "two…"]);
    expect(wrapText("从前有一只小狐狸", 4, 1)).toEqual(["从…"]);
    expect(wrapText("one two", 10, 1)).toEqual(["one two"]);
    expect(wrapText("x".repeat(1_000_000), 10, 2)).toEqual(["xxxxxxxxxx", "xxxxxxxxx…"]);
    expect(wrapText("anything", 1, 2)).toEqual([]);
    expect(wrapText("anything", 10, 0)).toEqual([]);
  });

  it("leaves out a character that is wider than a line", () => {
    expect(wrapText("\u{1D15F}\u{1D16E}\u{1D16E}", 2, 1).every((line) => textWidth(line) <= 2)).toBe(true);
    expect(wrapText("a 𝅘𝅥𝅮 b", 2).every((line) => textWidth(line) <= 2)).toBe(true);
  });

  it("never makes a line wider than asked", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (text, columns, most) => {
          const lines = wrapText(makeVisible(text), columns, most);
          expect(lines.length).toBeLessThanOrEqual(most);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe("truncateText", () => {
  it("keeps what fits and marks what is cut", () => {
    expect(truncateText("abcdef", 6)).toBe("abcdef");
    expect(truncateText("abcdefg", 6)).toBe("abcde…");
    expect(truncateText("从前有一只", 6)).toBe("从前…");
    expect(truncateText("ab cdefg", 4)).toBe("ab…");
    expect(truncateText("abc", 0)).toBe("");
    expect(truncateText("x".repeat(1_000_000), 4)).toBe("xxx…");
  });
});
