// Checks the widening of every 16-bit pattern against the definition of its value.
import { describe, expect, it } from "vitest";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half_precision.js";

const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** IEEE 754-2019, section 3.4: the value of a pattern with so many exponent and fraction bits. */
function valueOf(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe("16-bit floats", () => {
  it("are widened exactly from binary16", () => {
    const widened = float16ToFloat32(patterns);
    const wrong = [...patterns].filter((bits) => !Object.is(widened[bits], valueOf(bits, 5, 10)));
    expect(wrong).toEqual([]);
  });

  it("are widened exactly from bfloat16", () => {
    const widened = bfloat16ToFloat32(patterns);
    const wrong = [...patterns].filter((bits) => !Object.is(widened[bits], valueOf(bits, 8, 7)));
    expect(wrong).toEqual([]);
  });
});
