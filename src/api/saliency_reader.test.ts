// Saliency is what its definitions say: gradients that agree with training's, integrals that are complete.

import { describe, expect, it } from "vitest";
import { hostTensor } from "../runtime/backend.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { drawTokens, FAMILY_NAMES, lossOf, RECURRENT_NAMES, smallModel, type SmallModel } from "../testing/small_models.js";
import { SaliencyReader } from "./saliency_reader.js";
import { carriedInput, TextReader } from "./text_reader.js";

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** ln p of a token after some others, as the loss has it. */
async function logProbability(small: SmallModel, tokens: readonly number[], position: number, target: number): Promise<number> {
  const { lossSum } = await lossOf(small, { tokens: [tokens], targets: [tokens.map((_, i) => (i === position ? target : -1))] });
  return -lossSum;
}

describe.each(FAMILY_NAMES)("saliency of %s", (family) => {
  const [tokens] = drawTokens(`${family}, saliency`, 1, 7);
  const explained = [1, 3, 6].map((position) => ({ position, target: (position * 5) % 11 }));

  it.each([1, 3])("is complete to 1 percent with weights %d times as large", async (factor) => {
    const small = smallModel(family);
    const flat = small.buffers.flat();
    for (let i = 0; i < flat.length; i++) flat[i] *= factor;
    const reader = new SaliencyReader(small.model, small.buffers, TEST_SESSION);
    const found = await reader.attribute(tokens, explained);
    for (const [i, one] of found.entries()) {
      const difference = one.logProbability - one.baseline;
      expect(Math.abs(sum(one.integratedGradients) - difference)).toBeLessThanOrEqual(0.01 * Math.abs(difference));
      expect(one.integratedGradients).toHaveLength(explained[i].position + 1);
      expect(one.logProbability).toBeCloseTo(await logProbability(small, tokens, explained[i].position, explained[i].target), 3);
    }
    await reader.release();
  });

  it("of gradient × input is the embedding's gradient times the embedding", async () => {
    const small = smallModel(family, { tieEmbeddings: false });
    const reader = new SaliencyReader(small.model, small.buffers, TEST_SESSION);
    const [one] = await reader.attribute([4, 9, 2, 7], [{ position: 3, target: 5 }]);
    await reader.release();
    const { gradients } = await lossOf(small, { tokens: [[4, 9, 2, 7]], targets: [[-1, -1, -1, 5]] });
    const name = Object.keys(gradients).find((key) => /wte|embed_tokens|^embedding/.test(key))!;
    const weights = small.buffers.values(name);
    const width = weights.length / 11;
    [4, 9, 2, 7].forEach((token, i) => {
      const product = -sum(Array.from({ length: width }, (_, k) => weights[token * width + k] * gradients[name][token * width + k]));
      expect(one.gradientInput[i]).toBeCloseTo(product, 4);
    });
  });

  it.runIf(RECURRENT_NAMES.includes(family))("of a later part of a text begins with the state before it", async () => {
    const small = smallModel(family);
    const texts = new TextReader(small.model, small.buffers, TEST_SESSION);
    const { states } = await texts.read(tokens, () => undefined);
    await texts.release();
    const state = Object.fromEntries(states.map(({ name, width, values }) => [carriedInput(name), hostTensor(values.slice(3 * width, 4 * width), [1, width])]));
    const reader = new SaliencyReader(small.model, small.buffers, TEST_SESSION);
    const [[whole], [part]] = [await reader.attribute(tokens, [{ position: 6, target: 2 }]), await reader.attribute(tokens.slice(4), [{ position: 2, target: 2 }], undefined, state)];
    await reader.release();
    expect(part.logProbability).toBeCloseTo(whole.logProbability, 5);
    part.gradientInput.forEach((value, i) => expect(value).toBeCloseTo(whole.gradientInput[4 + i], 5));
    expect(part.baseline).not.toBeCloseTo(whole.baseline, 5);
  });
});

it("reads one-hot vectors where a model has no embedding", async () => {
  const small = smallModel("lstm", { embeddingWidth: 0 });
  const reader = new SaliencyReader(small.model, small.buffers, TEST_SESSION);
  const [one] = await reader.attribute([1, 2, 3], [{ position: 2, target: 4 }]);
  await reader.release();
  expect(Math.abs(sum(one.integratedGradients) - (one.logProbability - one.baseline))).toBeLessThanOrEqual(0.01 * Math.abs(one.logProbability - one.baseline));
});

it("can be interrupted", async () => {
  const small = smallModel("rnn");
  const reader = new SaliencyReader(small.model, small.buffers, TEST_SESSION);
  await expect(reader.attribute([1, 2], [{ position: 1, target: 3 }], AbortSignal.abort())).rejects.toThrow("The explanation was interrupted before it was complete.");
  await reader.release();
});
