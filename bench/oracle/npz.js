// Reads the float32 arrays of a NumPy .npz file whose names and shapes are known, and trusts nothing that it says.

import { readFileSync, statSync } from "node:fs";
import { configure, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { WordloomError } from "../../dist/errors.js";
import { readingError } from "../../dist/storage/file_error.js";

const MAGIC = "\x93NUMPY";
const MOST_HEADER = 4096; // far more than NumPy writes
const WHAT = "arrays in NumPy's .npz format";

configure({ useWebWorkers: false });

const elements = (shape) => shape.reduce((product, size) => product * size, 1);
const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

function refuse(path, problem, cause) {
  return new WordloomError("invalid_data", `"${path}" (${WHAT}) cannot be used: ${problem}; get the file anew or give another one.`, { cause });
}

function readBytes(path, most) {
  try {
    const { size } = statSync(path);
    if (size > most) throw refuse(path, `it has ${size} bytes, the arrays need at most ${most}`);
    return readFileSync(path);
  } catch (error) {
    throw error instanceof WordloomError ? error : readingError(path, WHAT, error);
  }
}

/** An entry's bytes, at most so many, whatever size it declares; its checksum is verified. */
async function unpack(entry, most) {
  const bytes = new Uint8Array(most);
  let length = 0;
  const write = (chunk) => {
    if (length + chunk.length > most) throw new Error("it is larger than its shape allows");
    bytes.set(chunk, length);
    length += chunk.length;
  };
  await entry.getData(new WritableStream({ write }), { checkSignature: true });
  return bytes.subarray(0, length);
}

/** The values of a .npy file of the given shape, float32, little-endian, row by row. Throws an Error that says what it has instead. */
function parseArray(bytes, shape) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== MAGIC) throw new Error("it is not in the .npy format");
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  const [, type = "of no type"] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
  const [, sizes = ""] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
  const found = sizes.split(",").filter((size) => size.trim() !== "").map(Number);
  if (type !== "<f4") throw new Error(`its elements are ${type}, not <f4`);
  if (!/'fortran_order':\s*False/.test(header)) throw new Error("it is stored column by column");
  if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) throw new Error(`its shape is ${tuple(found)}, not ${tuple(shape)}`);
  const data = bytes.subarray(start + length);
  if (data.length !== 4 * elements(shape)) throw new Error(`its data has ${data.length} bytes, its shape needs ${4 * elements(shape)}`);
  const values = new Float32Array(elements(shape));
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(start + length + 4 * i, true);
  if (!values.every(Number.isFinite)) throw new Error("it holds NaN or infinite values");
  return values;
}

/**
 * @param path an .npz file
 * @param shapes of the arrays to read, by name; all have to be there, others are not looked at
 * @returns their values by name, row by row
 * @throws WordloomError `file_not_found`, `file_unreadable`, or `invalid_data` for anything else than such a file
 */
export async function readNpz(path, shapes) {
  const room = Object.values(shapes).reduce((sum, shape) => sum + 4 * elements(shape) + 2 * MOST_HEADER, 1 << 16);
  const bytes = readBytes(path, room);
  let entries;
  try {
    entries = await new ZipReader(new Uint8ArrayReader(bytes)).getEntries();
  } catch (cause) {
    throw refuse(path, "it is cut off or no zip archive", cause);
  }
  const arrays = new Map();
  for (const [name, shape] of Object.entries(shapes)) {
    const entry = entries.find(({ filename }) => filename === `${name}.npy`);
    if (!entry) throw refuse(path, `it holds no array "${name}"`);
    try {
      arrays.set(name, parseArray(await unpack(entry, 4 * elements(shape) + MOST_HEADER), shape));
    } catch (cause) {
      throw refuse(path, `its array "${name}" is damaged or another than expected (${String(cause.message).replace(/\.$/, "")})`, cause);
    }
  }
  return arrays;
}
