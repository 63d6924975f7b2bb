// Checks the format against a file of the reference implementation, and that no damaged or hostile file gets through.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from "./safetensors.js";
import type { StoredTensor } from "./safetensors.js";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-safetensors-"));
  path = join(folder, "model.safetensors");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

// Written by safetensors 0.8.0 for Python (`safetensors.serialize` of NumPy arrays) with the values in the first test.
const reference = `
kAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoibmHDr3ZlIOKYgyIsImZvcm1hdCI6InB0In0sImlkcyI6eyJkdHlwZSI6Ikk2NCIsInNoYXBl
IjpbMiwxXSwiZGF0YV9vZmZzZXRzIjpbMCwxNl19LCJleGFjdCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzE2LDMy
XX0sIm5vdGhpbmciOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsM10sImRhdGFfb2Zmc2V0cyI6WzMyLDMyXX0sInNjYWxhciI6eyJkdHlwZSI6IkYz
MiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMzIsMzZdfSwid2lkZS53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFf
b2Zmc2V0cyI6WzM2LDYwXX0sInNtYWxsIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNjAsNjhdfSwiYnJhaW4iOnsi
ZHR5cGUiOiJCRjE2Iiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNjgsNzRdfSwiaGFsZiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbNV0sImRh
dGFfb2Zmc2V0cyI6Wzc0LDg0XX0sImJ5dGVzIjp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls4NCw4N119LCJtYXNrIjp7
ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6Wzg3LDkwXX19ICAgIAAAAAAAAABA/f////////+amZmZmZm5P5x1AIg85Df+
AAAgQAAAwD8AABDAyKogAAAAgH8AAACAAACASwAAAIAHAAAAgD9JwJZ+ADwAwP97AQBVNQCA/wEAAQ==`;

/** A file with this header and so many bytes of data; `length` lies about the header's length. */
function file(header: unknown, dataBytes = 0, length?: bigint): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.byteLength));
  return Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]);
}

