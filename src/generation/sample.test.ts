// How one sample ends and what of its text is shown, on decoders that recite a given text.

import { describe, expect, it } from "vitest";
import type { GenerationRequest } from "./generate.js";
import type { SamplingOptionsInput } from "./sampling_options.js";
import { collect, samples } from "./testing/collect.js";
import { byteDecoder, ReadingDecoder, type ReadingState, recitedLogits, vocabularyDecoder } from "./testing/tiny_decoders.js";

const letters = [..."abcdefgh"];

/** Recites a text, a token a character of the vocabulary, after a prompt of one token. */
function reciting(vocabulary: readonly string[], tokens: readonly string[], options: SamplingOptionsInput) {
  const ids = tokens.map((text) => vocabulary.indexOf(text));
  return {
    decoder: new ReadingDecoder(vocabulary.length, Infinity, recitedLogits(vocabulary.length, ids)),
    prompt: [0],
    incrementalDecoder: vocabularyDecoder(vocabulary),
    options: { maxTokens: tokens.length, ...options },
  };
}

describe("the end of a sample", () => {
  it("is its largest number of tokens", async () => {
    const [sample] = await samples(reciting(letters, ["a", "b", "c"], { maxTokens: 2 }));
    expect(sample).toEqual({ type: "sample", sample: 0, text: "ab", tokens: [0, 1], finishReason: "length" });
  });

  it("is an end token, which is no text", async () => {
    const [sample] = await samples(reciting(letters, ["a", "b", "h", "c"], { endTokens: [7] }));
    expect(sample).toMatchObject({ text: "ab", tokens: [0, 1, 7], finishReason: "end" });
  });

  it("is a stop string, wherever its tokens cut it", async () => {
    const vocabulary = ["x", "E", "N", "D", "END", "ND", "aE", "NDb", "."];
    for (const [tokens, text, count] of [
      [["x", "E", "N", "D", "x"], "x", 4],
      [["x", "E", "ND", "x"], "x", 3],
      [["x", "aE", "NDb", "x"], "xa", 3],
      [["END", "x"], "", 1],
      [["E", "N", "E", "N", "D", "x"], "EN", 5],
    ] as const) {
      const [sample] = await samples(reciting(vocabulary, tokens, { stop: ["END"] }));
      expect([sample.text, sample.tokens.length, sample.finishReason]).toEqual([text, count, "stop"]);
    }
  });

  it("gives back what was held for a stop string that did not come", async () => {
    for (const options of [{ endTokens: [7] }, { maxTokens: 3 }]) {
      const request = reciting(letters, ["a", "b", "c", "h"], { stop: ["bcd"], ...options });
      const events = await collect(request);
      expect(events.slice(0, 2)).toEqual([
        { type: "text", sample: 0, text: "a" },
        { type: "text", sample: 0, text: "bc" },
      ]);
      expect(events[2]).toMatchObject({ type: "sample", text: "abc" });
    }
  });

  it("is the stop string when that is complete with the last token allowed", async () => {
    const [sample] = await samples(reciting(letters, ["a", "b"], { stop: ["b"] }));
    expect(sample).toMatchObject({ text: "a", finishReason: "stop" });
  });
});

describe("streamed text", () => {
  function recitingBytes(bytes: number[], options: SamplingOptionsInput): GenerationRequest<ReadingState> {
    const decoder = new ReadingDecoder(256, Infinity, recitedLogits(256, bytes));
    return { decoder, prompt: [32], incrementalDecoder: byteDecoder, options };
  }

  it("never has half a character", async () => {
    const bytes = [...new TextEncoder().encode("añ世😀!")];
    const events = await collect(recitingBytes(bytes, { maxTokens: bytes.length }));
    expect(events.map((event) => event.text)).toEqual(["a", "ñ", "世", "😀", "!", "añ世😀!"]);
  });

  it("shows a character that stays incomplete as the decoder finishes it", async () => {
    const bytes = [...new TextEncoder().encode("a世")].slice(0, 3);
    const [sample] = await samples(recitingBytes(bytes, { maxTokens: 3 }));
    expect(sample.text).toBe("a\uFFFD");
  });

  it("joins on to the end of the prompt", async () => {
    const [first, ...rest] = new TextEncoder().encode("世界");
    const decoder = new ReadingDecoder(256, Infinity, recitedLogits(256, rest));
    const request = { decoder, prompt: [first], incrementalDecoder: byteDecoder, options: { maxTokens: rest.length } };
    expect((await samples(request))[0].text).toBe("世界");
  });
});
