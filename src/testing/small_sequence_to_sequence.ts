// A small encoder–decoder of every kind with parameters that all matter, and what its graphs compute for given batches.

import { RecurrentSequenceToSequence } from "../models/recurrent_sequence_to_sequence.js";
import type { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import { batchInputs } from "../models/text_model.js";
import { TransformerSequenceToSequence } from "../models/transformer_sequence_to_sequence.js";
import { SOURCE_LENGTH } from "../nn/decoder_graph.js";
import { nameParameters, parameterSpecs, type Parameter } from "../nn/module.js";
import { SCORES } from "../nn/source_attention.js";
import { TraceContext } from "../nn/trace_context.js";
import type { HostTensor } from "../runtime/backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import type { Program } from "../runtime/program.js";
import { RandomStream } from "../runtime/random.js";
import { concat, grad, input, mul, type Tensor } from "../tensor/index.js";
import { elementCount, type PlainArray } from "../tensor/testing/arrays.js";
import { compile, toHost, toPlain } from "../tensor/testing/evaluate.js";
import type { FixtureCase } from "./fixtures.js";
import { batchFirst } from "./trace_fixture.js";

export const SOURCE_VOCABULARY = 9;
export const TARGET_VOCABULARY = 11;
export const CONTEXT_LENGTH = 8;

const SIZES = { sourceVocabularySize: SOURCE_VOCABULARY, vocabularySize: TARGET_VOCABULARY, contextLength: CONTEXT_LENGTH, labelSmoothing: 0.1, dropout: 0 };
const JOINT = { jointEmbeddings: true, sourceVocabularySize: TARGET_VOCABULARY };
const TRANSFORMER = { ...SIZES, encoderLayers: 2, decoderLayers: 2, heads: 4, width: 16, feedForwardWidth: 24, jointEmbeddings: false, tieEmbeddings: false, epsilon: 1e-5 };
const RECURRENT = { ...SIZES, layers: 2, width: 8, embeddingWidth: 6, jointEmbeddings: false };

/** Every way that the code of an encoder–decoder can take. */
export const SEQUENCE_TO_SEQUENCE: Readonly<Record<string, () => SequenceToSequenceModel>> = {
  "transformer, norms first": () => new TransformerSequenceToSequence({ ...TRANSFORMER, normFirst: true }),
  "transformer, norms after, one embedding": () => new TransformerSequenceToSequence({ ...TRANSFORMER, ...JOINT, normFirst: false, tieEmbeddings: true }),
  "transformer of unlike depths": () => new TransformerSequenceToSequence({ ...TRANSFORMER, encoderLayers: 3, decoderLayers: 1, normFirst: true }),
  ...Object.fromEntries(
    (["lstm", "gru"] as const).flatMap((cell) => [
      [`${cell}, no attention`, () => new RecurrentSequenceToSequence({ ...RECURRENT, cell, attention: "none", inputFeeding: true })],
      ...SCORES.flatMap((attention) => [
        [`${cell}, ${attention}`, () => new RecurrentSequenceToSequence({ ...RECURRENT, cell, attention, inputFeeding: false })],
        [`${cell}, ${attention}, input feeding`, () => new RecurrentSequenceToSequence({ ...RECURRENT, cell, attention, inputFeeding: true })],
      ]),
    ]),
  ),
  rnn: () => new RecurrentSequenceToSequence({ ...RECURRENT, cell: "rnn", attention: "additive", inputFeeding: true }),
  "gru of one layer, one embedding": () => new RecurrentSequenceToSequence({ ...RECURRENT, ...JOINT, cell: "gru", attention: "general", inputFeeding: true, layers: 1 }),
};

export interface SmallSequenceToSequence {
  readonly model: SequenceToSequenceModel;
  readonly buffers: ParameterBuffers;
  /** The same model in doubles, in which what must be equal is so to many digits. */
  readonly exact: { readonly model: SequenceToSequenceModel; readonly parameters: ReadonlyMap<string, Parameter> };
}

/** A model with its parameters moved away from where they start, so that no gain is 1 and no bias 0. */
export function smallSequenceToSequence(name: string): SmallSequenceToSequence {
  const [model, exact] = [SEQUENCE_TO_SEQUENCE[name](), SEQUENCE_TO_SEQUENCE[name]()];
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)), []);
  const random = new RandomStream(7, "small model");
  buffers.initialize(random);
  const flat = buffers.flat();
  for (let i = 0; i < flat.length; i++) flat[i] += 0.3 * random.normal();
  return { model, buffers, exact: { model: exact, parameters: nameParameters(exact, "float64") } };
}

