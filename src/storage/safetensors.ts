// Reads and writes tensors in the safetensors format, which Python's tools read too, without trusting what it reads.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { WordloomError } from "../errors.js";
import { writeFileAtomic } from "./atomic_file.js";
import { readingError } from "./file_error.js";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half_precision.js";
import { damagedFile, encodeHeader, nameProblem, parseHeader, tensorBytes } from "./safetensors_header.js";
import type { SafetensorsHeader, TensorEntry } from "./safetensors_header.js";

export type { ElementType, SafetensorsHeader, TensorEntry } from "./safetensors_header.js";

/** A tensor with its values, row by row (C order). BOOL has a byte an element, 0 or 1. */
export type StoredTensor = { readonly shape: readonly number[] } & (
  | { readonly dtype: "F32"; readonly data: Float32Array }
  | { readonly dtype: "F64"; readonly data: Float64Array }
  | { readonly dtype: "I64"; readonly data: BigInt64Array }
  | { readonly dtype: "I32"; readonly data: Int32Array }
  | { readonly dtype: "U8" | "BOOL"; readonly data: Uint8Array }
);

const largestHeader = 100_000_000; // the limit of the reference implementation
const largestRead = 1 << 30; // one read call gives less than 2 GiB
const what = "tensors in the safetensors format";

/**
 * Writes tensors, whole or not at all, without copying their data. The same tensors and metadata always give the same
 * bytes: wider elements come first, so that all are aligned in the file, and then the names decide.
 * @param tensors by name
 * @param metadata short texts about the file; Hugging Face's transformers wants `{ format: "pt" }`
 * @throws WordloomError `invalid_argument` if a tensor's data does not fit its shape; else as `writeFileAtomic`
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const width = (tensor: StoredTensor): number => tensor.data.BYTES_PER_ELEMENT;
  const inOrder = [...tensors].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  const entries = new Map<string, TensorEntry>();
  const chunks: Uint8Array[] = [];
  let position = 0;
  for (const [name, { dtype, shape, data }] of inOrder) {
    const problem = name === "__metadata__" ? `the name "${name}" is not allowed` : nameProblem(name);
    if (problem !== null) throw new WordloomError("invalid_argument", `A tensor cannot be stored: ${problem}.`);
    const bytes = tensorBytes(dtype, shape);
    if (bytes !== data.byteLength) {
      const sizes = `its shape [${shape.join(", ")}] needs ${bytes} bytes of ${dtype}, its data has ${data.byteLength}`;
      throw new WordloomError("invalid_argument", `Tensor "${name}" cannot be stored: ${sizes}.`);
    }
    entries.set(name, { dtype, shape, begin: position, end: position + bytes });
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    position += bytes;
  }
  writeFileAtomic(path, [encodeHeader({ tensors: entries, metadata }), ...chunks]);
}

/** Reads exactly as many bytes as the buffer holds. */
function readFully(descriptor: number, into: ArrayBufferView, position: number, path: string): void {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  let done = 0;
  while (done < bytes.byteLength) {
    const count = readSync(descriptor, bytes, done, Math.min(bytes.byteLength - done, largestRead), position + done);
    if (count === 0) throw damagedFile(path, "it became shorter while it was read");
    done += count;
  }
}

/** @returns the header, and at which byte of the file the data begins */
function readHeader(descriptor: number, path: string): { header: SafetensorsHeader; dataStart: number } {
  const fileBytes = fstatSync(descriptor).size;
  if (fileBytes < 8) throw damagedFile(path, `it has only ${fileBytes} bytes`);
  const prefix = new DataView(new ArrayBuffer(8));
  readFully(descriptor, prefix, 0, path);
  const length = prefix.getBigUint64(0, true);
  if (length > BigInt(fileBytes - 8)) {
    throw damagedFile(path, `it is cut off: its header should have ${length} bytes, the file has ${fileBytes}`);
  }
  if (length > BigInt(largestHeader)) throw damagedFile(path, `its header has ${length} bytes, more than any real one`);
  const json = new Uint8Array(Number(length));
  readFully(descriptor, json, 8, path);
  const dataStart = 8 + json.byteLength;
  return { header: parseHeader(json, fileBytes - dataStart, path), dataStart };
}

function readTensor(descriptor: number, entry: TensorEntry, dataStart: number, path: string): StoredTensor {
  const { dtype, shape, begin, end } = entry;
  // An own buffer for each tensor: aligned for its type wherever the file has it.
  const buffer = new ArrayBuffer(end - begin);
  readFully(descriptor, new Uint8Array(buffer), dataStart + begin, path);
  switch (dtype) {
    case "F32":
      return { dtype, shape, data: new Float32Array(buffer) };
    case "F64":
      return { dtype, shape, data: new Float64Array(buffer) };
    case "I64":
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case "I32":
      return { dtype, shape, data: new Int32Array(buffer) };
    case "F16":
      return { dtype: "F32", shape, data: float16ToFloat32(new Uint16Array(buffer)) };
    case "BF16":
      return { dtype: "F32", shape, data: bfloat16ToFloat32(new Uint16Array(buffer)) };
    default:
      return { dtype, shape, data: new Uint8Array(buffer) };
  }
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  try {
    // Looked at before it is opened, for opening a pipe would wait for its writer.
    if (!statSync(path).isFile()) {
      throw new WordloomError("file_unreadable", `"${path}" is not a file, but ${what} are expected; check the path.`);
    }
    const descriptor = openSync(path, "r");
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof WordloomError ? error : readingError(path, what, error);
  }
}

/**
 * Reads names, types, shapes and metadata, and checks them against the file's size, without reading the data.
 * @throws WordloomError `file_not_found`, `file_unreadable`, or `invalid_run` if the file is damaged
 */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  return withFile(path, (descriptor) => readHeader(descriptor, path).header);
}

/** All that a file holds. */
export interface SafetensorsContent {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads all tensors. F16 and BF16 become F32, exactly. Nothing is allocated that the file does not really hold.
 * @throws WordloomError `file_not_found`, `file_unreadable`, or `invalid_run` if the file is damaged
 */
export function readSafetensors(path: string): SafetensorsContent {
  return withFile(path, (descriptor) => {
    const { header, dataStart } = readHeader(descriptor, path);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of header.tensors) {
      tensors.set(name, readTensor(descriptor, entry, dataStart, path));
    }
    return { tensors, metadata: header.metadata };
  });
}
