// The matrix product, with transposition and scale folded in.

import { operator } from "../operator.js";
import { broadcastShapes, fixed, ShapeError, sizeOf, type Shape } from "../shape.js";
import type { Attributes, Tensor } from "../tensor.js";
import { reshape } from "./movement.js";
import { unbroadcast } from "./reduction.js";

export interface MatmulOptions {
  /** Swap the last two axes of a first. */
  readonly transposeA?: boolean;
  /** Swap the last two axes of b first. */
  readonly transposeB?: boolean;
  /** A factor on the product; 1 by default. */
  readonly alpha?: number;
}

function flags(attributes: Attributes): { transposeA: boolean; transposeB: boolean; alpha: number } {
  return {
    transposeA: attributes.transposeA === true,
    transposeB: attributes.transposeB === true,
    alpha: (attributes.alpha as number | undefined) ?? 1,
  };
}

const swapped = (shape: Shape, swap: boolean): Shape => (swap ? [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]] : shape);

/** The gradient for one operand, summed over the batch axes along which that operand was broadcast. */
function operandGradient(left: Tensor, right: Tensor, options: MatmulOptions, operand: Tensor): Tensor {
  return unbroadcast(matmul(left, right, options), operand.shape);
}

export const matmulOperator = operator({
  onnx: "MatMul",
  output: ([a, b], attributes) => {
    const { transposeA, transposeB } = flags(attributes);
    if (a.rank < 2 || b.rank < 2) throw new ShapeError("both operands need at least 2 dimensions");
    if (a.dtype !== b.dtype) throw new ShapeError("both operands need one type");
    const left = swapped(a.shape, transposeA);
    const right = swapped(b.shape, transposeB);
    if (left[left.length - 1] !== right[right.length - 2]) {
      throw new ShapeError(`the inner dimensions ${left[left.length - 1]} and ${right[right.length - 2]} differ`);
    }
    const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
    return { shape: [...batch, left[left.length - 2], right[right.length - 1]], dtype: a.dtype };
  },
  gradient: (dy, { inputs: [a, b], attributes, needed }) => {
    const { transposeA, transposeB, alpha } = flags(attributes);
    // A stack of rows times one matrix: as a product of two matrices the sum over the batch comes for free.
    if (a.rank > 2 && b.rank === 2 && !transposeA) {
      const rows = sizeOf(a.shape.slice(0, -1));
      const dyRows = reshape(dy, [rows, dy.shape[dy.rank - 1]]);
      const aRows = reshape(a, [rows, a.shape[a.rank - 1]]);
      return [
        needed[0] ? reshape(matmul(dyRows, b, { transposeB: !transposeB, alpha }), a.shape) : null,
        needed[1] ? weightGradient(aRows, dyRows, transposeB, alpha) : null,
      ];
    }
    const da = (): Tensor =>
      transposeA ? operandGradient(b, dy, { transposeA: transposeB, transposeB: true, alpha }, a) : operandGradient(dy, b, { transposeB: !transposeB, alpha }, a);
    const db = (): Tensor =>
      transposeB ? operandGradient(dy, a, { transposeA: true, transposeB: transposeA, alpha }, b) : operandGradient(a, dy, { transposeA: !transposeA, alpha }, b);
    return [needed[0] ? da() : null, needed[1] ? db() : null];
  },
  lower: (emitter, [a, b], node) => {
    const { transposeA, transposeB, alpha } = flags(node.attributes);
    if (!transposeA && !transposeB && alpha === 1) return emitter.emit("MatMul", [a, b]);
    if (node.outputs[0].dtype === "float32") {
      return emitter.emit(
        "FusedMatMul",
        [a, b],
        { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } },
        { domain: "com.microsoft" },
      );
    }
    // FusedMatMul exists only for float32; other types take the long way.
    const turned = (name: string, tensor: Tensor, swap: boolean): string => {
      if (!swap) return name;
      const perm = tensor.shape.map((_, axis) => axis);
      [perm[perm.length - 2], perm[perm.length - 1]] = [perm[perm.length - 1], perm[perm.length - 2]];
      return emitter.emit("Transpose", [name], { perm })[0];
    };
    const product = emitter.emit("MatMul", [turned(a, node.inputs[0], transposeA), turned(b, node.inputs[1], transposeB)]);
    return alpha === 1 ? product : emitter.emit("Mul", [product[0], emitter.scalar(alpha, node.outputs[0])]);
  },
});

function weightGradient(rows: Tensor, dyRows: Tensor, transposed: boolean, alpha: number): Tensor {
  return transposed ? matmul(dyRows, rows, { transposeA: true, alpha }) : matmul(rows, dyRows, { transposeA: true, alpha });
}

/**
 * The matrix product alpha · op(a) · op(b) over the last two axes, the axes before them broadcast.
 * @throws WordloomError "shape_mismatch" when the inner dimensions differ
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const attributes: Record<string, number | boolean> = {};
  if (options.transposeA) attributes.transposeA = true;
  if (options.transposeB) attributes.transposeB = true;
  if (options.alpha !== undefined && options.alpha !== 1) attributes.alpha = options.alpha;
  return matmulOperator([a, b], attributes);
}

/** Multiply–add operations counted as two: the FLOPs of one matrix product node with known shapes. */
export function matmulFlops(a: Shape, output: Shape, transposeA: boolean): number {
  const inner = fixed(swapped(a, transposeA)[a.length - 1]);
  return 2 * inner * sizeOf(output);
}
