// Pictures of a page for the docs: an HTML or SVG file in a browser that is found on this machine, light and dark.
// node bench/screenshots.js FILE... --out FOLDER [--width 1200] [--height 800] [--scale 1] [--themes light,dark] [--element SELECTOR] [--open] [--pdf]
// The browser: CHROMIUM_PATH, else chromium, chromium-browser or google-chrome of the PATH.

import { existsSync, mkdirSync } from "node:fs";
import { basename, delimiter, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: "." },
    width: { type: "string", default: "1200" },
    height: { type: "string", default: "800" },
    scale: { type: "string", default: "1" },
    themes: { type: "string", default: "light,dark" },
    element: { type: "string" }, // only this one, else the whole page
    open: { type: "boolean", default: false }, // all <details>
    pdf: { type: "boolean", default: false },
  },
});
const folders = (process.env.PATH ?? "").split(delimiter);
const executablePath = process.env.CHROMIUM_PATH ?? ["chromium", "chromium-browser", "google-chrome"].flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
if (executablePath === undefined || files.length === 0) {
  console.error(files.length === 0 ? "Name an HTML or SVG file." : "There is no Chromium here; install one or set CHROMIUM_PATH.");
  process.exit(2);
}
mkdirSync(flags.out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
try {
  for (const colorScheme of flags.themes.split(",")) {
    const viewport = { width: Number(flags.width), height: Number(flags.height) };
    const page = await browser.newPage({ colorScheme, viewport, deviceScaleFactor: Number(flags.scale), offline: true });
    for (const file of files) {
      await page.goto(pathToFileURL(resolve(file)).href);
      if (flags.open) await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
      // Pages draw some parts only when they come into sight.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, height) });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200))));
      const to = join(flags.out, `${basename(file, extname(file))}-${colorScheme}`);
      if (flags.element === undefined) await page.screenshot({ path: `${to}.png`, fullPage: true });
      else await page.locator(flags.element).first().screenshot({ path: `${to}.png` });
      if (flags.pdf) await page.pdf({ path: `${to}.pdf`, format: "A4", margin: { top: "14mm", bottom: "14mm", left: "12mm", right: "12mm" } });
      console.log(`${to}.png`);
    }
    await page.close();
  }
} finally {
  await browser.close();
}
