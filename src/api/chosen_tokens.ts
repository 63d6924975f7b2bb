// Which tokens' probabilities are explained: the one that is asked for, or as many as can be taken in.

import { WordloomError } from "../errors.js";
import { tokenNumber, type ReadToken } from "../explanation/reading.js";
import type { ExplainedToken } from "./model_options.js";

/** Up to so many predictions, each is explained in turn unless one is asked for. */
const EACH_IN_TURN = 64;

/**
 * The indices of the tokens to be explained, of those that something predicts: all of a text or a target but its first.
 * @param token each in turn of up to 64 unless given, of more the last that is no mark
 * @throws WordloomError "invalid_argument" for a token that the text does not have
 */
export function chosenTokens(text: { readonly tokens: readonly Pick<ReadToken, "special">[]; readonly source: number }, token: ExplainedToken | undefined): number[] {
  const { tokens, source } = text;
  const predicted = [...tokens.keys()].slice(source + 1);
  const asked = token ?? (predicted.length <= EACH_IN_TURN ? "all" : "last");
  if (asked === "all") return predicted;
  if (asked === "last") return [predicted.findLast((index) => !tokens[index].special) ?? predicted.at(-1)].filter((index) => index !== undefined);
  const found = predicted.find((index) => tokenNumber(text, index) === asked);
  if (found !== undefined) return [found];
  const numbers = predicted.map((index) => tokenNumber(text, index));
  const range = numbers.length === 0 ? "none of its tokens has one before it" : `choose one from ${numbers[0]} to ${numbers.at(-1)}, "last" or "all"`;
  throw new WordloomError("invalid_argument", `The text has no token ${String(asked)} whose probability could be explained; ${range}.`);
}
