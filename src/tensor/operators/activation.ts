// The non-linear functions of feed-forward layers.

import { operator, type Emitter } from "../operator.js";
import type { Tensor } from "../tensor.js";
import { add, erf, exp, mul, sigmoid, sub, tanh } from "./arithmetic.js";

// GELU's tanh form, ½x(1 + tanh v), is x·σ(w) with w = x(a + bx²): one sigmoid serves the value and the derivative
// y' = σ + y(1 − σ)(a + 3bx²), and both polynomials are affine in x².
const GELU_SLOPE = 2 * Math.sqrt(2 / Math.PI);
const GELU_CUBIC = GELU_SLOPE * 0.044715;

/**
 * The factor c of `scaledGelu`. A power of two, so that it rounds nothing; large enough that HardSigmoid, ONNX Runtime's
 * one operator for an affine map, clips (a + 3bx²)/c only where |x| > 8 and its factor y(1 − σ) is below 1e-20.
 */
export const GELU_SCALE = 16;

/** The affine map of s = (cx)² to (a + k·b·x²)/c. */
const geluPolynomial = (factor: number): { slope: number; offset: number } => ({ slope: (factor * GELU_CUBIC) / GELU_SCALE ** 3, offset: GELU_SLOPE / GELU_SCALE });

function emitAffine(emitter: Emitter, x: string, { slope, offset }: { slope: number; offset: number }, like: Tensor): string {
  if (like.dtype === "float32") return emitter.emit("HardSigmoid", [x], { alpha: { float: slope }, beta: { float: offset } })[0];
  return emitter.emit("Add", [emitter.emit("Mul", [x, emitter.scalar(slope, like)])[0], emitter.scalar(offset, like)])[0];
}

const geluAffineOperator = operator({
  onnx: "HardSigmoid",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { attributes }) => [mul(dy, geluPolynomial(attributes.factor as number).slope)],
  lower: (emitter, [x], { attributes, outputs: [y] }) => [emitAffine(emitter, x, geluPolynomial(attributes.factor as number), y)],
});

/** The derivative of GELU at x, from u = cx. */
function geluDerivative(u: Tensor): Tensor {
  const square = mul(u, u);
  const gate = sigmoid(mul(u, geluAffineOperator([square], { factor: 1 })));
  return add(gate, mul(mul(mul(u, gate), sub(1, gate)), geluAffineOperator([square], { factor: 3 })));
}

const scaledGeluOperator = operator({
  onnx: "ScaledGelu",
  output: ([u]) => ({ shape: u.shape, dtype: u.dtype }),
  gradient: (dy, { inputs: [u] }) => [mul(dy, geluDerivative(u))],
  lower: (emitter, [u], { outputs: [y] }) => {
    const polynomial = emitAffine(emitter, emitter.emit("Mul", [u, u])[0], geluPolynomial(1), y);
    return emitter.emit("Mul", [u, emitter.emit("Sigmoid", [emitter.emit("Mul", [u, polynomial])[0]])[0]]);
  },
});

/**
 * c·GELU(u/c), with c = `GELU_SCALE` and GELU in its tanh form: for graphs that train, where the derivative shares these
 * steps and the products before and after take in the factors c and 1/c.
 */
export const scaledGelu = (u: Tensor): Tensor => scaledGeluOperator([u]);

const geluTanhOperator = operator({
  onnx: "FastGelu",
  domain: "com.microsoft",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { inputs: [x] }) => [mul(dy, geluDerivative(mul(x, GELU_SCALE)))],
});

/** GELU in its tanh form (Hendrycks and Gimpel 2016, section 2), GPT-2's "gelu_new". */
export function geluTanh(x: Tensor): Tensor {
  if (x.dtype !== "float64") return geluTanhOperator([x]);
  return mul(scaledGelu(mul(x, GELU_SCALE)), 1 / GELU_SCALE); // FastGelu has no float64 kernel
}

/** GELU, xΦ(x) (Hendrycks and Gimpel 2016, eq. 2). float32 only: the error function has no float64 kernel. */
export function gelu(x: Tensor): Tensor {
  return geluOperator([x]);
}

const geluOperator = operator({
  onnx: "Gelu",
  domain: "com.microsoft",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { inputs: [x] }) => {
    const cumulative = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
    const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [mul(dy, add(cumulative, mul(x, density)))];
  },
  lower: (emitter, [x]) => emitter.emit("Gelu", [x], {}, { domain: "com.microsoft" }),
});

/** x·σ(x), also called Swish (Ramachandran et al. 2017). */
export function silu(x: Tensor): Tensor {
  // ONNX Runtime fuses x·σ(x) into an operator that has no float64 kernel, so float64 goes by σ(x) = ½(1 + tanh ½x).
  if (x.dtype !== "float64") return mul(x, sigmoid(x));
  const half = mul(x, 0.5);
  return mul(half, add(tanh(half), 1));
}

/** log(1 + eˣ) in a form that does not overflow. */
export function softplus(x: Tensor): Tensor {
  return softplusOperator([x]);
}

const softplusOperator = operator({
  onnx: "Softplus",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { inputs: [x] }) => [mul(dy, sigmoid(x))],
});

export { relu, sigmoid, tanh } from "./arithmetic.js";
