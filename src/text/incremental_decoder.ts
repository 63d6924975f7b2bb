// Decoding a token at a time for streaming: a character whose bytes come in several tokens is held back until whole.
import type { DecodeOptions, Tokenizer } from "./tokenizer.js";
import { unknownId } from "./special_tokens.js";

/** Text as it becomes certain. All that `push` and `finish` return, joined, is what `decode` gives for all the ids. */
export interface IncrementalDecoder {
  /** The text that is complete once this token is there; often "", never half a character. */
  push(id: number): string;
  /** What was held back: U+FFFD for bytes that never became a character. The decoder then begins anew. */
  finish(): string;
}

/** A decoder for one stream of ids. */
export function incrementalDecoder(
  tokenizer: Tokenizer,
  { skipSpecial = true }: DecodeOptions = {},
): IncrementalDecoder {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push(id) {
      const bytes = tokenizer.tokenBytes(id);
      if (skipSpecial && id < unknownId) return "";
      return decoder.decode(bytes, { stream: true });
    },
    finish: () => decoder.decode(),
  };
}
