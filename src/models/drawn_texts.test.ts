// Texts drawn inside a graph, and continued from every beginning, token for token what the training graph's softmax says.

import { describe, expect, it } from "vitest";
import type { DecoderGraph } from "../nn/decoder_graph.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor } from "../runtime/backend.js";
import { RandomStream } from "../runtime/random.js";
import { add, concat, constant, div, filled, grad, input, mul, reshape, slice, softmax, sum, transpose, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { lossOf, SMALL_SIZES, smallModel, type SmallModel } from "../testing/small_models.js";
import { drawTexts, drawTextsUniforms, relaxedTexts, rollOut, rollOutUniforms, type TextDrawing } from "./drawn_texts.js";
import { freshState } from "./policy_gradient.js";

const [PAD, START, END] = [0, 1, 2];
const LENGTH = 6;
const ROWS = 12;
const VOCABULARY = SMALL_SIZES.vocabularySize;
/** How far rounding may move the borders of a token's share. */
const ROUNDING = 2e-5;
const FAMILIES = ["lstm", "gpt2", "llama", "llama with grouped queries"];

type Texts = readonly (readonly number[])[];

const drawingOf = ({ model }: SmallModel, changes: Partial<TextDrawing> = {}): TextDrawing => ({ decoder: model.decoder(), length: LENGTH, padId: PAD, endId: END, excluded: [PAD, START], ...changes });
const uniformNumbers = (name: string, count: number): Float32Array => {
  const random = new RandomStream(5, name);
  return Float32Array.from({ length: count }, () => (random.nextUint32() >>> 8) / 2 ** 24);
};
const ids = (texts: Texts): ReturnType<typeof toHost> => toHost({ shape: [texts.length, texts[0].length], data: texts.flat() }, "int64");
const startOf = (rows: number): readonly number[] => Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 7 : START)); // texts may begin with other tokens too
const starts = (rows: number): ReturnType<typeof toHost> => toHost({ shape: [rows], data: startOf(rows) }, "int64");
const rowsOf = (data: readonly number[], length = LENGTH): number[][] => Array.from({ length: data.length / length }, (_, row) => data.slice(row * length, (row + 1) * length));

/** The training graph's logits: of text n for its token t. */
async function logitsOf(small: SmallModel, start: readonly number[], texts: Texts): Promise<(text: number, position: number) => readonly number[]> {
  const tokens = texts.map((text, row) => [start[row], ...text.slice(0, -1)]);
  const { logits } = await lossOf(small, { tokens, targets: texts });
  return (text, position) => logits.data.slice((text * LENGTH + position) * VOCABULARY, (text * LENGTH + position + 1) * VOCABULARY);
}

/** Shares of the tokens that may be drawn. */
function sharesOf(logits: readonly number[], { excluded, temperature = 1 }: TextDrawing): number[] {
  const weights = logits.map((logit, token) => (excluded.includes(token) ? 0 : Math.exp(logit / temperature)));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / total);
}

const isOver = (text: readonly number[], position: number, { endId, padId }: TextDrawing): boolean => endId !== null && position > 0 && [endId, padId].includes(text[position - 1]);

/** Fails unless the token is the one in whose share the number lies; behind an end, unless it is padding. */
function expectDrawn(text: readonly number[], position: number, logits: readonly number[], uniform: number, drawing: TextDrawing, what: string): void {
  const token = text[position];
  if (isOver(text, position, drawing)) {
    expect(token, what).toBe(drawing.padId);
    return;
  }
  const shares = sharesOf(logits, drawing);
  const below = shares.slice(0, token).reduce((all, share) => all + share, 0);
  expect(shares[token], what).toBeGreaterThan(0);
  expect(below, what).toBeLessThanOrEqual(uniform + ROUNDING);
  expect(below + shares[token], what).toBeGreaterThanOrEqual(uniform - ROUNDING);
}

async function draw(small: SmallModel, drawing: TextDrawing, uniforms: Float32Array, rows = ROWS): Promise<number[][]> {
  const texts = drawTexts(drawing, input("start", [rows], "int64"), input("uniforms", [uniforms.length]));
  const results = await evaluate({ texts }, { ...small.buffers.feeds(), start: starts(rows), uniforms: hostTensor(uniforms, [uniforms.length]) });
  expect(results.texts.shape).toEqual([rows, drawing.length]);
  return rowsOf(results.texts.data, drawing.length);
}

