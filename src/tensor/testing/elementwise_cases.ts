// The table's entries for operators that work element by element.

import {
  abs, add, cast, cos, div, erf, exp, gelu, GELU_SCALE, geluTanh, log, maximum, minimum, mul, neg, relu, scaledGelu, sigmoid, sign, silu, sin,
  softplus, sqrt, square, sub, tanh, where, constant, type Tensor,
} from "../index.js";
import { at, combine, fill, type Draw, type PlainArray } from "./arrays.js";
import type { OperatorCase } from "./check_derivative.js";

/** The error function by its Taylor series, exact to rounding for the small arguments of these tests. */
function plainErf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const plainSigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const plainGeluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

type Range = "any" | "positive" | "away from zero";

function drawRange(draw: Draw, shape: readonly number[], range: Range): PlainArray {
  if (range === "positive") return draw.uniform(shape, 0.4, 2);
  return range === "any" ? draw.uniform(shape) : draw.spaced(shape);
}

function unaryCase(name: string, build: (x: Tensor) => Tensor, plain: (x: number) => number, range: Range = "any", dtypes?: OperatorCase["dtypes"]): OperatorCase {
  return {
    name,
    dtypes,
    draw: (draw) => ({
      inputs: [drawRange(draw, draw.shape(draw.integer(0, 3)), range)],
      build,
      reference: ({ shape, data }) => ({ shape, data: data.map(plain) }),
    }),
  };
}

/** Kernels that ONNX Runtime has only for float32. */
const SINGLE = ["float32"] as const;

const unary: readonly OperatorCase[] = [
  unaryCase("neg", neg, (x) => -x),
  unaryCase("sqrt", sqrt, Math.sqrt, "positive"),
  unaryCase("exp", exp, Math.exp),
  unaryCase("log", log, Math.log, "positive"),
  unaryCase("tanh", tanh, Math.tanh),
  unaryCase("sigmoid", sigmoid, plainSigmoid),
  unaryCase("relu", relu, (x) => Math.max(x, 0), "away from zero"),
  unaryCase("erf", erf, plainErf, "any", SINGLE),
  unaryCase("sin", sin, Math.sin),
  unaryCase("cos", cos, Math.cos),
  unaryCase("abs", abs, Math.abs, "away from zero"),
  unaryCase("sign", sign, Math.sign, "away from zero"),
  unaryCase("square", square, (x) => x * x),
  unaryCase("geluTanh", geluTanh, plainGeluTanh),
  unaryCase("scaledGelu", (x) => scaledGelu(mul(x, GELU_SCALE)), (x) => GELU_SCALE * plainGeluTanh(x)),
  unaryCase("gelu", gelu, (x) => 0.5 * x * (1 + plainErf(x * Math.SQRT1_2)), "any", SINGLE),
  unaryCase("silu", silu, (x) => x * plainSigmoid(x)),
  unaryCase("softplus", softplus, (x) => Math.log1p(Math.exp(x))),
];

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;
type Side = (draw: Draw, shape: readonly number[]) => PlainArray;
const anywhere: Side = (draw, shape) => draw.uniform(shape);

/** Broadcasting of both sides, a number on either side, and one tensor used on both sides. */
function binaryCases(name: string, build: Binary, plain: (a: number, b: number) => number, left: Side = anywhere, right: Side = anywhere): OperatorCase[] {
  const withNumber = (number: number): OperatorCase[] => [
    {
      name,
      variant: "a number on the right",
      draw: (draw) => ({
        inputs: [left(draw, draw.shape(2))],
        build: (a) => build(a, number),
        reference: ({ shape, data }) => ({ shape, data: data.map((a) => plain(a, number)) }),
      }),
    },
    {
      name,
      variant: "a number on the left",
      draw: (draw) => ({
        inputs: [right(draw, draw.shape(2))],
        build: (b) => build(number, b),
        reference: ({ shape, data }) => ({ shape, data: data.map((b) => plain(number, b)) }),
      }),
    },
  ];
  const broadcast = (variant: string, shapes: (draw: Draw) => [number[], number[]]): OperatorCase => ({
    name,
    variant,
    draw: (draw) => {
      const [a, b] = shapes(draw);
      return { inputs: [left(draw, a), right(draw, b)], build, reference: (x, y) => combine(x, y, plain) };
    },
  });
  return [
    broadcast("any shapes that broadcast", (draw) => draw.broadcastShapes()),
    broadcast("leading axes on the left", () => [[2, 3, 2], [2]]),
    broadcast("leading axes on the right", () => [[3, 1], [2, 2, 1, 4]]),
    broadcast("both sides repeated", () => [[3, 1, 2], [1, 4, 1]]),
    broadcast("a scalar", () => [[], [2, 3]]),
    ...withNumber(0.75),
  ];
}

/** Multiples of 0.2, so that with `offGrid` on the other side no difference is small. */
const onGrid: Side = (draw, shape) => ({ shape, data: draw.uniform(shape, -5, 5).data.map((x) => Math.round(x) * 0.2) });
const offGrid: Side = (draw, shape) => ({ shape, data: onGrid(draw, shape).data.map((x) => x + 0.1) });

const binary: readonly OperatorCase[] = [
  ...binaryCases("add", add, (a, b) => a + b),
  ...binaryCases("sub", sub, (a, b) => a - b),
  ...binaryCases("mul", mul, (a, b) => a * b),
  ...binaryCases("div", div, (a, b) => a / b, anywhere, (draw, shape) => draw.uniform(shape, 0.5, 2)),
  ...binaryCases("maximum", maximum, Math.max, onGrid, offGrid),
  ...binaryCases("minimum", minimum, Math.min, onGrid, offGrid),
];

const choice: readonly OperatorCase[] = [
  {
    name: "where",
    variant: "all three broadcast",
    draw: (draw) => {
      const rows = draw.integer(1, 4);
      const condition = fill([rows, 1, 2], () => draw.integer(0, 1));
      return {
        inputs: [draw.uniform([3, 1]), draw.uniform([rows, 3, 2])],
        build: (a, b) => where(constant(condition.data, condition.shape, "bool"), a, b),
        reference: (a, b) => fill([rows, 3, 2], (place) => at(at(condition, place) ? a : b, place)),
      };
    },
  },
  {
    name: "where",
    variant: "the condition has the most axes",
    draw: (draw) => {
      const condition = fill([2, 3, 2], () => draw.integer(0, 1));
      return {
        inputs: [draw.uniform([]), draw.uniform([2])],
        build: (a, b) => where(constant(condition.data, condition.shape, "bool"), a, b),
        reference: (a, b) => fill([2, 3, 2], (place) => at(at(condition, place) ? a : b, place)),
      };
    },
  },
  {
    name: "cast",
    variant: "to the other floating-point type and on",
    dtypes: ["float32"],
    draw: (draw) => ({
      inputs: [draw.uniform(draw.shape(2))],
      build: (x) => cast(mul(cast(x, "float64"), cast(x, "float64")), "float32"),
      reference: ({ shape, data }) => ({ shape, data: data.map((x) => x * x) }),
    }),
  },
  {
    name: "cast",
    variant: "a type that it has already",
    draw: (draw) => ({ inputs: [draw.uniform(draw.shape(2))], build: (x) => cast(x, x.dtype), reference: (x) => x }),
  },
];

export const elementwiseCases: readonly OperatorCase[] = [...unary, ...binary, ...choice];
