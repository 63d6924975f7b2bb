// Word vectors that others have trained, in the text format of word2vec, fastText and GloVe: only those of given words.
import { createReadStream } from "node:fs";
import { WordloomError } from "../errors.js";
import { counted, readable } from "./corpus.js";
import { unreadableFile } from "./unreadable_file.js";
import { beginOfValues, fieldAt, firstForeignByte, hasValueBefore, headingOf, isBlank, widthOf } from "./word_vectors_line.js";

export interface WordVectors {
  /** Values a vector. */
  readonly width: number;
  /** By word, only those that were wanted and are in the file; of a word that is there twice, the first. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
  /** Vectors in the file, wanted or not. */
  readonly lines: number;
}

export interface WordVectorOptions {
  /** The width that the vectors must have: the model's. */
  readonly width?: number;
}

/**
 * Reads the vectors of the wanted words. The file may begin with a line "count width"; each other line is a word and its
 * values, separated by spaces. A word may contain spaces: its values are the last `width` fields. The file is read as a
 * stream, so that it may be far larger than memory; what it takes is memory for the wanted vectors.
 * @throws WordloomError "file_not_found"; "file_unreadable"; "invalid_data" for a compressed or binary file, one without
 *   vectors or with fewer than its heading says, and a line with another number of values or with something that is no number (with the line; vectors that
 *   are not wanted are only checked for characters that no number has); "invalid_argument" when the vectors' width is not
 *   the one asked for
 */
export async function readWordVectors(
  path: string,
  wanted: ReadonlySet<string>,
  { width }: WordVectorOptions = {},
): Promise<WordVectors> {
  const reader = new VectorReader(path, wanted, width);
  await readInto(reader, path, () => false);
  reader.checkCount();
  return reader.finish();
}

/**
 * The width of a file's vectors, from its beginning alone.
 * @throws WordloomError as `readWordVectors` does, for what is wrong at the beginning
 */
export async function wordVectorWidth(path: string, { width }: WordVectorOptions = {}): Promise<number> {
  const reader = new VectorReader(path, new Set(), width);
  await readInto(reader, path, () => reader.hasVectors);
  return reader.finish().width;
}

/** Gives a file's lines to a reader, as far as it needs them. */
async function readInto(reader: VectorReader, path: string, enough: () => boolean): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (first && bytes.length >= byteOrderMark.length) {
        checkFormat(bytes, path);
        if (bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)) bytes = bytes.subarray(byteOrderMark.length);
        first = false;
      }
      rest = reader.readLines(bytes);
      if (enough()) return;
    }
  } catch (error) {
    throw error instanceof WordloomError ? error : await unreadableFile(path, "the word vectors", error);
  }
  if (rest.length > 0) reader.readLine(rest);
}

const chunkBytes = 1 << 20;
/** No vector is so wide; a file of other bytes may have no line ends at all. */
const longestLine = 1 << 24;
const byteOrderMark = Buffer.from("\ufeff");

const [feed, carriageReturn] = [0x0a, 0x0d];

/** Lines are split here and not by Node's readline, which also ends them at U+2028, a "word" of some files. */
class VectorReader {
  private readonly vectors = new Map<string, Float32Array>();
  private width: number | undefined;
  /** Lines read, from 1 on, a heading included. */
  private line = 0;
  private lines = 0;
  /** Vectors that the heading says there are. */
  private promised = 0;

  constructor(
    private readonly path: string,
    private readonly wanted: ReadonlySet<string>,
    private readonly asked: number | undefined,
  ) {}

  /** Reads all whole lines. @returns the beginning of the next one */
  readLines(bytes: Buffer): Buffer {
    let begin = 0;
    for (let end = bytes.indexOf(feed); end >= 0; end = bytes.indexOf(feed, begin)) {
      this.readLine(bytes.subarray(begin, end));
      begin = end + 1;
    }
    if (bytes.length - begin > longestLine) throw this.wrong("is longer than any vector; this is no such text file");
    return bytes.subarray(begin);
  }

