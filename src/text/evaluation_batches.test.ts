import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationBatches } from "./evaluation_batches.js";
import {
  bosId,
  counts,
  countingSamples,
  countingStream,
  padId,
  positionsOf,
  rowsOf,
  sampleLengths,
  sizes,
} from "./testing/batches.js";
import { targetsIn } from "./tokenized.js";

describe("evaluation", () => {
  it.each([true, false])("reads every target of a stream exactly once (carried state: %s)", (carriesState) => {
    fc.assert(
      fc.property(sizes.rows, sizes.length, fc.nat(100), (rows, length, tokens) => {
        const text = countingStream(tokens);
        const pass = evaluationBatches(text, { rows, length, padId, carriesState });
        const batches = [...pass].map((batch) => rowsOf(batch, rows, length));
        const read = counts(batches.flat());
        const expected = Array.from({ length: Math.max(0, tokens - 1) }, (_, i) => `${i + 10}>${i + 11}`);
        expect(read).toEqual(expected.sort());
        expect(pass.targets).toBe(read.length);
        expect(targetsIn(text)).toBe(read.length);
        expect([...pass].map((batch) => rowsOf(batch, rows, length))).toEqual(batches);
        batches.forEach((batch, i) => {
          batch.forEach((row, r) => {
            expect(row.restart).toBe(carriesState && i > 0 ? 0 : 1);
            if (!carriesState || i === 0 || row.targets[0] === -1) return;
            expect(row.tokens[0]).toBe(batches[i - 1][r].targets[length - 1]); // the lane goes on without a gap
          });
        });
      }),
    );
  });

  it("reads every target of samples exactly once, long ones on in the same row", () => {
    fc.assert(
      fc.property(sizes.rows, sizes.length, sampleLengths, (rows, length, lengths) => {
        const text = countingSamples(lengths);
        const pass = evaluationBatches(text, { rows, length, padId, carriesState: true });
        const batches = [...pass].map((batch) => rowsOf(batch, rows, length));
        expect(counts(batches.flat())).toEqual(positionsOf(text.samples));
        expect(pass.targets).toBe(text.samples.totalPositions);
        batches.forEach((batch, i) => {
          batch.forEach((row, r) => {
            if (row.targets[0] === -1) return;
            expect(row.restart === 1).toBe(row.tokens[0] === bosId);
            if (row.restart === 0) expect(row.tokens[0]).toBe(batches[i - 1][r].targets[length - 1]);
          });
        });
      }),
    );
  });
});
