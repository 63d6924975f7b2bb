// How an operator is declared: its ONNX name, its shape rule and its derivative, in one place.

import { WordloomError } from "../errors.js";
import { ShapeError, showShape, type TensorType } from "./shape.js";
import { GraphNode, type Attributes, type Tensor } from "./tensor.js";

/** Attribute values in the ONNX file: whole numbers, lists of them, text, or `{ float }` for a floating-point one. */
export type OnnxAttributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

/** Emits the ONNX nodes of one operator application; names are those of values in the file. */
export interface Emitter {
  /** Adds an ONNX node and returns the names of its `outputs` values (one unless said otherwise). */
  emit(onnx: string, inputs: readonly string[], attributes?: OnnxAttributes, options?: { domain?: string; outputs?: number }): string[];
  /** The name of an int64 vector constant. */
  integers(values: readonly number[]): string;
  /** The name of a vector constant of the tensor's floating-point type. */
  vector(values: readonly number[], like: Tensor): string;
  /** The name of a scalar constant of the tensor's type. */
  scalar(value: number, like: Tensor): string;
}

/** What an operator's derivative is given. */
export interface GradientContext {
  readonly inputs: readonly Tensor[];
  /** All the outputs; `outputs[0]` is also passed on its own. */
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** Gradients for all the outputs, null where nothing flows back. */
  readonly gradients: readonly (Tensor | null)[];
  /** Which inputs need a gradient; the others may be answered with null. */
  readonly needed: readonly boolean[];
}

export interface OperatorDeclaration {
  /** The name in ONNX; also the name in error messages. */
  readonly onnx: string;
  /** The ONNX domain; "com.microsoft" for ONNX Runtime's own operators. */
  readonly domain?: string;
  /** The types of the outputs. Throws a ShapeError when the inputs do not fit. */
  output(inputs: readonly Tensor[], attributes: Attributes): TensorType | readonly TensorType[];
  /**
   * The gradient for each input given the gradient of the first output: null for inputs that have none. Absent: nothing
   * flows back through this operator.
   */
  gradient?(dy: Tensor, context: GradientContext): readonly (Tensor | null)[];
  /** How many outputs, from the first on, the derivative takes gradients of; 1 unless said otherwise. */
  readonly differentiableOutputs?: number;
  /** Writes the ONNX node or nodes, where one node of the same name with the same attributes would not do. */
  lower?(emitter: Emitter, inputs: readonly string[], node: GraphNode): readonly string[];
}

export interface Operator extends OperatorDeclaration {
  /** Applies the operator and returns its first output. */
  (inputs: readonly Tensor[], attributes?: Attributes): Tensor;
  /** Applies the operator and returns all its outputs. */
  all(inputs: readonly Tensor[], attributes?: Attributes): readonly Tensor[];
}

/** This room's folder as stack traces write it, with or without "file://" before it. */
const ROOM = import.meta.url.slice(0, import.meta.url.lastIndexOf("/") + 1).replace(/^file:\/\/(\/(?=[A-Za-z]:))?/, "");

/** The first line of the current stack that lies outside this room, or in one of its tests: where the mistake was written. */
function callerSite(): string {
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  const outside = lines.find((line) => !line.replaceAll("\\", "/").includes(ROOM) || line.includes(".test."));
  const place = /\(?((?:[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()]*:\d+:\d+)\)?\s*$/.exec(outside ?? "");
  return place ? place[1].replace(/^file:\/\//, "") : "an unknown place";
}

/**
 * Runs a shape rule; a mistake becomes one sentence with the operator, the shapes and the caller's line.
 * @throws WordloomError "shape_mismatch" in place of a ShapeError
 */
export function checked<T>(name: string, inputs: readonly Tensor[], rule: () => T): T {
  try {
    return rule();
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    const shapes = inputs.map((input) => `${input.dtype} ${showShape(input.shape)}`).join(", ");
    throw new WordloomError("shape_mismatch", `${name}(${shapes}) at ${callerSite()}: ${cause.message}.`, { cause });
  }
}

/** Declares an operator. Everything else (tracing, errors, lowering, differentiation) follows from the declaration. */
export function operator(declaration: OperatorDeclaration): Operator {
  const all = (inputs: readonly Tensor[], attributes: Attributes = {}): readonly Tensor[] => {
    const types = checked(declaration.onnx, inputs, () => declaration.output(inputs, attributes));
    return new GraphNode(apply, inputs, attributes, Array.isArray(types) ? types : [types as TensorType]).outputs;
  };
  const apply: Operator = Object.assign(
    (inputs: readonly Tensor[], attributes: Attributes = {}): Tensor => all(inputs, attributes)[0],
    { ...declaration, all },
  );
  return apply;
}
