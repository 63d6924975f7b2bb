// Words taken over from a source: only its own, cut as its tokenizer cuts them; and the labels of what was written.

import { describe, expect, it } from "vitest";
import type { Hypothesis } from "../generation/hypothesis.js";
import { unknownId } from "../text/special_tokens.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { Vocabulary } from "../text/vocabulary.js";
import { WordTokenizer } from "../text/word_tokenizer.js";
import { withSourceWords } from "./pair_alignment.js";
import { readSource } from "./pair_jobs.js";
import type { PairRun } from "./run_model.js";

const wordTokenizer = (words: readonly string[], pattern?: string): WordTokenizer => new WordTokenizer(Vocabulary.withSpecialTokens(words), pattern);
const target = wordTokenizer(["hallo", " ist", " da"]);
const [hello, is] = [4, 5];

/** What is written for a source where each token attends to one of the source's tokens most. */
function written(sourceTokenizer: Tokenizer, source: string, language: string | undefined, tokens: readonly number[], attended: readonly number[]): string {
  const run = { sourceTokenizer, settings: { data: { reading: { lowercase: false } } }, config: { max_position_embeddings: 64 } } as unknown as PairRun;
  const read = readSource(run, source, language);
  const attention = attended.map((place) => Float32Array.from(read.ids, (_, i) => (i === place ? 0.9 : 0.01 * (i + 1))));
  const hypothesis: Hypothesis = { tokens, complete: true, logProbability: -1, score: -1, attention };
  return withSourceWords({ tokenizer: target, sourceTokenizer }, read, hypothesis);
}

describe("an unknown word", () => {
  const source = wordTokenizer(["<", "2de", ">", " hello"]);

  it("is the source's word that was attended to, with spaces where its script has them", () => {
    expect(written(source, "hello Xenia", undefined, [hello, unknownId], [0, 1])).toBe("hallo Xenia");
    expect(written(source, "Xenia here", undefined, [hello, unknownId, is], [1, 0, 0])).toBe("hallo Xenia ist");
    expect(written(source, "字", undefined, [hello, unknownId], [0, 0])).toBe("hallo字");
    expect(written(source, "กข", undefined, [hello, unknownId], [0, 0])).toBe("halloกข");
  });

  it("is never a word of the language's tag", () => {
    for (const place of [0, 1, 2]) {
      expect(written(source, "hello Xenia", "de", [hello, unknownId], [3, place])).toBe("hallo Xenia"); // the most of what is left
      expect(written(source, "Xenia", "de", [unknownId, is], [place, 3])).toBe("Xenia ist");
    }
    expect(written(source, "hello Xenia", "de", [unknownId], [3])).toBe("hello");
  });

  it("is cut out of the source as the tokenizer's own pattern says", () => {
    const atSpaces = wordTokenizer([" hello"], " ?[^ ]+| ");
    expect(written(atSpaces, "say hello, Anne-Marie now", undefined, [hello, unknownId], [1, 2])).toBe("hallo Anne-Marie");
    expect(written(atSpaces, "say Anne-Marie", "de", [hello, unknownId], [1, 2])).toBe("hallo Anne-Marie");
  });

  it("stays as it is in a text that came without its attention", () => {
    const read = { text: "Xenia", ids: [unknownId, 2], tagTokens: 0, truncated: false };
    expect(withSourceWords({ tokenizer: target, sourceTokenizer: source }, read, { tokens: [hello, unknownId], complete: true, logProbability: 0, score: 0 })).toBe("hallo<unk>");
  });
});
