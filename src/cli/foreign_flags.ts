// A flag that means nothing to the model at hand is refused, not passed over.

import { flagOf } from "../api/family_options.js";
import { WordloomError } from "../errors.js";

/**
 * @param names of flags as commander names them: `targetFile`
 * @param why a sentence's end: "is for models of pairs of texts"
 * @throws WordloomError "invalid_argument" where one of them was given
 */
export function refuseFlags(flags: object, names: readonly string[], why: string): void {
  const foreign = names.find((name) => (flags as Record<string, unknown>)[name] !== undefined);
  if (foreign) throw new WordloomError("invalid_argument", `The option ${flagOf(foreign)} ${why}; leave it out.`);
}