function failure(content: Uint8Array, read: (path: string) => unknown = readSafetensorsHeader): WordloomError {
  writeFileSync(path, content);
  try {
    read(path);
  } catch (error) {
    if (error instanceof WordloomError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("reading", () => {
  it("gives what the reference implementation wrote, aligned and widened", () => {
    writeFileSync(path, Buffer.from(reference, "base64"));
    const { tensors, metadata } = readSafetensors(path);
    expect(metadata).toEqual({ format: "pt", note: "naïve ☃" });
    const float32 = (shape: number[], ...data: number[]): StoredTensor => {
      return { dtype: "F32", shape, data: Float32Array.from(data) };
    };
    expect(Object.fromEntries(tensors)).toEqual({
      "wide.weight": float32([2, 3], 1.5, -2.25, 3e-39, Infinity, -0, 16777217),
      exact: { dtype: "F64", shape: [2], data: Float64Array.of(0.1, -1e300) },
      ids: { dtype: "I64", shape: [2, 1], data: BigInt64Array.of(2n ** 62n, -3n) },
      small: { dtype: "I32", shape: [2], data: Int32Array.of(-2147483648, 7) },
      bytes: { dtype: "U8", shape: [3], data: Uint8Array.of(0, 128, 255) },
      mask: { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) },
      half: float32([5], 1, -2, 65504, 2 ** -24, 0.333251953125),
      brain: float32([3], 1, -3.140625, 9.969209968386869e37),
      scalar: float32([], 2.5),
      nothing: float32([0, 3]),
    });
  });

  it("gives the header alone, with the types as stored", () => {
    writeFileSync(path, Buffer.from(reference, "base64"));
    const { tensors } = readSafetensorsHeader(path);
    expect(tensors.get("half")).toEqual({ dtype: "F16", shape: [5], begin: 74, end: 84 });
    expect(tensors.size).toBe(10);
  });
});

describe("writing", () => {
  it("gives back the same tensors, and the same bytes in whatever order they come", () => {
    const column = Float32Array.of(9, 1, 2, 9).subarray(1, 3); // a view into a larger buffer
    const tensors = new Map<string, StoredTensor>([
      ["b", { dtype: "F32", shape: [2], data: column }],
      ["a", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ["c", { dtype: "I64", shape: [], data: BigInt64Array.of(-1n) }],
      ["constructor", { dtype: "F64", shape: [0], data: new Float64Array(0) }],
      ["7", { dtype: "BOOL", shape: [1], data: Uint8Array.of(1) }],
      ["名前", { dtype: "I32", shape: [1, 1], data: Int32Array.of(-5) }],
    ]);
    writeSafetensors(path, tensors, { format: "pt" });
    const bytes = readFileSync(path);
    const back = readSafetensors(path);
    expect(new Map([...back.tensors].sort())).toEqual(new Map([...tensors].sort()));
    expect(back.metadata).toEqual({ format: "pt" });
    writeSafetensors(path, new Map([...tensors].reverse()), { format: "pt" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("aligns the data and every tensor in it", () => {
    const tensors = new Map<string, StoredTensor>([
      ["a", { dtype: "U8", shape: [1], data: Uint8Array.of(1) }],
      ["b", { dtype: "F64", shape: [1], data: Float64Array.of(2) }],
    ]);
    writeSafetensors(path, tensors);
    expect(Number(readFileSync(path).readBigUInt64LE()) % 8).toBe(0);
    expect(readSafetensorsHeader(path).tensors.get("b")?.begin).toBe(0);
  });

  it("gives a file without tensors", () => {
    writeSafetensors(path, new Map());
    expect(readSafetensors(path)).toEqual({ tensors: new Map(), metadata: {} });
  });

  it("refuses data that does not fit its shape, and names that the format or objects reserve", () => {
    const data = Float32Array.of(1, 2, 3);
    const write = (name: string, shape: number[]) => () =>
      writeSafetensors(path, new Map([[name, { dtype: "F32", shape, data }]]));
    const sentence = 'Tensor "w" cannot be stored: its shape [2] needs 8 bytes of F32, its data has 12.';
    expect(write("w", [2])).toThrow(sentence);
    expect(write("w", [-3])).toThrow("cannot be stored");
    expect(write("__metadata__", [3])).toThrow("is not allowed");
    expect(write("a.__proto__.b", [3])).toThrow("is not allowed");
  });
});

describe("a damaged or hostile file is refused with one sentence:", () => {
  const good = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  const bytes = (shape: string, end: number): string => `{"dtype":"U8","shape":[${shape}],"data_offsets":[0,${end}]}`;
  it.each<[string, Buffer, string]>([
    ["an empty file", Buffer.alloc(0), "it has only 0 bytes"],
    ["a file of 7 bytes", Buffer.alloc(7), "it has only 7 bytes"],
    ["a header beyond the end", file({ a: good }, 8, 10_000n), "its header should have 10000 bytes"],
    ["a header of 2^64 - 1 bytes", file({ a: good }, 8, 2n ** 64n - 1n), "its header should have 18446744073709551615"],
    ["no header", file("", 4), "its header is not valid JSON"],
    ["a header that is no JSON", file("{a", 0), "its header is not valid JSON"],
    ["a header that is no UTF-8", Buffer.concat([file("", 0, 2n), Buffer.from([0x22, 0xff])]), "not valid JSON"],
    ["a header that is a list", file([]), "its header is not a JSON object"],
    ["a header that is null", file("null"), "its header is not a JSON object"],
    ["a tensor that is null", file({ a: null }), 'tensor "a" has no description'],
    ["an unknown type", file({ a: { ...good, dtype: "C64" } }, 8), '"a" has the unknown type "C64" (known: F64, I64,'],
    ["a type named like a method", file({ a: { ...good, dtype: "toString" } }, 8), "unknown type"],
    ["a type that is no text", file({ a: { ...good, dtype: ["F32"] } }, 8), "unknown type"],
    ["no type", file({ a: { ...good, dtype: undefined } }, 8), "has the unknown type nothing"],
    ["a negative size", file({ a: { ...good, shape: [-2] } }, 8), 'tensor "a" has the impossible shape [-2]'],
    ["two negative sizes", file({ a: { ...good, shape: [-2, -1] } }, 8), "impossible shape"],
    ["a fractional size", file({ a: { ...good, shape: [0.5, 4] } }, 8), "impossible shape"],
    ["a size in text", file({ a: { ...good, shape: ["2"] } }, 8), "impossible shape"],
    ["a shape that is no list", file({ a: { ...good, shape: 2 } }, 8), "impossible shape"],
    ["sizes that overflow", file({ a: { ...good, shape: [2 ** 31, 2 ** 31, 2 ** 31] } }, 8), "impossible shape"],
    ["sizes whose product is 0 in 64 bits", file(`{"a":${bytes("4294967296,4294967296", 0)}}`), "impossible shape"],
    ["a size beyond exact numbers", file(`{"a":${bytes("1e300", 1)}}`, 1), "impossible shape"],
    ["a claim of terabytes", file({ a: { dtype: "U8", shape: [1e13], data_offsets: [0, 1e13] } }, 8), "it is cut off"],
    ["one offset", file({ a: { ...good, data_offsets: [8] } }, 8), "impossible data offsets [8]"],
    ["offsets that run backwards", file({ a: { ...good, data_offsets: [8, 0] } }, 8), "impossible data offsets"],
    ["a negative offset", file({ a: { ...good, data_offsets: [-8, 0] } }, 8), "impossible data offsets"],
    ["a fractional offset", file({ a: { ...good, data_offsets: [0.5, 8.5] } }, 9), "impossible data offsets"],
    ["no offsets", file({ a: { ...good, data_offsets: undefined } }, 8), "impossible data offsets nothing"],
    ["too few bytes for the shape", file({ a: { ...good, shape: [3] } }, 8), "need 12"],
    ["too many bytes for the shape", file({ a: { ...good, shape: [] } }, 8), "but its type F32 and shape [] need 4"],
    ["missing data", file({ a: good }, 7), 'it is cut off: tensor "a" ends at byte 8 of 7 bytes of data'],
    ["data that nobody owns", file({ a: good }, 9), "1 bytes at its end belong to no tensor"],
    ["a hole", file({ a: good, b: { ...good, data_offsets: [12, 20] } }, 20), '4 bytes before tensor "b" belong to no'],
    ["an overlap", file({ a: good, b: { ...good, data_offsets: [4, 12] } }, 12), 'tensor "b" overlaps the one before'],
    ["two tensors in one place", file({ a: good, b: good }, 8), 'tensor "b" overlaps'],
    ["a tensor named __proto__", file(`{"__proto__":${bytes("1", 1)}}`, 1), 'the name "__proto__" is not allowed'],
    ["a path through __proto__", file({ "a.__proto__.b": good }, 8), "is not allowed"],
    ["metadata named __proto__", file('{"__metadata__":{"__proto__":"x"}}'), "is not allowed"],
    ["metadata that is no text", file({ __metadata__: { step: 1 } }), 'its metadata "step" is not text'],
    ["metadata that is a list", file({ __metadata__: [] }), "its metadata is not an object"],
  ])("%s", (_, content, problem) => {
    const error = failure(content);
    expect(error.code).toBe("invalid_run");
    expect(error.message).toContain(problem);
    expect(error.message.startsWith(`"${path}" is not a sound safetensors file: `)).toBe(true);
    expect(error.message).not.toContain("\n");
  });

  it("a header of more than 100 MB", () => {
    writeFileSync(path, file("", 0, 100_000_001n));
    truncateSync(path, 100_000_100); // sparse: it takes no space
    expect(() => readSafetensorsHeader(path)).toThrow("its header has 100000001 bytes");
  });

  it("a name with control characters, shown without them", () => {
    const error = failure(file({ [`\u001b[2J\u009b2J${"x".repeat(500)}`]: null }));
    expect([...error.message].filter((character) => character < " " || /[\x7f-\x9f]/.test(character))).toEqual([]);
    expect(error.message.length).toBeLessThan(folder.length + 300);
  });

  it("a file cut at any byte, or with any byte changed, is refused or at least sound", () => {
    const whole = Buffer.from(reference, "base64");
    for (let length = 0; length < whole.byteLength; length++) {
      expect(failure(whole.subarray(0, length), readSafetensors).code).toBe("invalid_run");
    }
    fc.assert(
      fc.property(fc.nat(whole.byteLength - 1), fc.nat(255), (position, value) => {
        const changed = Buffer.from(whole);
        changed[position] = value;
        writeFileSync(path, changed);
        try {
          for (const { shape, data } of readSafetensors(path).tensors.values()) {
            expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
          }
        } catch (error) {
          if (!(error instanceof WordloomError)) throw error;
          expect(error.code).toBe("invalid_run");
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("no such file, and a folder", () => {
    expect(() => readSafetensors(join(folder, "none"))).toThrow("There is no file");
    expect(() => readSafetensors(folder)).toThrow("is not a file");
  });
});
