// What every page that is written has to pass in a real browser: both themes, wide and narrow, and on paper.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { hasChromium, inBrowser, launchChromium, openPage, printedPages, sidewaysOverflow, withoutBox } from "./browser.js";
import { faintTexts } from "./page_contrast.js";

/** Tests that share a browser, skipped where there is none. */
export function describeInBrowser(what: string, tests: (browser: () => Browser) => void): void {
  describe.skipIf(!hasChromium)(inBrowser(what), () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser?.close();
    });
    tests(() => browser!);
  });
}

/**
 * Opens the page wide and light, narrow and dark, and prints it. It asks for nothing, reports no error, is nowhere wider
 * than its window, all its texts can be read, and there is an element of some size for each of the selectors.
 */
export async function checkPage(browser: Browser, html: string, selectors: readonly string[]): Promise<void> {
  for (const [width, theme] of [[1200, "light"], [400, "dark"]] as const) {
    await using opened = await openPage(browser, html, { width, theme });
    const { page, problems } = opened;
    const seen = { problems, missing: await withoutBox(page, selectors), overflow: await sidewaysOverflow(page), faint: await faintTexts(page) };
    expect(seen, `${width} pixels wide, ${theme}`).toEqual({ problems: [], missing: [], overflow: 0, faint: [] });
    if (theme === "light") continue;
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "the dark page").toBe("rgb(22, 22, 22)");
    expect(await printedPages(page)).toBeGreaterThan(0);
  }
}
