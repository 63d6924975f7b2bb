import { describe, expect, it } from "vitest";

import { progressBar } from "./progress_bar.js";

describe("progressBar", () => {
  it.each([
    [0, "──────────"],
    [0.04, "──────────"],
    [0.05, "╸─────────"],
    [0.45, "━━━━╸─────"],
    [0.3, "━━━───────"],
    [0.999, "━━━━━━━━━╸"],
    [1, "━━━━━━━━━━"],
    [7, "━━━━━━━━━━"],
    [-1, "──────────"],
    [NaN, "──────────"],
  ])("draws %d in half columns", (share, bar) => expect(progressBar(share, 10)).toBe(bar));

  it("paints only the parts that are there", () => {
    const paint = { done: (text: string) => `<${text}>`, rest: (text: string) => `(${text})` };
    expect([0, 0.5, 1].map((share) => progressBar(share, 2, paint))).toEqual(["(──)", "<━>(─)", "<━━>"]);
    expect(progressBar(0.5, 0, paint)).toBe("");
    expect(progressBar(0.5, -3, paint)).toBe("");
  });
});
