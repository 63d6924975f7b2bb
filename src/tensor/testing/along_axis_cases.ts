// The table's entries for reductions, softmax, normalisations and the loss: operators that look along an axis.

import {
  constant, crossEntropy, layerNormalization, logSoftmax, logSumExp, max, mean, rmsNormalization, softmax, sum, sumSquare,
  IGNORED_TARGET, type Tensor,
} from "../index.js";
import { at, coordinates, fill, type Draw, type PlainArray } from "./arrays.js";
import type { OperatorCase } from "./check_derivative.js";

type Reduce = (x: Tensor, axes?: readonly number[], keepDimensions?: boolean) => Tensor;

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** A reduction in plain loops. */
function reduceArray(x: PlainArray, axes: readonly number[], keep: boolean, f: (values: readonly number[]) => number): PlainArray {
  const normal = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  const kept = x.shape.map((size, axis) => (normal.includes(axis) ? 1 : size));
  const full = fill(kept, (place) => {
    const group = coordinates(x.shape).filter((candidate) => candidate.every((position, axis) => normal.includes(axis) || position === place[axis]));
    return f(group.map((candidate) => at(x, candidate)));
  });
  return keep ? full : { shape: x.shape.filter((_, axis) => !normal.includes(axis)), data: full.data };
}

const AXIS_SETS: readonly (readonly number[] | undefined)[] = [undefined, [], [0], [1], [2], [-1], [0, 1], [0, 2], [1, 2], [-2, -1], [0, 1, 2]];

function reductionCases(name: string, build: Reduce, plain: (values: readonly number[]) => number, values: (draw: Draw, shape: readonly number[]) => PlainArray): OperatorCase[] {
  const cases = AXIS_SETS.flatMap((axes) =>
    [false, true].map((keep): OperatorCase => ({
      name,
      variant: `over ${axes ? `axes [${axes.join(", ")}]` : "everything"}${keep ? ", axes kept" : ""}`,
      draw: (draw) => ({
        inputs: [values(draw, draw.shape(3))],
        build: (x) => build(x, axes, keep),
        reference: (x) => reduceArray(x, axes ?? [0, 1, 2], keep, plain),
      }),
    })),
  );
  const single = (shape: readonly number[], axes: readonly number[] | undefined, variant: string): OperatorCase => ({
    name,
    variant,
    draw: (draw) => ({ inputs: [values(draw, shape)], build: (x) => build(x, axes), reference: (x) => reduceArray(x, axes ?? [], false, plain) }),
  });
  return [...cases, single([], undefined, "of a scalar"), single([3, 1], [1], "over an axis of size 1"), single([1, 1], [0], "of one element")];
}

const uniform = (draw: Draw, shape: readonly number[]): PlainArray => draw.uniform(shape);

/** Applies a function of a row to every row of the last axis. */
function byRow(x: PlainArray, f: (row: readonly number[]) => readonly number[]): number[] {
  const width = x.shape[x.shape.length - 1];
  return Array.from({ length: x.data.length / width }, (_, row) => f(x.data.slice(row * width, (row + 1) * width))).flat();
}

const plainSoftmax = (row: readonly number[]): number[] => {
  const powers = row.map(Math.exp);
  return powers.map((power) => power / total(powers));
};
const plainLogSumExp = (row: readonly number[]): number => Math.log(total(row.map(Math.exp)));

function rowCase(name: string, build: (x: Tensor) => Tensor, plain: (row: readonly number[]) => readonly number[], keepsWidth = true): OperatorCase {
  return {
    name,
    draw: (draw) => ({
      inputs: [draw.uniform(draw.shape(draw.integer(1, 4)))],
      build,
      reference: (x) => ({ shape: keepsWidth ? x.shape : [...x.shape.slice(0, -1), 1], data: byRow(x, plain) }),
    }),
  };
}

const EPSILON = 1e-2; // large enough that a mistake with it shows

