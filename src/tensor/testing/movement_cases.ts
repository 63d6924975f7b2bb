// The table's entries for operators that only move values: shapes, axes, pieces, rows looked up and added back.

import { concat, expand, gather, gatherElements, mul, reshape, scatterAdd, slice, split, transpose, type Tensor } from "../index.js";
import { at, coordinates, fill, type PlainArray } from "./arrays.js";
import type { OperatorCase } from "./check_derivative.js";

const slicePlain = (x: PlainArray, axis: number, start: number, end: number): PlainArray =>
  fill(x.shape.map((size, i) => (i === axis ? end - start : size)), (place) => at(x, place.map((position, i) => (i === axis ? position + start : position))));

const shapes: readonly OperatorCase[] = [
  ...([[6, 4], [24], [2, -1], [1, 2, 3, 4, 1], [2, 3, 4]] as const).map((to): OperatorCase => ({
    name: "reshape",
    variant: `to [${to.join(", ")}]`,
    draw: (draw) => ({
      inputs: [draw.uniform([2, 3, 4])],
      build: (x) => reshape(x, to),
      reference: ({ data }) => ({ shape: to.map((size: number) => (size < 0 ? 12 : size)), data }),
    }),
  })),
  {
    name: "reshape",
    variant: "of a reshape",
    draw: (draw) => ({ inputs: [draw.uniform([2, 6])], build: (x) => reshape(reshape(x, [3, 4]), [12]), reference: ({ data }) => ({ shape: [12], data }) }),
  },
  ...[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map((order): OperatorCase => ({
    name: "transpose",
    variant: `to [${order.join(", ")}]`,
    draw: (draw) => ({
      inputs: [draw.uniform(draw.shape(3))],
      build: (x) => transpose(x, order),
      reference: (x) => fill(order.map((axis) => x.shape[axis]), (place) => at(x, order.map((_, axis) => place[order.indexOf(axis)]))),
    }),
  })),
  ...([[[1, 3], [4, 3]], [[3, 1], [2, 3, 2]], [[], [2, 2]], [[2, 2], [2, 2]], [[1, 1], [1, 1, 1]]] as const).map(([from, to]): OperatorCase => ({
    name: "expand",
    variant: `[${from.join(", ")}] to [${to.join(", ")}]`,
    draw: (draw) => ({ inputs: [draw.uniform(from)], build: (x) => expand(x, to), reference: (x) => fill(to, (place) => at(x, place)) }),
  })),
];

const pieces: readonly OperatorCase[] = [
  ...([[0, 0, 1], [0, 1, 3], [1, 0, 5], [1, 4, 5], [1, 2, 4], [-1, 0, 2], [-2, 2, 3]] as const).map(([axis, start, end]): OperatorCase => ({
    name: "slice",
    variant: `axis ${axis} from ${start} to ${end}`,
    draw: (draw) => ({
      inputs: [draw.uniform([3, 5])],
      build: (x) => slice(x, axis, start, end),
      reference: (x) => slicePlain(x, (axis + 2) % 2, start, end),
    }),
  })),
  ...([[[1, 3, 2], [0, 1, 2]], [[1, 3, 2], [1]], [[5, 1], [1]], [[6], [0]], [3, [0, 2]], [1, [0]]] as const).map(([sizes, used]): OperatorCase => ({
    name: "split",
    variant: `into ${String(sizes)}, pieces ${used.join(", ")} used`,
    draw: (draw) => ({
      inputs: [draw.uniform([2, 6])],
      build: (x) => {
        const all = split(x, -1, sizes);
        return used.map((piece) => all[piece]);
      },
      reference: (x) => {
        const list = typeof sizes === "number" ? Array.from({ length: sizes }, () => 6 / sizes) : [...sizes];
        return used.map((piece) => {
          const start = list.slice(0, piece).reduce((a, b) => a + b, 0);
          return slicePlain(x, 1, start, start + list[piece]);
        });
      },
    }),
  })),
  {
    name: "concat",
    variant: "of three pieces of different size",
    draw: (draw) => ({
      inputs: [draw.uniform([2, 1]), draw.uniform([2, 3]), draw.uniform([2, 2])],
      build: (...parts) => concat(parts, -1),
      reference: (a, b, c) => fill([2, 6], ([row, i]) => (i < 1 ? at(a, [row, i]) : i < 4 ? at(b, [row, i - 1]) : at(c, [row, i - 4]))),
    }),
  },
  {
    name: "concat",
    variant: "of one tensor with itself",
    draw: (draw) => ({ inputs: [draw.uniform([2, 2])], build: (x) => concat([x, x], 0), reference: ({ data }) => ({ shape: [4, 2], data: [...data, ...data] }) }),
  },
  {
    name: "concat",
    variant: "of one piece",
    draw: (draw) => ({ inputs: [draw.uniform([2, 2])], build: (x) => concat([x], 1), reference: (x) => x }),
  },
  {
    name: "concat",
    variant: "of a split's pieces in order",
    draw: (draw) => ({ inputs: [draw.uniform([2, 6])], build: (x) => concat(split(x, 1, 3), 1), reference: (x) => x }),
  },
  {
    name: "concat",
    variant: "of a split's pieces in another order",
    draw: (draw) => ({
      inputs: [draw.uniform([2, 6])],
      build: (x) => {
        const [first, second] = split(x, 1, [2, 4]);
        return concat([second, first], 1);
      },
      reference: (x) => fill([2, 6], ([row, i]) => at(x, [row, (i + 2) % 6])),
    }),
  },
];

/** Rows drawn from few, so that they repeat. */
function gatherCase(variant: string, shape: readonly number[], indexShape: readonly number[], among: number): OperatorCase {
  return {
    name: "gather",
    variant,
    draw: (draw) => {
      const width = shape.slice(1);
      return {
        inputs: [draw.uniform(shape), draw.indices(indexShape, among)],
        build: (x, indices) => gather(x, indices),
        reference: (x, indices) =>
          fill([...indexShape, ...width], (place) => at(x, [at(indices, place.slice(0, indexShape.length)), ...place.slice(indexShape.length)])),
      };
    },
  };
}

/** Elements chosen along one axis; used here with the updates of a scatter as well. */
const along = (place: readonly number[], axis: number, index: number): number[] => place.map((position, i) => (i === axis ? index : position));

function scatterPlain(x: PlainArray, indices: PlainArray, updates: PlainArray, axis: number): PlainArray {
  const data = [...x.data];
  for (const place of coordinates(indices.shape)) {
    const target = along(place, axis, at(indices, place));
    data[target.reduce((flat, position, i) => flat * x.shape[i] + position, 0)] += at(updates, place);
  }
  return { shape: x.shape, data };
}

const indexing: readonly OperatorCase[] = [
  gatherCase("few rows, by a one-hot product", [5, 3], [7], 3),
  gatherCase("512 rows", [512, 2], [6], 4),
  gatherCase("many rows, by a scatter", [513, 2], [7], 3),
  gatherCase("many rows, indices of two axes", [520, 2], [3, 4], 5),
  gatherCase("indices of two axes", [4, 2], [2, 3], 4),
  gatherCase("one index", [4, 2], [], 4),
  gatherCase("of a vector", [6], [4], 6),
  gatherCase("of matrices", [3, 2, 2], [4], 3),
  gatherCase("of many matrices", [514, 2, 2], [4], 3),
  ...[0, 1, -1].flatMap((axis): OperatorCase[] => [
    {
      name: "gatherElements",
      variant: `axis ${axis}`,
      draw: (draw) => {
        const normal = (axis + 2) % 2;
        const shape = normal === 0 ? [5, 3] : [4, 2];
        return {
          inputs: [draw.uniform([4, 3]), draw.indices(shape, normal === 0 ? 4 : 3)],
          build: (x, indices) => gatherElements(x, indices, axis),
          reference: (x, indices) => fill(shape, (place) => at(x, along(place, normal, at(indices, place)))),
        };
      },
    },
    {
      name: "scatterAdd",
      variant: `axis ${axis}`,
      draw: (draw) => {
        const normal = (axis + 2) % 2;
        const shape = normal === 0 ? [6, 3] : [4, 5];
        return {
          inputs: [draw.uniform([4, 3]), draw.indices(shape, 2), draw.uniform(shape)],
          build: (x, indices, updates) => scatterAdd(x, indices, updates, axis),
          reference: (x, indices, updates) => scatterPlain(x, indices, updates, normal),
        };
      },
    },
  ]),
  {
    name: "gather",
    variant: "one table looked up twice",
    draw: (draw) => ({
      inputs: [draw.uniform([4, 2]), draw.indices([3], 2), draw.indices([3], 4)],
      build: (x: Tensor, first: Tensor, second: Tensor) => mul(gather(x, first), gather(x, second)),
      reference: (x, first, second) => fill([3, 2], ([row, column]) => at(x, [at(first, [row]), column]) * at(x, [at(second, [row]), column])),
    }),
  },
];

export const movementCases: readonly OperatorCase[] = [...shapes, ...pieces, ...indexing];
