// With how many threads a sweep began: another number rounds differently, and so is not gone on with unless it is asked for.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile } from "../storage/json_file.js";

/** The threads that the sweep in a folder began with; undefined where there is none that can be read. */
export function storedThreads(folder: string): number | undefined {
  const file = join(folder, "sweep.json");
  return existsSync(file) ? readJsonFile(file, z.looseObject({ threads: z.int().positive().optional() }), "a sweep's results").threads : undefined;
}
