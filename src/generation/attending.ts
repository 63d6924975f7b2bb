// Whether decoding needs to know what is attended to, and the decoder that tells.

import { WordloomError } from "../errors.js";
import type { DecoderState, SourceDecoder } from "./decoder.js";
import type { SourceOptions } from "./source_options.js";

/**
 * The decoder that serves the options: the given one, or where they need attention the one whose steps give it too.
 * @throws WordloomError `invalid_argument` for options that need attention with a model that has none
 */
export async function attendingFor<State extends DecoderState>(
  { attention, coveragePenalty }: Pick<SourceOptions, "attention" | "coveragePenalty">,
  decoder: SourceDecoder<State>,
): Promise<SourceDecoder<State>> {
  if (!attention && coveragePenalty === 0) return decoder;
  const found = await decoder.attending?.();
  if (found) return found;
  const [unknown, advice] = coveragePenalty > 0 ? ["of what a text covers of it", "the coverage penalty"] : ["of where its words come from", "the attention"];
  throw new WordloomError("invalid_argument", `The model does not attend to its source, so that nothing is known ${unknown}; leave ${advice} out.`);
}
