// What the command line explains of a text, as numbers, for tests that look into them.

import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { ReadingJson } from "../../explanation/reading_json.js";
import type { Workplace } from "./command_line.js";

/** `explain RUN TEXT` on one thread, into a file of JSON. */
export async function explainedJson(place: Workplace, run: string, text: string, ...more: readonly string[]): Promise<ReadingJson> {
  const { code, stderr } = await place.run("explain", run, text, "--out", `${run}.json`, ...more, "--threads", "1");
  expect(code, stderr).toBe(0);
  return JSON.parse(readFileSync(place.file(`${run}.json`), "utf8")) as ReadingJson;
}
