// The header of a safetensors file: which tensor lies where. Everything in it is checked before anything is believed.
import { WordloomError } from "../errors.js";

/** Bytes of one element of each type that can be read; the 16-bit floats are widened to F32 on the way in. */
const elementBytes = new Map([
  ["F64", 8],
  ["I64", 8],
  ["F32", 4],
  ["I32", 4],
  ["F16", 2],
  ["BF16", 2],
  ["U8", 1],
  ["BOOL", 1],
] as const);

/** An element type as the file names it. */
export type ElementType = Parameters<(typeof elementBytes)["get"]>[0];

/** Makes the error of the file that is being read, from what is wrong with it. */
type Problem = (text: string, cause?: unknown) => WordloomError;

/** Where one tensor lies. */
export interface TensorEntry {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the data. */
  readonly begin: number;
  /** The byte after its last. */
  readonly end: number;
}

/** What a file says of itself before its data. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

function isElementType(name: unknown): name is ElementType {
  return elementBytes.has(name as ElementType);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name out of a file that may be hostile: cut, and without characters that move a terminal's cursor. */
function quoted(name: unknown): string {
  const text = JSON.stringify(name) ?? "nothing";
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return shown.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "?");
}

/**
 * Names become property paths of models, so one that reaches an object's prototype is never let in or out.
 * @returns what is wrong with a tensor's or a metadata entry's name; null if nothing is
 */
export function nameProblem(name: string): string | null {
  return name.split(".").includes("__proto__") ? `the name ${quoted(name)} is not allowed` : null;
}

/** Bytes of a tensor; null if the shape is none, or so large that the number is not exact. */
export function tensorBytes(dtype: ElementType, shape: unknown): number | null {
  if (!Array.isArray(shape)) return null;
  let bytes = elementBytes.get(dtype) ?? 0;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return null;
    bytes *= size;
    if (bytes > Number.MAX_SAFE_INTEGER) return null;
  }
  return bytes;
}

function parseEntry(name: string, value: unknown, dataBytes: number, problem: Problem): TensorEntry {
  const tensor = `tensor ${quoted(name)}`;
  const badName = nameProblem(name);
  if (badName !== null) throw problem(badName);
  if (!isRecord(value)) throw problem(`${tensor} has no description`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isElementType(dtype)) {
    throw problem(`${tensor} has the unknown type ${quoted(dtype)} (known: ${[...elementBytes.keys()].join(", ")})`);
  }
  const bytes = tensorBytes(dtype, shape);
  if (bytes === null) throw problem(`${tensor} has the impossible shape ${quoted(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((offset) => Number.isSafeInteger(offset))) {
    throw problem(`${tensor} has the impossible data offsets ${quoted(offsets)}`);
  }
  const [begin, end]: number[] = offsets;
  if (begin < 0 || end < begin) throw problem(`${tensor} has the impossible data offsets ${quoted(offsets)}`);
  if (end > dataBytes) throw problem(`it is cut off: ${tensor} ends at byte ${end} of ${dataBytes} bytes of data`);
  if (end - begin !== bytes) {
    throw problem(`${tensor} has ${end - begin} bytes, but its type ${dtype} and shape ${quoted(shape)} need ${bytes}`);
  }
  return { dtype, shape: shape as number[], begin, end };
}

function parseMetadata(value: unknown, problem: Problem): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw problem("its metadata is not an object");
  const entries: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    const badName = nameProblem(name);
    if (badName !== null) throw problem(badName);
    if (typeof text !== "string") throw problem(`its metadata ${quoted(name)} is not text`);
    entries.push([name, text]);
  }
  return Object.fromEntries(entries);
}

/** Tensors must follow each other without overlaps and holes, or a file could hide data or name one part twice. */
function checkTiling(tensors: ReadonlyMap<string, TensorEntry>, dataBytes: number, problem: Problem): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const [name, { begin, end }] of inOrder) {
    if (begin < position) throw problem(`tensor ${quoted(name)} overlaps the one before it`);
    if (begin > position) throw problem(`${begin - position} bytes before tensor ${quoted(name)} belong to no tensor`);
    position = end;
  }
  if (position < dataBytes) throw problem(`${dataBytes - position} bytes at its end belong to no tensor`);
}

/**
 * Reads and checks the JSON part of a file.
 * @param json the header's bytes, without the eight of its length
 * @param dataBytes how many bytes the file has after the header
 * @param file the file's name, for the error
 * @throws WordloomError `invalid_run` for anything that does not fit the format or the file
 */
export function parseHeader(json: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const problem: Problem = (text, cause) => damagedFile(file, text, cause);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    throw problem("its header is not valid JSON", cause);
  }
  if (!isRecord(parsed)) throw problem("its header is not a JSON object");
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(parsed)) {
    if (name !== "__metadata__") tensors.set(name, parseEntry(name, value, dataBytes, problem));
  }
  checkTiling(tensors, dataBytes, problem);
  return { tensors, metadata: parseMetadata(parsed.__metadata__, problem) };
}

/** The error for a file that is no sound safetensors file: `invalid_run`. */
export function damagedFile(file: string, problem: string, cause?: unknown): WordloomError {
  const what = `"${file}" is not a sound safetensors file`;
  return new WordloomError("invalid_run", `${what}: ${problem}; restore it from a copy or train again.`, { cause });
}

/**
 * The first bytes of a file: the length of the header and the header, padded with spaces so that the data after it
 * begins at a multiple of 8 bytes.
 */
export function encodeHeader(header: SafetensorsHeader): Uint8Array {
  const entries: [string, unknown][] = [];
  if (Object.keys(header.metadata).length > 0) entries.push(["__metadata__", header.metadata]);
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), "utf8");
  const length = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}