type Table = readonly (readonly number[])[];

/** Rows of equal lengths; sources end in 0s, targets in −1s. */
export interface PairBatch {
  readonly sources: Table;
  readonly tokens: Table;
  readonly targets: Table;
}

/** Whole numbers from 1 up to, not including, the smaller vocabulary's size, the same for one name. */
export function drawIds(name: string, rows: number, length: number): number[][] {
  const random = new RandomStream(1, name);
  return Array.from({ length: rows }, () => Array.from({ length }, () => 1 + random.integer(SOURCE_VOCABULARY - 1)));
}

const table = (rows: Table): HostTensor => toHost({ shape: [rows.length, rows[0].length], data: rows.flat() }, "int64");

export interface PairResult {
  readonly lossSum: number;
  /** (B, T, V) */
  readonly logits: PlainArray;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Weights (B, heads, queries, S) by name. */
  readonly attention: Readonly<Record<string, PlainArray>>;
}

function lossProgram({ model, parameters }: SmallSequenceToSequence["exact"], rows: number, sourceLength: number, targetLength: number): Promise<Program> {
  const batch = batchInputs(model, { rows, sourceLength, targetLength }, "float64");
  const context = new TraceContext(false);
  const { lossSum } = model.loss(batch, {}, context);
  const names = [...parameters.keys()];
  const gradients = grad(lossSum, names.map((name) => parameters.get(name)!.tensor));
  return compile({
    lossSum,
    logits: batchFirst(model.logits(batch.sources, batch.tokens, context), rows, targetLength, model.vocabularySize),
    ...Object.fromEntries(names.map((name, i) => [`gradient ${name}`, gradients[i]])),
    ...Object.fromEntries(model.attention(batch.sources, batch.tokens).map(({ name, weights }) => [`attention ${name}`, weights])),
  });
}

/** Programs are kept: most tests run one model on several batches of one size. */
const compiled = new WeakMap<SmallSequenceToSequence, Map<string, Promise<Program>>>();

/** The loss of a batch, its logits, its gradients for all parameters, and its attention, computed in doubles. */
export async function pairLossOf(small: SmallSequenceToSequence, { sources, tokens, targets }: PairBatch): Promise<PairResult> {
  const [rows, sourceLength, targetLength] = [sources.length, sources[0].length, tokens[0].length];
  const programs = compiled.get(small) ?? new Map<string, Promise<Program>>();
  compiled.set(small, programs);
  const size = `${rows} x ${sourceLength}, ${targetLength}`;
  const program = programs.get(size) ?? lossProgram(small.exact, rows, sourceLength, targetLength);
  programs.set(size, program);
  const parameters = Array.from(small.exact.parameters, ([name, { shape }]) => [name, toHost({ shape, data: Array.from(small.buffers.values(name)) }, "float64")] as const);
  const results = await (await program).run({ ...Object.fromEntries(parameters), sources: table(sources), tokens: table(tokens), targets: table(targets) });
  const named = (prefix: string): [string, PlainArray][] =>
    Object.entries(results).flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), toPlain(value)] as [string, PlainArray]] : []));
  return {
    lossSum: Number(results.lossSum.data[0]),
    logits: toPlain(results.logits),
    gradients: Object.fromEntries(named("gradient ").map(([name, { data }]) => [name, data])),
    attention: Object.fromEntries(named("attention ")),
  };
}

