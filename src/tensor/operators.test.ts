// Every operator's values against plain loops, and its derivative against finite differences.

import { describe, expect, it } from "vitest";
import { alongAxisCases } from "./testing/along_axis_cases.js";
import { Draw } from "./testing/arrays.js";
import { checkDerivative, checkValues, type OperatorCase } from "./testing/check_derivative.js";
import { elementwiseCases } from "./testing/elementwise_cases.js";
import { matmulCases } from "./testing/matmul_cases.js";
import { movementCases } from "./testing/movement_cases.js";
import * as room from "./index.js";

const CASES: readonly OperatorCase[] = [...elementwiseCases, ...alongAxisCases, ...matmulCases, ...movementCases];
const title = ({ name, variant }: OperatorCase): string => (variant ? `${name}: ${variant}` : name);

/** What the room exports that no derivative is checked for, and why. */
const WITHOUT_DERIVATIVE = {
  sources: ["allocate", "constant", "filled", "input"],
  "no gradient flows": ["argmax", "cumulativeSum", "equal", "greater", "less", "not", "oneHot", "recurrentSequence", "stopGradient", "targetsCounted", "window", "last"],
  "not operators": ["IGNORED_TARGET", "Tensor", "broadcastOutput", "fixed", "grad", "matmulFlops", "onnxDataType", "operands", "showShape", "sizeOf", "substitute", "topologicalOrder"],
  "under another name": ["matmulOperator"],
};

describe("the table of operators", () => {
  it("has every operator that the room exports", () => {
    const covered = new Set([...CASES.map(({ name }) => name), ...Object.values(WITHOUT_DERIVATIVE).flat()]);
    const operators = Object.entries(room).filter(([, exported]) => typeof exported === "function");
    expect(operators.map(([name]) => name).filter((name) => !covered.has(name))).toEqual([]);
  });

  it("has nothing that the room does not export", () => {
    const listed = [...CASES.map(({ name }) => name), ...Object.values(WITHOUT_DERIVATIVE).flat()];
    expect(listed.filter((name) => !(name in room))).toEqual([]);
  });
});

for (const dtype of ["float64", "float32"] as const) {
  describe(dtype, () => {
    for (const entry of CASES.filter(({ dtypes }) => !dtypes || dtypes.includes(dtype))) {
      it(title(entry), async () => {
        for (const seed of [1, 2]) {
          const trial = entry.draw(new Draw(seed, title(entry)));
          await checkValues(trial, dtype);
          await checkDerivative(trial, dtype);
        }
      });
    }
  });
}

describe("derivatives of derivatives", () => {
  for (const entry of CASES.filter(({ twice }) => twice !== false)) {
    const dtype = entry.dtypes?.includes("float64") === false ? "float32" : "float64";
    it(title(entry), async () => checkDerivative(entry.draw(new Draw(3, title(entry))), dtype, 2));
  }

  for (const entry of CASES.filter(({ twice }) => twice === false)) {
    it(`${title(entry)} is refused`, async () => {
      const trial = entry.draw(new Draw(3, title(entry)));
      await expect(checkDerivative(trial, "float64", 2)).rejects.toThrow(/derivative of a derivative/);
    });
  }
});