const normalizations: readonly OperatorCase[] = [2, 3].flatMap((rank): OperatorCase[] => [
  {
    name: "layerNormalization",
    variant: `of ${rank} axes`,
    draw: (draw) => ({
      inputs: [draw.uniform([...draw.shape(rank - 1), 4]), draw.uniform([4]), draw.uniform([4])],
      build: (x, gain, bias) => layerNormalization(x, gain, bias, EPSILON),
      reference: (x, gain, bias) => ({
        shape: x.shape,
        data: byRow(x, (row) => {
          const average = total(row) / row.length;
          const deviation = Math.sqrt(total(row.map((v) => (v - average) ** 2)) / row.length + EPSILON);
          return row.map((v, i) => ((v - average) / deviation) * gain.data[i] + bias.data[i]);
        }),
      }),
    }),
  },
  {
    name: "rmsNormalization",
    variant: `of ${rank} axes`,
    twice: false,
    draw: (draw) => ({
      inputs: [draw.uniform([...draw.shape(rank - 1), 4]), draw.uniform([4])],
      build: (x, gain) => rmsNormalization(x, gain, EPSILON),
      reference: (x, gain) => ({
        shape: x.shape,
        data: byRow(x, (row) => {
          const size = Math.sqrt(total(row.map((v) => v * v)) / row.length + EPSILON);
          return row.map((v, i) => (v / size) * gain.data[i]);
        }),
      }),
    }),
  },
]);

interface CrossEntropyVariant {
  readonly smoothing?: number;
  readonly classes?: number;
}

function crossEntropyCase(variant: string, targets: (draw: Draw, rows: number, classes: number) => number[], { smoothing = 0, classes: fixedClasses }: CrossEntropyVariant = {}): OperatorCase {
  return {
    name: "crossEntropy",
    variant,
    twice: false,
    draw: (draw) => {
      const rows = draw.integer(2, 5);
      const classes = fixedClasses ?? draw.integer(2, 5);
      const chosen = targets(draw, rows, classes);
      return {
        inputs: [draw.uniform([rows, classes])],
        build: (logits) => crossEntropy(logits, constant(chosen, [rows], "int64"), smoothing),
        reference: (logits) => {
          const normalizers = byRow(logits, (row) => [plainLogSumExp(row)]);
          const averages = byRow(logits, (row) => [total(row) / row.length]);
          const loss = (target: number, row: number): number => normalizers[row] - (1 - smoothing) * at(logits, [row, target]) - smoothing * averages[row];
          return { shape: [rows], data: chosen.map((target, row) => (target === IGNORED_TARGET ? 0 : loss(target, row))) };
        },
      };
    },
  };
}

const anyTargets = (draw: Draw, rows: number, classes: number): number[] => [...draw.indices([rows], classes).data];

export const alongAxisCases: readonly OperatorCase[] = [
  ...reductionCases("sum", sum, total, uniform),
  ...reductionCases("mean", mean, (values) => total(values) / values.length, uniform),
  ...reductionCases("max", max, (values) => Math.max(...values), (draw, shape) => draw.spaced(shape)),
  ...reductionCases("sumSquare", sumSquare, (values) => total(values.map((v) => v * v)), uniform),
  rowCase("softmax", softmax, plainSoftmax),
  rowCase("logSoftmax", logSoftmax, (row) => row.map((v) => v - plainLogSumExp(row))),
  rowCase("logSumExp", logSumExp, (row) => [plainLogSumExp(row)], false),
  ...normalizations,
  crossEntropyCase("with every target counted", anyTargets),
  crossEntropyCase("with some targets ignored", (draw, rows, classes) => anyTargets(draw, rows, classes).map((target, row) => (row % 2 === 1 ? target : IGNORED_TARGET))),
  crossEntropyCase("with every target ignored", (_, rows) => Array.from({ length: rows }, () => IGNORED_TARGET)),
  crossEntropyCase("with smoothed labels", (draw, rows, classes) => anyTargets(draw, rows, classes).map((target, row) => (row === 0 ? IGNORED_TARGET : target)), { smoothing: 0.1 }),
  crossEntropyCase("with more classes than one-hot targets are made for", (draw, rows, classes) => anyTargets(draw, rows, classes).map((target, row) => (row === 1 ? IGNORED_TARGET : target)), { smoothing: 0.1, classes: 520 }),
];
