// What every family promises whatever is inside: padding, batching, windows, restarts, causality, tied weights.

import { describe, expect, it } from "vitest";
import { TraceContext } from "../nn/trace_context.js";
import { filled } from "../tensor/index.js";
import { expectClose } from "../testing/close.js";
import { drawTokens, FAMILY_NAMES, lossOf, RECURRENT_NAMES, SMALL_SIZES, smallModel, type LossResult } from "../testing/small_models.js";
import { batchInputs } from "./text_model.js";
import type { ModelSizes } from "./model_config.js";

const LENGTH = 6;
const VOCABULARY = SMALL_SIZES.vocabularySize;

/** Fails unless two results agree in loss and in every gradient. */
function expectSameLoss(actual: Pick<LossResult, "lossSum" | "gradients">, expected: Pick<LossResult, "lossSum" | "gradients">): void {
  expectClose([actual.lossSum], [expected.lossSum], "the loss");
  for (const [name, gradient] of Object.entries(expected.gradients)) {
    expect(Math.max(...gradient.map(Math.abs)), `the largest gradient of ${name}`).toBeGreaterThan(0);
    expectClose(actual.gradients[name], gradient, `the gradient of ${name}`);
  }
}

/** Logits of one position. */
const logitsAt = ({ logits: { data, shape } }: LossResult, row: number, position: number): readonly number[] =>
  data.slice((row * shape[1] + position) * VOCABULARY, (row * shape[1] + position + 1) * VOCABULARY);

/** Element by element sum of lists of one length. */
const addUp = (lists: readonly (readonly number[])[]): number[] => lists[0].map((_, i) => lists.reduce((total, list) => total + list[i], 0));

describe.each(FAMILY_NAMES)("%s", (family) => {
  const small = smallModel(family);
  const tokens = drawTokens("tokens", 4, LENGTH);
  const targets = drawTokens("targets", 4, LENGTH).map((row, i) => row.map((target, t) => (t < 3 + i ? target : -1)));

  it("padding on the right changes no loss and no gradient, whatever it is made of", async () => {
    const expected = await lossOf(small, { tokens, targets });
    const padded = (padding: number): Promise<LossResult> =>
      lossOf(small, { tokens: tokens.map((row) => [...row, padding, padding]), targets: targets.map((row) => [...row, -1, -1]) });
    expectSameLoss(await padded(0), expected);
    expectSameLoss(await padded(VOCABULARY - 1), expected);
  });

  it("the loss is the sum over counted targets of the negative log-probability", async () => {
    const result = await lossOf(small, { tokens, targets });
    let expected = 0;
    targets.forEach((row, b) =>
      row.forEach((target, t) => {
        if (target === -1) return;
        const logits = logitsAt(result, b, t);
        expected += Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[target];
      }),
    );
    expectClose([result.lossSum], [expected], "the loss");
  });

  it("a batch of rows is the sum of the rows alone, as many targets as each may have", async () => {
    const together = await lossOf(small, { tokens, targets });
    const alone = await Promise.all(tokens.map((row, i) => lossOf(small, { tokens: [row], targets: [targets[i]] })));
    expectSameLoss(together, {
      lossSum: alone.reduce((total, { lossSum }) => total + lossSum, 0),
      gradients: Object.fromEntries(Object.keys(together.gradients).map((name) => [name, addUp(alone.map(({ gradients }) => gradients[name]))])),
    });
    alone.forEach((result, row) => expectClose(together.logits.data.slice(row * LENGTH * VOCABULARY, (row + 1) * LENGTH * VOCABULARY), result.logits.data, `row ${row}`));
  });

  it("one token of one row is a batch like any other", async () => {
    const whole = await lossOf(small, { tokens, targets });
    const single = await lossOf(small, { tokens: [[tokens[2][0]]], targets: [[targets[2][0]]] });
    expectClose(single.logits.data, logitsAt(whole, 2, 0), "the logits");
    expect(single.lossSum).toBeGreaterThan(0);
  });

  it("a token changes its own logits and later ones, and none before it", async () => {
    const before = await lossOf(small, { tokens, targets });
    for (const changed of [0, 3, LENGTH - 1]) {
      const other = tokens.map((row, b) => row.map((token, t) => (b === 1 && t === changed ? (token + 1) % VOCABULARY : token)));
      const after = await lossOf(small, { tokens: other, targets });
      for (let t = 0; t < LENGTH; t++) {
        for (const row of [0, 1, 2, 3]) {
          if (row !== 1 || t < changed) expect(logitsAt(after, row, t)).toEqual(logitsAt(before, row, t));
          else expect(logitsAt(after, row, t)).not.toEqual(logitsAt(before, row, t));
        }
      }
    }
  });

  it("a tied head is counted once, and its weight gets the gradients of both of its uses", async () => {
    const sizes = { embeddingWidth: SMALL_SIZES.width };
    const tied = smallModel(family, { ...sizes, tieEmbeddings: true });
    const untied = smallModel(family, { ...sizes, tieEmbeddings: false });
    const [head] = [...untied.parameters.keys()].filter((name) => !tied.parameters.has(name));
    const embedding = [...tied.parameters.keys()].find((name) => /wte|embed/.test(name))!;
    expect(untied.buffers.count - tied.buffers.count).toBe(VOCABULARY * SMALL_SIZES.width);
    for (const name of tied.parameters.keys()) untied.buffers.values(name).set(tied.buffers.values(name));
    untied.buffers.values(head).set(tied.buffers.values(embedding));
    const [one, two] = [await lossOf(tied, { tokens, targets }), await lossOf(untied, { tokens, targets })];
    const { [head]: headGradient, ...gradients } = two.gradients;
    expectSameLoss(one, { lossSum: two.lossSum, gradients: { ...gradients, [embedding]: addUp([gradients[embedding], headGradient]) } });
    expect(Math.max(...headGradient.map(Math.abs))).toBeGreaterThan(0);
  });
});

