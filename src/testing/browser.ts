// A real browser for tests of pages: one that this machine has, never a download; without one such tests are skipped.

import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The Chromium that CHROMIUM_PATH names, else the first of the usual names on the PATH; null where there is none. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment["CHROMIUM_PATH"];
  if (named) return named;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

const found = findChromium();
export const hasChromium = found !== null;
/** The title of a group of tests in a browser, with the reason where they are skipped. */
export const inBrowser = (what: string): string => (hasChromium ? what : `${what} (skipped: there is no Chromium on the PATH, and CHROMIUM_PATH names none)`);

/** Starts it, without a window. Its own sandbox is one that root cannot have. */
export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: found!, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });

/** A page that was opened from a file. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** All that it asked the network for, all errors on its console and in its scripts. */
  readonly problems: readonly string[];
}

export interface OpenOptions {
  readonly width?: number;
  readonly theme?: "light" | "dark";
}

/** Writes a page into a file and opens that, off every network. */
export async function openPage(browser: Browser, html: string, { width = 1200, theme = "light" }: OpenOptions = {}): Promise<OpenedPage> {
  const folder = mkdtempSync(join(tmpdir(), "wordloom-page-"));
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, offline: true, serviceWorkers: "block" });
  const problems: string[] = [];
  context.on("request", (request) => void (request.url() === url || problems.push(`asked for ${request.url()}`)));
  const page = await context.newPage();
  page.on("console", (message) => void (message.type() === "error" && problems.push(`console: ${message.text()}`)));
  page.on("pageerror", (error) => void problems.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: "load" });
  return {
    page,
    problems,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Pixels by which the page is wider than its window. */
export const sidewaysOverflow = (page: Page): Promise<number> => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** Those of the selectors that nothing of any size in the page answers to. */
export async function withoutBox(page: Page, selectors: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const selector of selectors) {
    const box = await page.locator(selector).first().boundingBox({ timeout: 2000 }).catch(() => null);
    if (!box || box.width < 1 || box.height < 1) missing.push(selector);
  }
  return missing;
}

/** How many pages of paper it prints to. */
export async function printedPages(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: "A4" });
  return (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
}
