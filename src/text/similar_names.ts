// "Did you mean …?": the name in a folder that a mistyped one is closest to.
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WordloomError } from "../errors.js";

/** The error for a file that does not exist, with the nearest name in its folder if one is near. */
export async function noSuchFile(path: string, cause: unknown): Promise<WordloomError> {
  const folder = dirname(path);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    const message = `There is no folder ${folder} to read ${basename(path)} from; check the path.`;
    return new WordloomError("file_not_found", message, { cause });
  }
  const near = nearest(basename(path), names);
  const advice = near === undefined ? "check the path" : `did you mean ${join(folder, near)}?`;
  const end = near === undefined ? "." : "";
  return new WordloomError("file_not_found", `There is no file ${path}; ${advice}${end}`, { cause });
}

/** The name nearest to a given one, if it takes few enough edits to be a slip of the finger. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein's distance, a row of its table at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
