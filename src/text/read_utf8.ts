// Reading a whole file as UTF-8, where every way it can fail says where and what to do.
import { constants, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { WordloomError } from "../errors.js";
import { readable } from "./corpus.js";
import { unreadableFile } from "./unreadable_file.js";

export interface Utf8File {
  /** Without a byte order mark, and with "\n" for every line end. */
  readonly text: string;
  readonly bytes: number;
  /** Of the bytes as they are in the file, in hexadecimal. */
  readonly sha256: string;
}

const largestFile = 2 ** 31 - 1; // Node reads no larger file at once

/**
 * Reads a text file.
 * @throws WordloomError "file_not_found"; "file_unreadable" for a folder or a file that the system refuses to read;
 *   "invalid_data" for an empty file, a binary one, one that is not UTF-8 (with the place), or one too large for a string
 */
export async function readUtf8(path: string): Promise<Utf8File> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) {
    throw new WordloomError("invalid_data", `${path} is empty; give a file with some text in it.`);
  }
  checkEncoding(bytes, path);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // takes off a byte order mark
  return {
    text: text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const facts = await stat(path);
    if (facts.size > largestFile) throw tooLarge(path, facts.size);
    return await readFile(path);
  } catch (error) {
    throw error instanceof WordloomError ? error : await unreadableFile(path, "the data", error);
  }
}

function checkEncoding(bytes: Buffer, path: string): void {
  const mark = bytes.subarray(0, 2).toString("hex");
  if (mark === "fffe" || mark === "feff") {
    throw new WordloomError("invalid_data", `${path} is UTF-16; save it as UTF-8 and try again.`);
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new WordloomError(
      "invalid_data",
      `${path} is a binary file, not text (it has a zero byte at offset ${zero}); give a UTF-8 text file.`,
    );
  }
  if (!isUtf8(bytes)) {
    const { offset, line } = firstInvalidByte(bytes);
    const value = bytes[offset].toString(16).toUpperCase().padStart(2, "0");
    throw new WordloomError(
      "invalid_data",
      `${path} is not valid UTF-8: byte 0x${value} at offset ${offset} (line ${line}) is part of no character; ` +
        "save the file as UTF-8 and try again.",
    );
  }
  if (bytes.length > constants.MAX_STRING_LENGTH && stringLength(bytes) > constants.MAX_STRING_LENGTH) {
    throw tooLarge(path, bytes.length);
  }
}

/** Where the first sequence of bytes that is no character begins. */
function firstInvalidByte(bytes: Buffer): { offset: number; line: number } {
  // A line feed is never part of a longer character, so lines can be checked one by one.
  let start = 0;
  for (let line = 1; ; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    if (!isUtf8(bytes.subarray(start, end))) return { offset: firstInvalidIn(bytes, start, end), line };
    start = end + 1;
  }
}

function firstInvalidIn(bytes: Buffer, start: number, end: number): number {
  let offset = start;
  while (offset < end) {
    const lead = bytes[offset];
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (offset + length > end || !isUtf8(bytes.subarray(offset, offset + length))) break;
    offset += length;
  }
  return offset;
}

/** UTF-16 code units that valid UTF-8 decodes to. */
function stringLength(bytes: Buffer): number {
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] & 0xc0) !== 0x80) length += bytes[i] >= 0xf0 ? 2 : 1;
  }
  return length;
}

function tooLarge(path: string, bytes: number): WordloomError {
  return new WordloomError(
    "invalid_data",
    `${path} has ${readable(bytes)} bytes, more than can be held as one text; split it into smaller files.`,
  );
}
