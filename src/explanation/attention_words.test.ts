import { describe, expect, it } from "vitest";
import { attentionJson } from "./attention_json.js";
import { attentionWords, isolated, withoutIsolates } from "./attention_words.js";

const titled = (title: string): string => attentionWords({ kind: "alignment", source: ["a"], target: ["b"], layers: [], title }).title;

describe("the title of a map", () => {
  it("keeps the isolates around its parts, whose own characters are all shown", () => {
    const title = `${isolated("٣ مارس\u202E")} → ${isolated("1987\n")}`;
    expect(titled(title)).toBe(`${isolated("٣ مارس<U+202E>")} → ${isolated("1987↵")}`);
  });

  it("shows isolates that are not whole", () => {
    expect(titled("a\u2068b")).toBe("a<U+2068>b");
    expect(titled("\u2068a\u2067b\u2069")).toBe("<U+2068>a<U+2067>b<U+2069>");
    expect(titled("a\u2069\u2068b\u2069")).toBe("a<U+2069>\u2068b\u2069");
  });

  it("has no isolates where nothing sets it in directions: in JSON and in logs", () => {
    const title = `${isolated("٣ مارس")} → ${isolated("1987")}`;
    expect(withoutIsolates(titled(title))).toBe("٣ مارس → 1987");
    const layers = [{ name: "layer", heads: [Float32Array.of(1)] }];
    expect(attentionJson({ kind: "alignment", source: ["a"], target: ["b"], layers, title }).title).toBe("٣ مارس → 1987");
  });

  it("has words of its own where there is none", () => {
    expect(titled("")).toBe("Attention of the output on the source");
  });
});