/** How drawing may be asked for. */
const WAYS: readonly [name: string, changes: Partial<TextDrawing>][] = [
  ["with an end and excluded tokens", {}],
  ["without an end", { endId: null, excluded: [] }],
  ["at a lower temperature", { temperature: 0.6 }],
  ["at a higher temperature, its end being its padding", { temperature: 1.5, padId: END, excluded: [START] }],
];

describe.each(FAMILIES)("%s", (family) => {
  const small = smallModel(family);

  describe.each(WAYS)("%s", (_, changes) => {
    const drawing = drawingOf(small, changes);
    const uniforms = uniformNumbers("texts", drawTextsUniforms(ROWS, LENGTH));

    it("draws the token in whose share of the model's softmax the number lies, and padding behind an end", async () => {
      const texts = await draw(small, drawing, uniforms);
      const logits = await logitsOf(small, startOf(ROWS), texts);
      texts.forEach((text, row) => {
        text.forEach((_token, position) => expectDrawn(text, position, logits(row, position), uniforms[position * ROWS + row], drawing, `token ${position} of text ${row}`));
      });
      const ended = texts.filter((text) => text.slice(0, -1).includes(END)).length;
      expect(drawing.endId === null ? 1 : ended).toBeGreaterThan(0);
    });

    it("goes on from every beginning by the same rule, and leaves alone what was given and what had ended", async () => {
      const given = await draw(small, drawing, uniforms);
      const numbers = uniformNumbers("roll-outs", rollOutUniforms(ROWS, LENGTH));
      const continued = rollOut(drawing, input("start", [ROWS], "int64"), input("texts", [ROWS, LENGTH], "int64"), input("uniforms", [numbers.length]));
      const feeds = { ...small.buffers.feeds(), start: starts(ROWS), texts: ids(given), uniforms: hostTensor(numbers, [numbers.length]) };
      const texts = rowsOf((await evaluate({ continued }, feeds)).continued.data);
      expect(texts).toHaveLength(ROWS * (LENGTH - 1));
      const logits = await logitsOf(small, texts.map((_text, at) => startOf(ROWS)[at % ROWS]), texts);
      let used = 0;
      for (let position = 1; position < LENGTH; position++) {
        for (let at = 0; at < ROWS * position; at++) {
          // Text `at` goes on from as many tokens of a given one as whole batches stand before it, and one.
          expectDrawn(texts[at], position, logits(at, position), numbers[used + at], drawing, `token ${position} of continuation ${at}`);
        }
        used += ROWS * position;
      }
      expect(used).toBe(numbers.length);
      texts.forEach((text, at) => {
        const kept = Math.floor(at / ROWS) + 1;
        expect(text.slice(0, kept), `what continuation ${at} began with`).toEqual(given[at % ROWS].slice(0, kept));
      });
      // They are not all what was given: the numbers are others.
      expect(texts.filter((text, at) => text.join() !== given[at % ROWS].join()).length).toBeGreaterThan(ROWS);
    });
  });

  it("relaxes what the same noise draws: tokens, distributions and their surprisal are the model's", async () => {
    const drawing = drawingOf(small);
    const temperature = 0.7;
    const random = new RandomStream(9, "Gumbel noise");
    const noise = Array.from({ length: LENGTH }, () => Array.from({ length: ROWS * VOCABULARY }, () => Math.fround(-Math.log(-Math.log(random.uniform())))));
    const relaxed = relaxedTexts(drawing, input("start", [ROWS], "int64"), (position) => constant(noise[position], [ROWS, VOCABULARY]), constant(temperature));
    const { tokens, distributions, nats } = await evaluate<keyof typeof relaxed>({ ...relaxed }, { ...small.buffers.feeds(), start: starts(ROWS) });
    expect([tokens.shape, distributions.shape, nats.shape]).toEqual([[ROWS, LENGTH], [ROWS, LENGTH, VOCABULARY], [ROWS]]);
    const texts = rowsOf(tokens.data);
    const logits = await logitsOf(small, startOf(ROWS), texts);
    const expectedNats = texts.map((text, row) => {
      let surprisal = 0;
      text.forEach((token, position) => {
        const own = logits(row, position);
        const perturbed = own.map((logit, i) => (drawing.excluded.includes(i) ? -Infinity : logit + noise[position][row * VOCABULARY + i]));
        const distribution = sharesOf(perturbed.map((value) => (value === -Infinity ? -1e9 : value)), { ...drawing, temperature });
        const at = (row * LENGTH + position) * VOCABULARY;
        expectClose(distributions.data.slice(at, at + VOCABULARY), distribution, `the distribution of token ${position} of text ${row}`, 1e-4);
        if (isOver(text, position, drawing)) expect(token).toBe(PAD);
        else {
          expect(token, `token ${position} of text ${row}`).toBe(perturbed.indexOf(Math.max(...perturbed)));
          surprisal -= Math.log(sharesOf(own, drawing)[token]);
        }
      });
      return surprisal;
    });
    expectClose(nats.data, expectedNats, "the surprisal");
    expect(texts.filter((text) => text.slice(0, -1).includes(END)).length).toBeGreaterThan(0);
  });

  it("sends through what it relaxes the gradients that the training graph has for the same tokens", async () => {
    const drawing = drawingOf(small);
    const { model, parameters, buffers } = small;
    const random = new RandomStream(8, "noise and weights");
    const table = (name: string): Tensor => input(name, [LENGTH * ROWS, VOCABULARY]);
    const start = input("start", [ROWS], "int64");
    const temperature = constant(0.7);
    const { tokens, distributions } = relaxedTexts(drawing, start, (position) => slice(table("noise"), 0, position * ROWS, (position + 1) * ROWS), temperature);
    const before = concat([reshape(start, [ROWS, 1]), slice(tokens, 1, 0, LENGTH - 1)], 1);
    const { logits } = model.logits(before, filled(0, [ROWS]), freshState(model, ROWS), new TraceContext(false));
    const excluded = constant(Array.from({ length: VOCABULARY }, (_, token) => (drawing.excluded.includes(token) ? -1e9 : 0)), [1, VOCABULARY]);
    const trained = softmax(div(add(add(logits, excluded), table("noise")), temperature)); // time first
    const scalars = [sum(mul(reshape(transpose(distributions, [1, 0, 2]), [LENGTH * ROWS, VOCABULARY]), table("weights"))), sum(mul(trained, table("weights")))];
    const names = [...parameters.keys()];
    const gradients = scalars.map((scalar) => grad(scalar, names.map((name) => parameters.get(name)!.tensor)));
    const outputs = Object.fromEntries(names.flatMap((name, i) => [[`relaxed ${name}`, gradients[0][i]], [`trained ${name}`, gradients[1][i]]]));
    const host = (draw: () => number): ReturnType<typeof toHost> => toHost({ shape: [LENGTH * ROWS, VOCABULARY], data: Array.from({ length: LENGTH * ROWS * VOCABULARY }, draw) }, "float32");
    const results = await evaluate<string>(outputs, { ...buffers.feeds(), start: starts(ROWS), noise: host(() => -Math.log(-Math.log(random.uniform()))), weights: host(() => random.normal()) });
    for (const name of names) {
      const expected = results[`trained ${name}`].data;
      expect(Math.max(...expected.map(Math.abs)), `the largest gradient of ${name}`).toBeGreaterThan(1e-4);
      expectClose(results[`relaxed ${name}`].data, expected, `the gradient of ${name}`);
    }
  });

  it("draws one text as it draws it beside others", async () => {
    const drawing = drawingOf(small);
    const uniforms = uniformNumbers("texts", drawTextsUniforms(ROWS, LENGTH));
    const together = await draw(small, drawing, uniforms);
    const first = uniforms.filter((_, i) => i % ROWS === 0);
    expect(await draw(small, drawing, first, 1)).toEqual([together[0]]);
  });

  it("draws texts of one token", async () => {
    const drawing = drawingOf(small, { length: 1 });
    const uniforms = uniformNumbers("texts", drawTextsUniforms(ROWS, 1));
    const longer = await draw(small, drawingOf(small), uniformNumbers("texts", drawTextsUniforms(ROWS, LENGTH)));
    expect(await draw(small, drawing, uniforms)).toEqual(longer.map(([token]) => [token]));
  });
});

it("refuses a decoder that reads a source", () => {
  const { model } = smallModel("gru");
  const decoder: DecoderGraph = { ...model.decoder(), state: { memory: { kind: "context", shape: [4] } }, step: ({ tokens }) => ({ logits: concat([tokens], 0), state: {} }) };
  const drawing: TextDrawing = { decoder, length: 2, padId: PAD, endId: END, excluded: [] };
  expect(() => drawTexts(drawing, input("start", [2], "int64"), input("uniforms", [4]))).toThrow("reads no source");
});