/** Logits (T, B, V) of texts (B, T) that are fed to the model's decoder graph token by token, each after its source. */
export async function decodedLogits({ model, buffers }: SmallSequenceToSequence, sources: Table, tokens: Table): Promise<number[][]> {
  const graph = model.decoder();
  const rows = sources.length;
  const state = Object.fromEntries(
    Object.entries(graph.state).map(([name, part]) => {
      const shape = part.shape.map((size, axis) => (part.kind === "appended" && axis === part.axis ? "past" : size));
      return [name, input(`state.${name}`, ["rows", ...shape])];
    }),
  );
  const [, seen] = concat([input("past", [1, "past"]), input("one", [1, 1])], 1).shape;
  const step = graph.step({ tokens: input("tokens", ["rows", 1], "int64"), positions: input("positions", [1], "int64"), mask: input("mask", [1, seen]), state });
  const programs = { encode: await compile(graph.encode!(input("sources", ["rows", SOURCE_LENGTH], "int64"))), step: await compile({ logits: step.logits, ...step.state }) };

  const empty = Object.entries(graph.state).flatMap(([name, part]) => {
    if (part.kind !== "appended") return [];
    const shape = [rows, ...part.shape.map((size, axis) => (axis === part.axis ? 0 : size))];
    return [[name, { shape, data: [] as number[] }] as const];
  });
  let values: Record<string, PlainArray> = Object.fromEntries(empty);
  for (const [name, value] of Object.entries(await programs.encode.run({ ...buffers.feeds(), sources: table(sources) }))) values[name] = toPlain(value);
  const logits: number[][] = [];
  for (let t = 0; t < tokens[0].length; t++) {
    const parts = Object.fromEntries(Object.entries(values).map(([name, value]) => [`state.${name}`, toHost(value, "float32")]));
    const results = await programs.step.run({
      ...buffers.feeds(),
      ...parts,
      tokens: table(tokens.map((row) => [row[t]])),
      positions: toHost({ shape: [1], data: [t] }, "int64"),
      mask: toHost({ shape: [1, t + 1], data: new Array<number>(t + 1).fill(0) }, "float32"),
    });
    logits.push(toPlain(results.logits).data as number[]);
    for (const [name, part] of Object.entries(graph.state)) {
      if (part.kind === "replaced") values = { ...values, [name]: toPlain(results[name]) };
      if (part.kind === "appended") values = { ...values, [name]: appended(values[name], toPlain(results[name]), part.axis + 1) };
    }
  }
  await programs.encode.release();
  await programs.step.release();
  return logits;
}

/** Two arrays joined along an axis. */
function appended(before: PlainArray, added: PlainArray, axis: number): PlainArray {
  const [left, right] = [before, added].map(({ shape }) => elementCount(shape.slice(axis)));
  const outer = elementCount(before.shape.slice(0, axis));
  const data = Array.from({ length: outer }, (_, i) => [...before.data.slice(i * left, (i + 1) * left), ...added.data.slice(i * right, (i + 1) * right)]).flat();
  return { shape: before.shape.map((size, i) => (i === axis ? size + added.shape[axis] : size)), data };
}

/** For `compareWithFixture`: a model whose case has `sources`, `tokens` and `targets`, its loss in training and its cross-entropy. */
export function tracePairFixture(model: SequenceToSequenceModel, fixture: FixtureCase): (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor> {
  return (batch) => {
    const [rows, length] = fixture.inputs.tokens.shape;
    const counted = fixture.inputs.targets.data.filter((target) => target !== -1).length;
    const mean = (training: boolean): Tensor => mul(model.loss(batch, {}, new TraceContext(training)).lossSum, 1 / counted);
    const logits = model.logits(batch.sources, batch.tokens, new TraceContext(false));
    return { logits: batchFirst(logits, rows, length, model.vocabularySize), loss: mean(true), crossEntropy: mean(false) };
  };
}
