// The four tokens that every tokenizer of this project begins with, and their fixed ids.

/** In id order: padding, beginning and end of a sample, and what stands for a character or word never seen. */
export const specialTokens = ["<pad>", "<bos>", "<eos>", "<unk>"] as const;

export const padId = 0;
export const bosId = 1;
export const eosId = 2;
export const unknownId = 3;

/** Those that only mark structure: `decode` leaves them out unless asked. `<unk>` is not one: it stands for text. */
export const structuralTokens = specialTokens.slice(0, unknownId);
