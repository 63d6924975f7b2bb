// The page of a comparison: whatever stands in it stays text, and a browser shows it with nothing else at hand.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLabel } from "../explanation/testing/example_maps.js";
import { openPage } from "../testing/browser.js";
import { checkPage, describeInBrowser } from "../testing/check_page.js";
import type { Comparison } from "./comparison.js";
import { comparisonHtml } from "./comparison_html.js";
import { exampleComparison } from "./testing/comparison_example.js";

const SEEDS = { seeds: [1, 2, 3], temperatures: [0.5, 0.7, 0.9, 1, 1.1, 1.3], failed: { "gan-2": "The generator's texts became alike." }, waiting: ["gan-3"] };

/** The same comparison with everything that comes from outside replaced. */
const withTexts = (comparison: Comparison, text: string): Comparison => ({
  ...comparison,
  data: { ...comparison.data, name: text, file: text },
  command: text,
  repeat: text,
  tokenizer: text,
  machine: { ...comparison.machine, processor: text },
  members: comparison.members.map((member) => ({ ...member, name: text, sizes: text, command: text, failure: text })),
});

describe("comparisonHtml", () => {
  const tags = (html: string): string[] => (html.match(/<\/?[a-z!][^\s>]*/gi) ?? []).filter((tag) => !tag.endsWith("mark"));

  it("has the same elements whatever the names, commands and texts, and no script", () => {
    const of = (text: string): string => comparisonHtml(withTexts(exampleComparison({ families: ["lstm", "gan"], temperatures: [1], texts: [`a${text}`, `b${text}b`], failed: { gan: "x" } }), text));
    const usual = tags(of("text"));
    fc.assert(
      fc.property(anyLabel, (text) => {
        const html = of(text);
        expect(tags(html)).toEqual(usual);
        expect(html).not.toMatch(/<script|javascript:| on[a-z]+=/i);
      }),
      { numRuns: 40 },
    );
  });

  it("has every member's row, every text, both commands, and marks the copied span", () => {
    const comparison = exampleComparison({ families: ["lstm", "gru"], texts: ["The fox ran home again today.", "Two\nlines."] });
    const html = comparisonHtml(comparison);
    for (const text of ['<tr class="member"><th scope="row">', "<mark>The fox ran home again today.</mark>", "Two\nlines.", comparison.repeat, comparison.members[1].command]) expect(html.includes(text), text).toBe(true);
    expect(html.match(/<details open>/g)).toHaveLength(1);
  });

  it("shows a comparison of which nothing is done, and one without real texts", () => {
    const waiting = exampleComparison({ families: ["lstm", "gru"], waiting: ["lstm", "gru"] });
    expect(comparisonHtml({ ...waiting, real: null, unit: null, temperatures: [] })).toContain("Nothing is written yet.");
    const html = comparisonHtml({ ...exampleComparison({ stories: false }), real: null });
    expect(['class="real"', ", beside real texts", "NaN", "undefined", "Infinity"].filter((text) => html.includes(text))).toEqual([]);
  });
});

describeInBrowser("the comparison's page in a browser", (browser) => {
  it.each([
    ["one family", exampleComparison({ families: ["lstm"], stories: false })],
    ["six families with three seeds, some failed", exampleComparison(SEEDS)],
    ["long names, long lines, another direction", withTexts(exampleComparison({ families: ["lstm", "vae"], texts: ["W".repeat(3000), "שלום עולם", ""] }), "a-long-name/".repeat(30))],
  ])("%s", async (_, comparison) => {
    await checkPage(browser(), comparisonHtml(comparison), ["h1", ".verdict li", "table caption", "tbody tr", ".chart:visible .line", ".chart:visible text", "details[open] article li", "pre"]);
  });

  it("texts that would be a script stay texts, written or real", async () => {
    const hostile = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--"];
    await using opened = await openPage(browser(), comparisonHtml(exampleComparison({ families: ["lstm"], texts: hostile })));
    const { page, problems } = opened;
    expect(await page.locator("details[open] article li").allTextContents()).toEqual([...hostile, ...hostile]);
    expect(problems).toEqual([]);
    expect(await page.locator("script").count()).toBe(0);
  });

  it("other temperatures open without a script", async () => {
    await using opened = await openPage(browser(), comparisonHtml(exampleComparison()));
    const { page } = opened;
    const samples = page.locator("article", { hasText: "lstm" });
    expect(await samples.first().isVisible()).toBe(false);
    await page.locator("summary", { hasText: /^Temperature 0\.7$/ }).click();
    expect(await samples.first().isVisible()).toBe(true);
  });
});
