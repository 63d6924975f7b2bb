// What every reader of text hands on: the texts of one source and what a person should know about them.

/** `stream`: one long text whose order matters; `samples`: independent texts. */
export type CorpusKind = "stream" | "samples";

export interface Corpus {
  /** The file's name without its extension, or the embedded corpus's name. */
  readonly name: string;
  readonly kind: CorpusKind;
  /** One text for a stream, one a sample otherwise; none is empty. Line ends are "\n". */
  readonly texts: readonly string[];
  /** The label of each text, where a column of labels was read. */
  readonly labels?: readonly string[];
  /** Unicode code points in all texts together. */
  readonly characters: number;
  /** Size of the source in bytes. */
  readonly bytes: number;
  /** SHA-256 of the source, in hexadecimal. */
  readonly sha256: string;
  /** Samples left out: `empty` had a blank text, `missing` no such field. */
  readonly skipped: { readonly empty: number; readonly missing: number };
  /** Sentences to show: how the file was read, and what was left out. */
  readonly notices: readonly string[];
}

/** The number of Unicode code points in a text. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

/** Unicode code points of all texts together. */
export const charactersIn = (texts: readonly string[]): number => texts.reduce((total, text) => total + countCharacters(text), 0);

/** A whole number as people write it: 1,115,394. */
export function readable(count: number): string {
  return count.toLocaleString("en-US");
}

/** "1 line", "2,000 lines". */
export function counted(count: number, noun: string): string {
  return `${readable(count)} ${noun}${count === 1 ? "" : "s"}`;
}
