// Writes an array of floats in NumPy's .npy format, so that Python and its plotting tools read it with one call.

import { WordloomError } from "../errors.js";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const version = [1, 0];
const alignment = 64; // the data begins at a multiple, so that a reader may map the file into memory
const mostDimensions = 64; // NumPy takes no more (32 before NumPy 2)
const growthDigits = 21; // NumPy leaves room for the first axis to get so many digits

/** What Python prints for a tuple of whole numbers. */
function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Magic string, version, the header's length and the header: a Python dictionary, spaces and a line break. */
function headerBytes(shape: readonly number[]): Uint8Array {
  const growth = shape.length > 0 ? " ".repeat(growthDigits - String(shape[0]).length) : "";
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple(shape)}, }${growth}`;
  const before = magic.length + version.length + 2;
  const unpadded = before + dictionary.length + 1;
  // Where nothing has to be filled up NumPy fills up a whole 64 bytes.
  const total = unpadded + alignment - (unpadded % alignment);
  const bytes = new Uint8Array(total).fill(0x20);
  bytes.set([...magic, ...version]);
  new DataView(bytes.buffer).setUint16(before - 2, total - before, true);
  bytes.set(Buffer.from(dictionary, "latin1"), before);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/**
 * The bytes of a .npy file, format version 1.0 (NumPy's documentation of `numpy.lib.format`), that `numpy.load` reads as a
 * float32 array: the same bytes that `numpy.save` of NumPy 2.4 writes. Every value keeps its bits, on a machine of either
 * byte order.
 *
 * @param data row by row (C order)
 * @param shape sizes of the axes, such as [rows, columns]; [] for a single number
 * @throws WordloomError `invalid_argument` if the data does not fit the shape, or the shape is none
 */
export function npyBytes(data: Float32Array, shape: readonly number[]): Uint8Array {
  const described = `[${shape.join(", ")}]`;
  if (shape.length > mostDimensions || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    const sizes = `at most ${mostDimensions} whole numbers from 0 on`;
    throw new WordloomError("invalid_argument", `An array of the shape ${described} cannot be written as .npy; give ${sizes}.`);
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) {
    const sizes = `its shape ${described} needs ${elements} values, its data has ${data.length}`;
    throw new WordloomError("invalid_argument", `An array cannot be written as .npy: ${sizes}; give the shape of the data.`);
  }
  const header = headerBytes(shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  // Bit patterns, not floats: writing a float may change the bits of a NaN.
  const patterns = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const view = new DataView(bytes.buffer, header.length);
  for (let i = 0; i < patterns.length; i++) view.setUint32(4 * i, patterns[i], true);
  return bytes;
}
