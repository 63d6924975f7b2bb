// The printable stand-ins for the 256 bytes that byte-level tokenizer files are written in.

/**
 * The character that stands for each byte: printable ones for themselves, the rest, in order, from U+0100 on (the
 * alphabet of GPT-2's byte-level encoder; Radford et al. 2019, section 2.2). None of them is white space.
 */
export const characterByByte: readonly string[] = makeAlphabet();

const byteByCharacter = new Map(characterByByte.map((character, byte) => [character, byte]));

/** Bytes as their stand-ins. */
export function bytesToCharacters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += characterByByte[byte];
  return text;
}

/** Stand-ins as their bytes, or undefined when a character is none of them. */
export function charactersToBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = byteByCharacter.get(text[i]);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

function makeAlphabet(): string[] {
  const alphabet: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    alphabet.push(String.fromCharCode(printable ? byte : next++));
  }
  return alphabet;
}
