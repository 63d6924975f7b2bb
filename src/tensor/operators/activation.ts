// The non-linear functions of feed-forward layers.

import { operator } from "../operator.js";
import type { Tensor } from "../tensor.js";
import { add, erf, exp, mul, sigmoid, sub, tanh } from "./arithmetic.js";

const GELU_SLOPE = 2 * Math.sqrt(2 / Math.PI);
const GELU_CUBIC = GELU_SLOPE * 0.044715;

// GELU's tanh form, ½x(1 + tanh u), is x·σ(2u): one sigmoid serves the value and the derivative.
const geluTanhOperator = operator({
  onnx: "FastGelu",
  domain: "com.microsoft",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { inputs: [x], outputs: [y] }) => {
    // y = xσ(w), w = x(a + bx²):  y' = σ + y(1 − σ)(a + 3bx²)
    const xx = mul(x, x);
    const gate = sigmoid(mul(x, add(mul(xx, GELU_CUBIC), GELU_SLOPE)));
    const slope = add(mul(xx, 3 * GELU_CUBIC), GELU_SLOPE);
    return [mul(dy, add(gate, mul(mul(y, sub(1, gate)), slope)))];
  },
  lower: (emitter, [x], node) => {
    const like = node.outputs[0];
    // Graphs of fixed sizes are those that train: there the derivative shares these steps. Decoding takes the one fused operator.
    const training = like.shape.every((size) => typeof size === "number");
    if (like.dtype === "float32" && !training) return emitter.emit("FastGelu", [x], {}, { domain: "com.microsoft" });
    const square = emitter.emit("Mul", [x, x])[0];
    const inner = emitter.emit("Add", [emitter.emit("Mul", [square, emitter.scalar(GELU_CUBIC, like)])[0], emitter.scalar(GELU_SLOPE, like)])[0];
    return emitter.emit("Mul", [x, emitter.emit("Sigmoid", [emitter.emit("Mul", [x, inner])[0]])[0]]);
  },
});

/** GELU in its tanh form (Hendrycks and Gimpel 2016, section 2), GPT-2's "gelu_new". */
export const geluTanh = (x: Tensor): Tensor => geluTanhOperator([x]);

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
