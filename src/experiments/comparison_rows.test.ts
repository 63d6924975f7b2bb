// The table's cells: what they say of values, intervals, bounds and seeds, and which of them are marked as best.

import { describe, expect, it } from "vitest";
import type { Comparison } from "./comparison.js";
import { type Column, mainColumns, WRITING_MEASURES, writingColumns } from "./comparison_columns.js";
import { comparisonRows, type Row } from "./comparison_rows.js";
import { exampleComparison, figure } from "./testing/comparison_example.js";

/** The cells of the column of a name, by row. */
function cellsOf(comparison: Comparison, columns: readonly Column[], name: string): Record<string, Row["cells"][number]> {
  const at = columns.findIndex((column) => column.name === name);
  return Object.fromEntries(comparisonRows(comparison, columns).map((row) => [row.name, row.cells[at]]));
}
const main = (comparison: Comparison, name: string) => cellsOf(comparison, mainColumns(comparison), name);

describe("comparisonRows", () => {
  it("writes a value with its interval, a bound as one, and marks the lowest loss and those that overlap it", () => {
    const comparison = exampleComparison({ families: ["rnn", "lstm", "gru", "vae"] });
    const bits = [figure(1.02, 0.01), figure(0.874, 0.01), figure(0.881, 0.01), figure(0.95, 0.01)];
    const members = comparison.members.map((member, i) => ({ ...member, prediction: { ...member.prediction!, bitsPerCharacter: bits[i] } }));
    const cells = main({ ...comparison, members }, "bits per character");
    expect(cells["lstm"]).toEqual({ text: "0.874", interval: "0.864–0.884", mark: "best" });
    expect(cells["gru"].mark).toBe("near");
    expect(cells["rnn"].mark).toBeNull();
    expect(cells["vae"].text).toBe("≤ 0.950");
    expect(cells["real texts"]).toEqual({ text: "–", interval: "", mark: null });
  });

  it("calls best what is nearest to real texts, not what is highest", () => {
    const cells = main(exampleComparison({ families: ["lstm", "gan"] }), "BLEU-3"); // real 0.702, lstm 0.69, gan 0.72
    expect(cells["lstm"].mark).toBe("best");
    expect(Number(cells["gan"].text)).toBeGreaterThan(Number(cells["real texts"].text));
  });

  it("marks nothing where there is nothing to choose from", () => {
    expect(main(exampleComparison({ families: ["lstm"] }), "bits per character")["lstm"].mark).toBeNull();
    const alike = main(exampleComparison({ families: ["lstm", "gru"] }), "copies"); // the same of both
    expect([alike["lstm"].mark, alike["gru"].mark]).toEqual([null, null]);
    const without = main({ ...exampleComparison({ families: ["lstm", "gru"] }), real: null }, "BLEU-3");
    expect([without["lstm"].mark, without["gru"].mark]).toEqual([null, null]);
    expect(without).not.toHaveProperty("real texts");
  });

  it("has a row for each seed, and the mean of those that are done with how far they spread", () => {
    const comparison = exampleComparison({ families: ["lstm", "gru"], seeds: [1, 2, 3], failed: { "gru-3": "no memory was left" } });
    const values = [0.8, 0.9, 1.0, 1.1, 1.3, 0];
    const members = comparison.members.map((member, i) => ({ ...member, prediction: member.prediction && { ...member.prediction, bitsPerCharacter: figure(values[i], 0.01) } }));
    const rows = comparisonRows({ ...comparison, members }, mainColumns(comparison));
    expect(rows.map(({ name }) => name)).toEqual(["lstm-1", "lstm-2", "lstm-3", "lstm, mean of 3", "gru-1", "gru-2", "gru-3", "gru, mean of 2", "real texts"]);
    expect(rows[3].cells[0]).toEqual({ text: "0.900", interval: "± 0.100", mark: "best" });
    expect(rows[7].cells[0]).toEqual({ text: "1.200", interval: "± 0.141", mark: null });
    expect(rows.slice(0, 3).map(({ cells }) => cells[0].mark)).toEqual([null, null, null]);
    expect(rows[6].status).toBe("failed: no memory was left");
  });

  it("shows what is missing as such, in every measure", () => {
    const comparison = exampleComparison({ families: ["lstm", "gru"] });
    const members = comparison.members.map((member, i) => ({ ...member, training: null, prediction: null, bytes: null, generations: i === 0 ? [] : member.generations.map((one) => ({ ...one, measures: { ...one.measures, selfBleu: null, novelty: null } })) }));
    const all = { ...comparison, members };
    const [first, second] = comparisonRows(all, writingColumns(all, 1, WRITING_MEASURES));
    expect(first.cells.every(({ text }) => text === "–")).toBe(true);
    const missing = WRITING_MEASURES.filter((_, i) => second.cells[i].text === "–").map(({ name }) => name);
    expect(missing).toEqual(WRITING_MEASURES.map(({ name }) => name).filter((name) => /^Self|cop/.test(name)));
    expect(main(all, "bits per character")["gru"].text).toBe("–");
  });
});
