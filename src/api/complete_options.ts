// The options of a training with what a look at the data decides: pairs of texts need an encoder–decoder.

import { looksLikePairs } from "../text/pairs/looks_like_pairs.js";
import { namesFamily } from "./family_options.js";
import { parseTrainOptions, type TrainOptions } from "./train_options.js";

/**
 * @returns the options, and whether pairs were found in data of which no option says what is to be trained on it
 * @throws WordloomError "invalid_argument" as `parseTrainOptions`
 */
export async function completeOptions(input: object): Promise<{ readonly options: TrainOptions; readonly found: boolean }> {
  const options = parseTrainOptions(input);
  if (namesFamily(input) || options.family === "seq2seq" || !(await looksLikePairs(options.data))) return { options, found: false };
  return { options: parseTrainOptions({ ...input, family: "seq2seq" }), found: true };
}
