// The terminal's lines of a comparison: all members, figures under their names, nothing that is too wide or that acts on a terminal.

import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { mainColumns } from "../../experiments/comparison_columns.js";
import { exampleComparison } from "../../experiments/testing/comparison_example.js";
import { comparisonTable } from "./comparison_table.js";
import { textWidth } from "./visible_text.js";

describe("comparisonTable", () => {
  it.each([100, 80, 50])("fits %i columns, with one seed and with several, and leaves nothing out", (columns) => {
    for (const comparison of [exampleComparison(), exampleComparison({ seeds: [1, 2, 3], failed: { "gan-2": "x".repeat(300) }, waiting: ["gan-3"] })]) {
      const lines = comparisonTable(comparison, { columns });
      expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
      for (const { name } of mainColumns(comparison)) expect(lines.some((line) => line.includes(name)), name).toBe(true);
      expect(lines.filter((line) => /^(gan-2|gan-3) /.test(line)).length).toBe(comparison.seeds.length > 1 ? 2 : 0);
    }
  });

  it("has a row for each family in each table, figures ending under the end of their names", () => {
    const lines = comparisonTable(exampleComparison({ families: ["lstm", "vae"] }));
    expect(lines.filter((line) => /^lstm +[\d≤]/.test(line))).toHaveLength(3);
    const head = lines.findIndex((line) => line.includes("perplexity"));
    const end = lines[head].indexOf("parameters") + "parameters".length;
    expect(lines[head + 1].slice(0, end)).toMatch(/1\.31M$/);
    expect(lines[head + 2].slice(0, end)).toMatch(/1\.74M$/);
    expect(lines[head + 2]).toContain("≤ 0.95");
    expect(lines.join("\n")).toContain("- lstm predicts the test part best");
  });

  it("shows means of several seeds, and who failed or waits", () => {
    const lines = comparisonTable(exampleComparison({ families: ["lstm", "gan"], seeds: [1, 2, 3], failed: { "gan-2": "memory ran out" }, waiting: ["gan-3"] }));
    expect(lines.filter((line) => /^lstm +0\.\d{3}.*± 0\.0/.test(line)).length).toBeGreaterThan(0);
    expect(lines.some((line) => /^gan-2 +failed: memory ran out$/.test(line))).toBe(true);
    expect(lines.some((line) => /^gan-3 +not trained yet$/.test(line))).toBe(true);
    expect(lines.some((line) => line.startsWith("lstm-1"))).toBe(false);
  });

  it("is plain text unless colours are welcome, and shows what could act on a terminal", () => {
    const comparison = exampleComparison({ families: ["lstm", "gru"] });
    const hostile = { ...comparison, data: { ...comparison.data, name: "a\u001b[31m\nb" }, members: comparison.members.map((member) => ({ ...member, name: `${member.name}\u001b[2J` })) };
    expect(comparisonTable(hostile).join("")).not.toMatch(/[\u0000-\u001f]/);
    const colored = comparisonTable(comparison, { color: true });
    expect(colored.join("")).toContain("\u001b[1m");
    expect(colored.map(stripVTControlCharacters)).toEqual(comparisonTable(comparison).map((line) => line));
  });

  it("shows a comparison of which nothing is done", () => {
    const waiting = exampleComparison({ families: ["lstm", "gru"], waiting: ["lstm", "gru"] });
    const lines = comparisonTable({ ...waiting, real: null, temperatures: [] }, { columns: 60 });
    expect(lines).toContain("lstm  not trained yet");
    expect(lines).toContain("- Not trained yet: lstm and gru.");
  });
});
