// Takes back folders that were made for something that came to nothing.

import { existsSync, rmdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Removes a folder and those above it, up to and with `uppermost`, from the innermost up as far as they are empty. */
export function removeEmptyFolders(innermost: string, uppermost: string): void {
  const end = resolve(uppermost);
  try {
    for (let folder = resolve(innermost); folder.startsWith(end); folder = dirname(folder)) {
      if (existsSync(folder)) rmdirSync(folder);
    }
  } catch {
    // Something else is in it by now, and that is not ours to remove.
  }
}
