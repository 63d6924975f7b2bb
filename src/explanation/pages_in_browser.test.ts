// Every page that an explanation is written as, opened in a real browser.

import { expect, it } from "vitest";
import { openPage } from "../testing/browser.js";
import { checkPage, describeInBrowser } from "../testing/check_page.js";
import { attentionHtml } from "./attention_html.js";
import { latentHtml } from "./latent_html.js";
import { readingHtml } from "./reading_html.js";
import { exampleMap, hostileLabels } from "./testing/example_maps.js";
import { exampleReading } from "./testing/example_readings.js";
import { clusteredMap } from "./testing/latent_maps.js";

const WORDS = ["The", " small", " fox", " ran", " home", ",", " שלום", "\n", "狐狸"];

describeInBrowser("pages in a browser", (browser) => {
  it.each([
    ["a reading by a model with attention", () => readingHtml(exampleReading(WORDS)), ["h1", "#text span", "#view", "#bar", "#token", "#instead li", "#lensBody td", "#attention", "#heads button", "#saliency"]],
    ["a reading by a model with hidden units", () => readingHtml(exampleReading(WORDS, { recurrent: true })), ["#text span", "#traces button", "#traces canvas", "#property"]],
    ["attention", () => attentionHtml(exampleMap(WORDS, WORDS, { layers: 2, heads: 2, kind: "self" })), ["h1", "#canvas", "#above bdi", "#left bdi", "#layer", "#strongest li", "#heads button"]],
    ["a latent space", () => latentHtml(clusteredMap()), ["h1", "#stage", "#points", "#groups button", "#views input", "#bars rect", "#search"]],
  ])("%s", async (_, html, selectors) => {
    await checkPage(browser(), html(), selectors);
  });

  it("labels that have broken pages elsewhere stay labels, and the pointer reads them", async () => {
    await using opened = await openPage(browser(), readingHtml(exampleReading(hostileLabels)));
    const { page, problems } = opened;
    const tokens = page.locator("#text span");
    expect(await tokens.count()).toBe(hostileLabels.length);
    expect(await tokens.first().textContent()).toContain("<script>alert(1)</script>");
    await tokens.first().hover();
    expect(await page.locator("#token").textContent()).toContain("<script>alert(1)</script>");
    expect(problems).toEqual([]);
  });
});
