// The functions that layers are made of, against PyTorch.

import { describe, expect, it } from "vitest";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCase, fixtureCases } from "../testing/fixtures.js";
import { crossEntropy, gelu, geluTanh, logSoftmax, mul, silu, softmax, sum, type Tensor } from "../tensor/index.js";

const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = { gelu_new: geluTanh, gelu, silu };

describe("activations, as in PyTorch", () => {
  // The error function of the exact GELU has no float64 kernel.
  const cases = fixtureCases("activations").filter(({ config, dtype }) => !(config.activation === "gelu" && dtype === "float64"));

  it.each(cases.map((fixture) => [fixture.name, fixture] as const))("%s", async (_, fixture) => {
    const activation = ACTIVATIONS[fixture.config.activation as string];
    await compareWithFixture({ fixture, dtype: fixture.dtype, trace: ({ input }) => ({ output: activation(input) }) });
  });
});

describe.each(["float64", "float32"] as const)("in %s, as in PyTorch", (dtype) => {
  it.each([["softmax", softmax], ["log_softmax", logSoftmax]] as const)("%s", async (name, apply) => {
    const fixture = fixtureCase("softmax", name);
    await compareWithFixture({ fixture, dtype, trace: ({ input }) => ({ output: apply(input) }) });
  });

  it("cross-entropy counts no ignored target and gives its row no gradient", async () => {
    const fixture = fixtureCase("cross_entropy", "cross-entropy with ignored targets");
    const { data, shape } = fixture.inputs.targets;
    const counted = data.filter((target) => target !== -1).length;
    expect(counted).toBeLessThan(shape[0]);
    await compareWithFixture({ fixture, dtype, trace: ({ logits, targets }) => ({ loss: mul(sum(crossEntropy(logits, targets)), 1 / counted) }) });
  });
});
