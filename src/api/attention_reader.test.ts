// Many callers of one reader: a program is compiled once for each pair of lengths, none is left over, failures are tried again.

import { describe, expect, it } from "vitest";
import type { AttentionLayer } from "../explanation/attention_map.js";
import { countingBackend, type CountingBackend } from "../generation/testing/counting_backend.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { smallSequenceToSequence } from "../testing/small_sequence_to_sequence.js";
import { AttentionReader } from "./attention_reader.js";

const small = smallSequenceToSequence("transformer, norms first");

function countingReader(failing: readonly number[] = []): { reader: AttentionReader; backend: CountingBackend } {
  const backend = countingBackend(failing);
  return { reader: new AttentionReader(small.model, small.buffers, TEST_SESSION, backend), backend };
}

const read = (reader: AttentionReader, source: readonly number[], target: readonly number[]): Promise<AttentionLayer[]> => reader.alignment(source, target);

describe("an attention reader", () => {
  it("used many times at once compiles once, and reads what it reads one after another", async () => {
    const { reader, backend } = countingReader();
    const sources = [[1, 2, 3], [4, 5], [6, 7, 8, 1, 2], [3]];
    const together = await Promise.all(sources.map((source) => read(reader, source, [1, 2, 3])));
    expect([backend.created, backend.open]).toEqual([1, 1]);
    for (const [i, source] of sources.entries()) {
      expect(await read(reader, source, [1, 2, 3])).toEqual(together[i]);
      for (const { heads } of together[i]) {
        for (const head of heads) {
          expect(head.length).toBe(3 * source.length);
          expect(head.reduce((total, weight) => total + weight, 0)).toBeCloseTo(3, 5);
        }
      }
    }
    expect(backend.created).toBe(1);
    await reader.release();
    expect(backend.open).toBe(0);
  });

  it("tells all who wait that a program was refused, and compiles it for the next", async () => {
    const { reader, backend } = countingReader([0]);
    const first = await Promise.allSettled([read(reader, [1], [1]), read(reader, [2], [2])]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(backend.created).toBe(1);
    expect(await read(reader, [1], [1])).toHaveLength(2);
    expect([backend.created, backend.open]).toEqual([2, 1]);
    await reader.release();
    expect(backend.open).toBe(0);
  });

  it("released while programs are compiled and run lets those finish, leaves nothing over, and can be used again", async () => {
    const { reader, backend } = countingReader([1]);
    const reading = Promise.allSettled([read(reader, [1, 2], [1]), read(reader, [2], [1, 2])]);
    await reader.release();
    expect((await reading).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(backend.open).toBe(0);
    await expect(read(reader, [1], [1])).rejects.toThrow("no memory");
    expect(await read(reader, [1], [1])).toHaveLength(2);
    await reader.release();
    expect(backend.open).toBe(0);
  });
});
