// Shapes and the rules by which they combine; a dimension is a number, or a name where it is known only at run time.

/** A size, or the name of a size that a forward-only graph learns when it runs ("rows", "count"). */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** Element types that a graph can hold. */
export type DataType = "float32" | "float64" | "int64" | "bool";

/** What is known of a tensor while tracing. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DataType;
}

/** A complaint about shapes, without operator or place; the operator call adds both. */
export class ShapeError extends Error {}

/** Prints a shape as `[2, 3]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are the same, names included. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Number of elements; throws a ShapeError if a dimension is only a name. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) {
    if (typeof dimension === "string") throw new ShapeError(`the size of ${showShape(shape)} is known only at run time`);
    size *= dimension;
  }
  return size;
}

/** The dimension as a number; throws a ShapeError if it is only a name. */
export function fixed(dimension: Dimension): number {
  if (typeof dimension === "string") throw new ShapeError(`the dimension "${dimension}" is known only at run time`);
  return dimension;
}

/** Turns an axis counted from the end into one counted from the start, and checks it. */
export function normalAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    throw new ShapeError(`axis ${axis} does not exist in a tensor of ${rank} dimensions`);
  }
  return normal;
}

/** NumPy's broadcasting of two shapes, aligned at the last dimension. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(`${showShape(a)} and ${showShape(b)} cannot be broadcast together`);
    }
    result.push(left === 1 ? right : left);
  }
  return result;
}
