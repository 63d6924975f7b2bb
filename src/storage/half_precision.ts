// Widens the 16-bit floating-point formats of published weights to the 32 bits that Wordloom computes with.

/**
 * IEEE 754 binary16 to binary32, exactly; NaNs stay NaNs.
 * @param halves the bit patterns
 */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const exponent = half & 0x7c00;
    const fraction = half & 0x03ff;
    if (exponent === 0) {
      result[i] = fraction * 2 ** -24; // zero or subnormal
      bits[i] |= sign;
    } else {
      // The exponent's bias goes from 15 to 127, its greatest value (infinities and NaNs) from 31 to 255.
      const bias = exponent === 0x7c00 ? 224 << 23 : 112 << 23;
      bits[i] = sign | (((half & 0x7fff) << 13) + bias);
    }
  }
  return result;
}

/**
 * bfloat16, which is the upper half of a binary32, to binary32, exactly.
 * @param halves the bit patterns
 */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}
