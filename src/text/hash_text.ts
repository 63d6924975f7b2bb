// A number for a text that is the same on every machine and in every run: what chooses or places texts without a table.

import { hashName } from "../runtime/random.js";

/** 32 bits of which each depends on the whole text: FNV-1a over the UTF-16 code units, then MurmurHash3's finalizer. */
export function hashText(text: string): number {
  let hash = hashName(text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
