// The spectral norm: PyTorch's singular values and gradients, a fixed number of steps on large matrices, and zeros.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { constant, div, input, matmul } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { normal } from "./initializer.js";
import { Module, nameParameters, Parameter } from "./module.js";
import { largestSingularValue, spectrallyNormalized, withSpectralNorm } from "./spectral_normalization.js";

class Matrix extends Module {
  readonly weight: Parameter;

  constructor(shape: readonly number[]) {
    super();
    this.weight = new Parameter(shape, normal(1));
  }
}

/** Enough to find the singular vectors of the small matrices to the last digit. */
const MANY_STEPS = 200;

describe.each(fixtureCases("spectral_norm").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("is in %s PyTorch's, and so is its gradient", async (dtype) => {
    const matrix = new Matrix(fixture.parameters.weight.shape);
    const parameters = nameParameters(matrix, dtype);
    const { tensor } = matrix.weight;
    await compareWithFixture({
      fixture,
      dtype,
      parameters,
      trace: () => {
        const largest = largestSingularValue(tensor, MANY_STEPS);
        return { largest, output: div(tensor, largest) };
      },
    });
  });
});

describe("a matrix", () => {
  it("of any usual size comes close to the largest singular value 1 in few steps", async () => {
    const random = new RandomStream(1, "large matrices");
    for (const [rows, columns] of [[500, 500], [100, 320], [1, 500], [160, 640]]) {
      const weight = input("weight", [rows, columns]);
      const feeds = { weight: toHost({ shape: [rows, columns], data: Array.from({ length: rows * columns }, () => 0.1 * random.normal()) }, "float32") };
      const { value } = await evaluate({ value: largestSingularValue(spectrallyNormalized(weight), 100) }, feeds);
      expect(value.data[0], `${rows}×${columns}`).toBeGreaterThan(0.999);
      expect(value.data[0], `${rows}×${columns}`).toBeLessThan(1.06);
    }
  });

  it("of zeros stays one", async () => {
    const { value } = await evaluate({ value: spectrallyNormalized(constant(new Float64Array(12), [3, 4], "float64")) });
    expect(value.data).toEqual(new Array(12).fill(0));
  });

  it("is exchanged wherever a graph uses it", async () => {
    const matrix = new Matrix([2, 2]);
    nameParameters(matrix, "float64");
    const { tensor } = matrix.weight;
    const output = withSpectralNorm(matmul(tensor, tensor), [matrix.weight]);
    const { values } = await evaluate({ values: output }, { weight: toHost({ shape: [2, 2], data: [0, 4, 2, 0] }, "float64") });
    for (const [i, expected] of [0.5, 0, 0, 0.5].entries()) expect(values.data[i]).toBeCloseTo(expected, 4);
  });
});
