// A language model's loss such that those of different tokenizers compare.

/** Bits a character: a loss in nats a token, over so many tokens that write so many characters. */
export const bitsPerCharacter = (loss: number, tokens: number, characters: number): number => (loss * tokens) / Math.LN2 / Math.max(1, characters);