  readLine(bytes: Buffer): void {
    this.line++;
    let end = bytes.length; // fastText ends its lines with a space
    while (end > 0 && (bytes[end - 1] === carriageReturn || isBlank(bytes[end - 1]))) end--;
    if (end === 0) return;
    const line = bytes.subarray(0, end);
    if (this.width === undefined) {
      const heading = this.line === 1 ? headingOf(line) : undefined;
      this.setWidth(heading?.width ?? widthOf(line));
      if (heading !== undefined) {
        this.promised = heading.count;
        return;
      }
    }
    this.readVector(line, this.width as number);
  }

  /** Whether there was a vector yet, so that the width is known. */
  get hasVectors(): boolean {
    return this.lines > 0;
  }

  /** Whether the whole file was there to be read. */
  checkCount(): void {
    if (this.lines === 0 || this.lines >= this.promised) return;
    throw new WordloomError(
      "invalid_data",
      `${this.path} says in its first line that it has ${counted(this.promised, "vector")}, but ${readable(this.lines)} ` +
        `${this.lines === 1 ? "follows" : "follow"}; fetch the file again or, if it was shortened on purpose, correct that line.`,
    );
  }

  finish(): WordVectors {
    if (this.lines === 0 || this.width === undefined) {
      const message = `${this.path} holds no word vectors; give a file with a word and its values a line.`;
      throw new WordloomError("invalid_data", message);
    }
    return { width: this.width, vectors: this.vectors, lines: this.lines };
  }

  private setWidth(width: number): void {
    if (width === 0) throw this.wrong("has a word but no values");
    if (this.asked !== undefined && this.asked !== width) {
      throw new WordloomError(
        "invalid_argument",
        `${this.path} has vectors of ${counted(width, "value")} but the model's are ${readable(this.asked)} wide; ` +
          "give vectors of the model's width, or leave the width out to build the model with theirs.",
      );
    }
    this.width = width;
  }

  private readVector(line: Buffer, width: number): void {
    this.lines++;
    const at = beginOfValues(line, width);
    let end = at;
    while (end > 0 && isBlank(line[end - 1])) end--;
    if (at < 0 || hasValueBefore(line, end)) throw this.wrongCount(line, width);
    const unsound = firstForeignByte(line, at);
    if (unsound >= 0) throw this.noNumber(fieldAt(line, unsound));
    const word = line.toString("utf8", 0, end);
    if (!this.wanted.has(word) || this.vectors.has(word)) return;
    const fields = line.toString("latin1", at).split(/[ \t]+/);
    const values = Float32Array.from(fields, Number);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw this.noNumber(fields[bad]);
    this.vectors.set(word, values);
  }

  private wrongCount(line: Buffer, width: number): WordloomError {
    return this.wrong(`has ${counted(widthOf(line), "value")} instead of ${readable(width)}`);
  }

  private noNumber(field: string): WordloomError {
    const shown = JSON.stringify(field.length > 40 ? `${field.slice(0, 39)}…` : field);
    return this.wrong(`has ${shown} where a finite number belongs`);
  }

  private wrong(what: string): WordloomError {
    const message = `${this.path}, line ${readable(this.line)} ${what}; correct the file or fetch it again.`;
    return new WordloomError("invalid_data", message);
  }
}

function checkFormat(bytes: Buffer, path: string): void {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new WordloomError("invalid_data", `${path} is compressed (gzip); unpack it and give the text file inside.`);
  }
  if (bytes.subarray(0, 4).toString("latin1") === "PK\u0003\u0004") {
    throw new WordloomError("invalid_data", `${path} is a zip archive; unpack it and give the text file inside.`);
  }
  if (bytes.includes(0)) {
    throw new WordloomError(
      "invalid_data",
      `${path} is a binary file; word vectors are read in word2vec's text format, a word and its values a line.`,
    );
  }
}
