// Rows go on as what they were chosen to be, and a full decoder starts anew on the last half of each.

import { describe, expect, it } from "vitest";
import { DecoderRows } from "./decoder_rows.js";
import { ReadingDecoder } from "./testing/tiny_decoders.js";

/** A decoder whose two logits are how many tokens a row has read and, as one number, its last four. */
function countingDecoder(contextLength: number): ReadingDecoder {
  return new ReadingDecoder(2, contextLength, (read) => [
    read.length,
    read.slice(-4).reduce((number, token) => number * 10 + token, 0),
  ]);
}

describe("DecoderRows", () => {
  it("reads the prompt as one row and doubles it", async () => {
    const decoder = countingDecoder(Infinity);
    const rows = new DecoderRows(decoder);
    expect([...(await rows.start([1, 2, 3]))]).toEqual([3, 123]);
    rows.select(Int32Array.of(0, 0));
    expect([...(await rows.advance(Int32Array.of(4, 5)))]).toEqual([4, 1234, 4, 1235]);
    expect(decoder.calls).toEqual(["start 1", "step 1x3", "select 0,0", "step 2x1"]);
  });

  it("drops, exchanges and doubles rows, several selections being one", async () => {
    for (const contextLength of [Infinity, 100]) {
      const decoder = countingDecoder(contextLength);
      const rows = new DecoderRows(decoder);
      await rows.start([1]);
      rows.select(new Int32Array(3));
      await rows.advance(Int32Array.of(2, 3, 4));
      rows.select(Int32Array.of(2, 1)); // 14 13
      rows.select(Int32Array.of(1, 0, 1)); // 13 14 13
      expect([...(await rows.advance(Int32Array.of(5, 6, 7)))]).toEqual([3, 135, 3, 146, 3, 137]);
      expect(decoder.calls.slice(-2)).toEqual(["select 1,2,1", "step 3x1"]);
      expect([...(await rows.advance(Int32Array.of(8, 8, 8)))]).toEqual([4, 1358, 4, 1468, 4, 1378]);
    }
  });

  it("starts anew on the last half of each row when the context is full, without selecting first", async () => {
    const decoder = countingDecoder(4);
    const rows = new DecoderRows(decoder);
    await rows.start([1, 2]);
    rows.select(Int32Array.of(0, 0));
    await rows.advance(Int32Array.of(3, 4));
    await rows.advance(Int32Array.of(5, 6)); // 1235 1246: full
    rows.select(Int32Array.of(1, 0, 1));
    expect([...(await rows.advance(Int32Array.of(7, 8, 9)))]).toEqual([2, 67, 2, 58, 2, 69]);
    expect(decoder.calls.slice(-2)).toEqual(["start 3", "step 3x2"]);
    expect([...(await rows.advance(Int32Array.of(1, 2, 3)))]).toEqual([3, 671, 3, 582, 3, 693]);
  });

  it("takes a number of steps a token that does not grow with the text", async () => {
    const decoder = countingDecoder(8);
    const rows = new DecoderRows(decoder);
    await rows.start([1]);
    for (let i = 0; i < 400; i++) await rows.advance(Int32Array.of(i % 10));
    const fed = decoder.calls.reduce((sum, call) => sum + Number(/step 1x(\d+)/.exec(call)?.[1] ?? 0), 0);
    expect(fed).toBeLessThanOrEqual(2 * 401);
    expect(decoder.calls.filter((call) => call === "start 1").length).toBeLessThanOrEqual(401 / 4);
  });

  it("fills the context with a prompt that just fits, and keeps the last half of one that does not", async () => {
    const decoder = countingDecoder(4);
    expect([...(await new DecoderRows(decoder).start([1, 2, 3, 4]))]).toEqual([4, 1234]);
    expect([...(await new DecoderRows(decoder).start([1, 2, 3, 4, 5]))]).toEqual([2, 45]);
  });

  it("works with a context of one token", async () => {
    const rows = new DecoderRows(countingDecoder(1));
    expect([...(await rows.start([1, 2]))]).toEqual([1, 2]);
    expect([...(await rows.advance(Int32Array.of(3)))]).toEqual([1, 3]);
  });

  it("feeds a long prompt in pieces where no context bounds it, and whole where one does", async () => {
    const prompt = Array.from({ length: 1300 }, (_, i) => i % 10);
    for (const [contextLength, steps] of [
      [Infinity, ["step 1x512", "step 1x512", "step 1x276"]],
      [2000, ["step 1x1300"]],
    ] as const) {
      const decoder = countingDecoder(contextLength);
      expect([...(await new DecoderRows(decoder).start(prompt))]).toEqual([1300, 6789]);
      expect(decoder.calls).toEqual(["start 1", ...steps]);
    }
  });

  it("tells a decoder's wrong number of logits from a model's mistake", async () => {
    const rows = new DecoderRows(new ReadingDecoder(3, Infinity, () => [0, 0]));
    await expect(rows.start([1])).rejects.toMatchObject({ code: "internal", message: /2 logits where 1 rows of 3/ });
  });

  it("is interrupted before a step", async () => {
    const controller = new AbortController();
    const decoder = countingDecoder(Infinity);
    const rows = new DecoderRows(decoder, controller.signal);
    await rows.start([1]);
    controller.abort("enough");
    await expect(rows.advance(Int32Array.of(1))).rejects.toMatchObject({ code: "interrupted", cause: "enough" });
    expect(decoder.calls).toEqual(["start 1", "step 1x1"]);
  });
});
