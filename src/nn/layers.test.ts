// The small layers against PyTorch.

import { describe, it } from "vitest";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCase, fixtureCases, type FixtureTensor } from "../testing/fixtures.js";
import { constantValue } from "./initializer.js";
import { Conv1D, Embedding, LayerNorm, Linear, RmsNorm } from "./layers.js";
import { nameParameters } from "./module.js";

const zero = constantValue(0);

describe.each(["float64", "float32"] as const)("in %s, as in PyTorch", (dtype) => {
  it("an embedding adds up the gradients of repeated tokens and gives none to the absent", async () => {
    const [fixture] = fixtureCases("embedding");
    const layer = new Embedding(7, 5, zero);
    const parameters = nameParameters(layer, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: ({ indices }) => ({ output: layer.forward(indices) }) });
  });

  it("an embedding of many tokens, whose gradient is scattered, does the same", async () => {
    const [fixture] = fixtureCases("embedding");
    const padded = ({ data }: FixtureTensor): FixtureTensor => ({ shape: [600, 5], data: [...data, ...Array.from({ length: 593 * 5 }, () => 0)] });
    const layer = new Embedding(600, 5, zero);
    await compareWithFixture({
      fixture: { ...fixture, parameters: { weight: padded(fixture.parameters.weight) }, gradients: { weight: padded(fixture.gradients.weight) } },
      dtype,
      parameters: nameParameters(layer, dtype),
      trace: ({ indices }) => ({ output: layer.forward(indices) }),
    });
  });

  it.each(fixtureCases("linear").map((fixture) => [fixture.name, fixture] as const))("%s", async (_, fixture) => {
    const layer = new Linear(4, 5, zero, fixture.config.bias as boolean);
    const parameters = nameParameters(layer, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: ({ input }) => ({ output: layer.forward(input) }) });
  });

  it("the same linear map with its weight stored (in, out)", async () => {
    const fixture = fixtureCase("linear", "linear with bias");
    const weight = fixture.parameters.weight;
    const turned = { shape: [4, 5], data: weightByInput(weight.data, 5, 4) };
    const turnedGradient = { shape: [4, 5], data: weightByInput(fixture.gradients.weight.data, 5, 4) };
    const layer = new Conv1D(4, 5, zero);
    await compareWithFixture({
      fixture: { ...fixture, parameters: { ...fixture.parameters, weight: turned }, gradients: { ...fixture.gradients, weight: turnedGradient } },
      dtype,
      parameters: nameParameters(layer, dtype),
      trace: ({ input }) => ({ output: layer.forward(input) }),
    });
  });

  it("a layer norm", async () => {
    const [fixture] = fixtureCases("layer_norm");
    const layer = new LayerNorm(6, 1e-5);
    const parameters = nameParameters(layer, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: ({ input }) => ({ output: layer.forward(input) }) });
  });

  it("an RMS norm", async () => {
    const fixture = fixtureCases("rms_norm").find((candidate) => candidate.dtype === dtype)!;
    const layer = new RmsNorm(6, 1e-5);
    const parameters = nameParameters(layer, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: ({ input }) => ({ output: layer.forward(input) }) });
  });
});

/** The transpose of a matrix in row-major order. */
function weightByInput(data: readonly number[], rows: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}
