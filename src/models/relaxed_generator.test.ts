// What the relaxed generator shows beside its loss, which policy_gradient.test.ts holds to PyTorch: how many tokens were written.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { coefficientInput, maskInputs, TraceContext } from "../nn/trace_context.js";
import { hostTensor } from "../runtime/backend.js";
import { MaskFeeds, maskPools } from "../runtime/mask_feeds.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { input } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { SMALL_SIZES, smallModel } from "../testing/small_models.js";
import { ConvolutionalDiscriminator } from "./convolutional_discriminator.js";
import { DiscriminatorTraining } from "./discriminator_training.js";
import { RELAXATION_TEMPERATURE, RelaxedGenerator } from "./relaxed_generator.js";

const [ROWS, LENGTH] = [40, 5];

/** How many tokens a step of such texts says were written, and their surprisal. */
async function written(padId: number, endId: number | null): Promise<{ samples: number; entropy: number }> {
  const { model: generator, buffers } = smallModel("lstm", { layers: 1, width: 8 });
  const discriminator = new ConvolutionalDiscriminator({ vocabularySize: SMALL_SIZES.vocabularySize, embeddingWidth: 3, labelCount: 0, dropout: 0, spectralNorm: false, windows: [2], filters: [3] });
  const judged = new ParameterBuffers(parameterSpecs(nameParameters(new DiscriminatorTraining(discriminator, { objective: "standard", endId, penalty: null }))));
  judged.initialize(new RandomStream(1, "initialisation"));
  const model = new RelaxedGenerator({ generator, discriminator, drawing: { decoder: generator.decoder(), length: LENGTH, padId, endId, excluded: [] }, objective: "standard" });
  const context = new TraceContext(true);
  const { measures } = model.loss({ start: input("start", [ROWS], "int64"), real: input("real", [ROWS, LENGTH], "int64") }, {}, context);
  const wanted = context.maskPools().map(({ rate, sites }) => ({ rate, sites, ...maskInputs(rate) }));
  const { samples, entropy } = await evaluate(
    { samples: measures!.samples, entropy: measures!.sums.entropy },
    {
      ...judged.feeds(),
      ...buffers.feeds(),
      ...new MaskFeeds(maskPools(1, wanted), wanted).draw(new RandomStream(1, "offsets")),
      start: toHost({ shape: [ROWS], data: new Array<number>(ROWS).fill(1) }, "int64"),
      real: toHost({ shape: [ROWS, LENGTH], data: new Array<number>(ROWS * LENGTH).fill(4) }, "int64"),
      [coefficientInput(RELAXATION_TEMPERATURE)]: hostTensor(Float32Array.of(0.5), []),
    },
  );
  return { samples: samples.data[0], entropy: entropy.data[0] };
}

describe("the tokens that a relaxed generator has written", () => {
  it("are all of texts without an end, whatever number padding would have", async () => {
    expect((await written(0, null)).samples).toBe(ROWS * LENGTH);
  });

  it("have the end among them, also where it is what texts are padded with", async () => {
    const [apart, same] = [await written(0, 2), await written(2, 2)];
    expect(apart.samples).toBeLessThan(ROWS * LENGTH);
    expect(apart.samples).toBeGreaterThan(ROWS);
    expect(same.samples).toBeGreaterThanOrEqual(ROWS);
    expect(same.entropy / same.samples).toBeLessThan(2 * Math.log(SMALL_SIZES.vocabularySize));
  });
});
