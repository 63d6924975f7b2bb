// Sentences of the library name its options as programs write them; here they become flags, as people type them.

import { flagOf } from "../api/family_options.js";

/**
 * @param sentence of an error or a notice: `… (option "targetFile")`
 * @returns the same with flags: `… (--target-file)`, and in a running sentence `the option --target-file`
 */
export function asTyped(sentence: string): string {
  return sentence
    .replace(/\(option "([a-z][A-Za-z]*)"/g, (_, name: string) => `(${flagOf(name)}`)
    .replace(/\b([Oo]ption) "([a-z][A-Za-z]*)"/g, (_, word: string, name: string) => `${word} ${flagOf(name)}`);
}
