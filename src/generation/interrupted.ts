// What is said when a person stops the decoding: one sentence, wherever it was.

import { WordloomError } from "../errors.js";

/** The error of an aborted signal; its cause is the signal's reason. */
export function interrupted(signal: AbortSignal): WordloomError {
  return new WordloomError("interrupted", "The generation was interrupted before it was complete.", { cause: signal.reason });
}
