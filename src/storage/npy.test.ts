// Checks the format against files of NumPy itself, and what every file must hold whatever its shape.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { npyBytes } from "./npy.js";

// Written by `numpy.save` of NumPy 2.4.6 with the values in the first test.
const reference = `
k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAg
ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAgAAAwD+8dBO7AACAfwAAgP8BAAAA//9/fw==`;

const headerLength = (bytes: Uint8Array): number => 10 + new DataView(bytes.buffer).getUint16(8, true);
const header = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(10, headerLength(bytes))).toString("latin1");

function failure(data: Float32Array, shape: readonly number[]): WordloomError {
  try {
    npyBytes(data, shape);
  } catch (error) {
    if (error instanceof WordloomError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("npyBytes", () => {
  it("gives what NumPy writes, byte for byte", () => {
    const data = Float32Array.of(0, -0, 1.5, -2.25e-3, Infinity, -Infinity, 2 ** -149, 3.4028234663852886e38);
    expect(Buffer.from(npyBytes(data, [2, 4])).toString("base64")).toBe(reference.replaceAll("\n", ""));
  });

  // As NumPy 2.4.6 writes them: a tuple of one has a comma, and an array need not have values or axes.
  it.each([
    [[], "()", 62],
    [[5], "(5,)", 60],
    [[0, 3], "(0, 3)", 58],
    [[2, 3, 1], "(2, 3, 1)", 55],
    // Already as long as a multiple of 64 with the room for growth: NumPy adds another 64.
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100], "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100)", 84],
  ])("describes the shape %j as Python does", (shape, tuple, spaces) => {
    const bytes = npyBytes(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape);
    expect(header(bytes)).toBe(`{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }${" ".repeat(spaces)}\n`);
  });

  it("holds every value bit for bit behind a header that is filled up to 64 bytes", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
    const shapes = fc.oneof(sizes, fc.array(fc.constant(1), { minLength: 6, maxLength: 64 }));
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 3 }), fc.infiniteStream(fc.integer({ min: 0, max: 0xffffffff })), (shape, before, stream) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const patterns = Uint32Array.from({ length: before + count }, () => stream.next().value as number);
        // A part of a larger buffer, as the state of a model gives it.
        const bytes = npyBytes(new Float32Array(patterns.buffer, 4 * before, count), shape);
        const begin = headerLength(bytes);
        expect(begin % 64).toBe(0);
        expect(bytes.length).toBe(begin + 4 * count);
        const view = new DataView(bytes.buffer, begin);
        expect(Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true))).toEqual([...patterns.subarray(before)]);
      }),
    );
  });

  it.each([
    [6, [2, 4], "needs 8 values, its data has 6"],
    [6, [6, 1.5], "[6, 1.5] cannot be written"],
    [6, [-2, -3], "[-2, -3] cannot be written"],
    [1, Array.from({ length: 65 }, () => 1), "at most 64 whole numbers"],
  ])("refuses %i values of the shape %j", (count, shape, text) => {
    const error = failure(new Float32Array(count), shape);
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(text);
  });
});