describe.each(RECURRENT_NAMES)("%s", (family) => {
  const small = smallModel(family);
  const tokens = drawTokens("long tokens", 3, 9);
  const targets = drawTokens("long targets", 3, 9);
  const piece = (from: number, to?: number): { tokens: number[][]; targets: number[][] } => ({
    tokens: tokens.map((row) => row.slice(from, to)),
    targets: targets.map((row) => row.slice(from, to)),
  });

  it("window after window with the state handed on is one long window", async () => {
    const whole = await lossOf(small, { tokens, targets });
    const first = await lossOf(small, piece(0, 4));
    const second = await lossOf(small, { ...piece(4, 5), carried: first.carried });
    const third = await lossOf(small, { ...piece(5), carried: second.carried });
    expectClose([first.lossSum + second.lossSum + third.lossSum], [whole.lossSum], "the loss");
    for (const [name, { data }] of Object.entries(whole.carried)) expectClose(third.carried[name].data, data, name);
    for (let t = 5; t < 9; t++) expectClose(logitsAt(third, 1, t - 5), logitsAt(whole, 1, t), `logits at ${t}`);
  });

  it("a restarted row forgets its state, and the rows beside it do not", async () => {
    const { carried } = await lossOf(small, piece(0, 4));
    const kept = await lossOf(small, { ...piece(4), carried });
    const fresh = await lossOf(small, piece(4));
    const mixed = await lossOf(small, { ...piece(4), carried, restart: [0, 1, 0] });
    for (const row of [0, 1, 2]) {
      const expected = row === 1 ? fresh : kept;
      expectClose(logitsAt(mixed, row, 0), logitsAt(expected, row, 0), `row ${row}`);
      expect(logitsAt(kept, row, 0)).not.toEqual(logitsAt(fresh, row, 0));
    }
  });

  it("one-hot input is an embedding of the transposed weight", async () => {
    const oneHot = smallModel(family, { embeddingWidth: 0 });
    const [gates] = oneHot.parameters.get("rnn.weight_ih_l0")!.shape;
    const embedded = smallModel(family, { embeddingWidth: gates });
    const transposed = (data: ArrayLike<number>): Float32Array =>
      Float32Array.from({ length: data.length }, (_, i) => data[(i % gates) * VOCABULARY + Math.floor(i / gates)]);
    for (const name of oneHot.parameters.keys()) if (name !== "rnn.weight_ih_l0") embedded.buffers.values(name).set(oneHot.buffers.values(name));
    embedded.buffers.values("embedding.weight").set(transposed(oneHot.buffers.values("rnn.weight_ih_l0")));
    embedded.buffers.values("rnn.weight_ih_l0").set(Float32Array.from({ length: gates * gates }, (_, i) => (i % (gates + 1) === 0 ? 1 : 0)));

    const [actual, expected] = [await lossOf(oneHot, piece(0, 5)), await lossOf(embedded, piece(0, 5))];
    const { "rnn.weight_ih_l0": gradient, ...others } = actual.gradients;
    expectSameLoss({ lossSum: actual.lossSum, gradients: others }, { lossSum: expected.lossSum, gradients: Object.fromEntries(Object.keys(others).map((name) => [name, expected.gradients[name]])) });
    expectClose(transposed(gradient), expected.gradients["embedding.weight"], "the gradient of the input's weight");
  });
});

describe("dropout", () => {
  const ROWS = 2;
  const STEPS = 3;
  const { width, heads, embeddingWidth } = SMALL_SIZES;
  const stream = ROWS * STEPS * width;

  /** How many elements each place of dropout takes, in the order of the graph. */
  function sites(family: string, sizes: Partial<ModelSizes> = {}): readonly number[] {
    const { model } = smallModel(family, { dropout: 0.1, ...sizes });
    const carried = Object.fromEntries(Object.entries(model.carried(ROWS)).map(([name, shape]) => [name, filled(0, shape)]));
    const context = new TraceContext(true);
    model.loss(batchInputs(model, { rows: ROWS, length: STEPS }), carried, context);
    const [pool, ...others] = context.maskPools();
    expect([pool.rate, others]).toEqual([0.1, []]);
    return pool.sites;
  }

  it("of a Transformer is on the embedding and, in each layer, on the attention's weights and on what both parts add", () => {
    const layer = [ROWS * heads * STEPS * STEPS, stream, stream];
    for (const family of FAMILY_NAMES.filter((name) => !RECURRENT_NAMES.includes(name))) expect(sites(family)).toEqual([stream, ...layer, ...layer]);
  });

  it("of a recurrent model is on the embedding, between the layers and before the output", () => {
    for (const family of RECURRENT_NAMES) {
      expect(sites(family, { layers: 3 })).toEqual([ROWS * STEPS * embeddingWidth, stream, stream, stream]);
      expect(sites(family, { layers: 1, embeddingWidth: 0 })).toEqual([stream]);
    }
  });
});

describe("Transformers", () => {
  it("refuse a window longer than their context", () => {
    for (const family of FAMILY_NAMES.filter((name) => !RECURRENT_NAMES.includes(name))) {
      const { model } = smallModel(family);
      const trace = () => model.loss(batchInputs(model, { rows: 1, length: 9 }), {}, new TraceContext(false));
      expect(trace).toThrow("A window of 9 tokens does not fit the model's context of 8");
    }
  });

  it("carry nothing from batch to batch", () => {
    for (const family of FAMILY_NAMES.filter((name) => !RECURRENT_NAMES.includes(name))) expect(smallModel(family).model.carried(3)).toEqual({});
  });
});
