// A small model of every family with parameters that all matter, and its loss and gradients for given batches.

import { createModel, createModelConfig, type Architecture, type ModelSizes } from "../models/model_config.js";
import type { LanguageModel } from "../models/language_model.js";
import { batchInputs } from "../models/text_model.js";
import { nameParameters, parameterSpecs, type Parameter } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import type { Program } from "../runtime/program.js";
import { RandomStream } from "../runtime/random.js";
import { grad, input } from "../tensor/index.js";
import { elementCount, type PlainArray } from "../tensor/testing/arrays.js";
import { compile, toHost, toPlain } from "../tensor/testing/evaluate.js";
import { batchFirst } from "./trace_fixture.js";

export const SMALL_SIZES: ModelSizes = {
  vocabularySize: 11,
  contextLength: 8,
  layers: 2,
  heads: 4,
  keyValueHeads: 4,
  width: 16,
  embeddingWidth: 6,
  dropout: 0,
  tieEmbeddings: false,
};

/** What makes each family's code take another way. */
export const FAMILIES: Readonly<Record<string, { readonly architecture: Architecture; readonly sizes?: Partial<ModelSizes> }>> = {
  rnn: { architecture: "rnn" },
  lstm: { architecture: "lstm" },
  gru: { architecture: "gru" },
  gpt2: { architecture: "gpt2", sizes: { tieEmbeddings: true } },
  llama: { architecture: "llama" },
  "llama with grouped queries": { architecture: "llama", sizes: { keyValueHeads: 2 } },
};
export const FAMILY_NAMES: readonly string[] = Object.keys(FAMILIES);
export const RECURRENT_NAMES: readonly string[] = ["rnn", "lstm", "gru"];

export interface SmallModel {
  readonly model: LanguageModel;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly buffers: ParameterBuffers;
}

/** A model with its parameters moved away from where they start, so that no gain is 1 and no bias 0. */
export function smallModel(family: string, sizes: Partial<ModelSizes> = {}, slots: readonly string[] = []): SmallModel {
  const { architecture, sizes: own } = FAMILIES[family];
  const model = createModel(createModelConfig(architecture, { ...SMALL_SIZES, ...own, ...sizes }));
  const parameters = nameParameters(model);
  const buffers = new ParameterBuffers(parameterSpecs(parameters), slots);
  const random = new RandomStream(7, "small model");
  buffers.initialize(random);
  const flat = buffers.flat();
  for (let i = 0; i < flat.length; i++) flat[i] += 0.2 * random.normal();
  return { model, parameters, buffers };
}

/** Whole numbers below the small vocabulary's size, the same for one name. */
export function drawTokens(name: string, rows: number, length: number): number[][] {
  const random = new RandomStream(1, name);
  return Array.from({ length: rows }, () => Array.from({ length }, () => random.integer(SMALL_SIZES.vocabularySize)));
}

export interface SmallBatch {
  readonly tokens: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  /** Zeros unless given. */
  readonly restart?: readonly number[];
  /** Zeros unless given. */
  readonly carried?: Readonly<Record<string, PlainArray>>;
}

export interface LossResult {
  readonly lossSum: number;
  /** (B, T, V) */
  readonly logits: PlainArray;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly carried: Readonly<Record<string, PlainArray>>;
}

/** Programs are kept: most tests run one model on several batches of one size. */
const compiled = new WeakMap<SmallModel, Map<string, Promise<Program>>>();

function lossProgram({ model, parameters }: SmallModel, rows: number, length: number): Promise<Program> {
  const inputs = batchInputs(model, { rows, length });
  const carried = Object.fromEntries(Object.entries(model.carried(rows)).map(([name, shape]) => [name, input(`carried ${name}`, shape)]));
  const context = new TraceContext(false);
  const traced = model.loss(inputs, carried, context);
  const { logits } = model.logits(inputs.tokens, inputs.restart, carried, context);
  const names = [...parameters.keys()];
  const gradients = grad(traced.lossSum, names.map((name) => parameters.get(name)!.tensor));
  return compile({
    lossSum: traced.lossSum,
    logits: batchFirst(logits, rows, length, model.vocabularySize),
    ...Object.fromEntries(names.map((name, i) => [`gradient ${name}`, gradients[i]])),
    ...Object.fromEntries(Object.entries(traced.carried).map(([name, tensor]) => [`after ${name}`, tensor])),
  });
}

/** The loss of a batch, its logits, its gradients for all parameters, and the state after it. */
export async function lossOf(small: SmallModel, batch: SmallBatch): Promise<LossResult> {
  const [rows, length] = [batch.tokens.length, batch.tokens[0].length];
  const programs = compiled.get(small) ?? new Map<string, Promise<Program>>();
  compiled.set(small, programs);
  const size = `${rows} x ${length}`;
  const program = programs.get(size) ?? lossProgram(small, rows, length);
  programs.set(size, program);

  const shapes = small.model.carried(rows) as Readonly<Record<string, readonly number[]>>;
  const zeros = (shape: readonly number[]): PlainArray => ({ shape, data: Array.from({ length: elementCount(shape) }, () => 0) });
  const results = await (await program).run({
    ...small.buffers.feeds(),
    tokens: toHost({ shape: [rows, length], data: batch.tokens.flat() }, "int64"),
    targets: toHost({ shape: [rows, length], data: batch.targets.flat() }, "int64"),
    restart: toHost(batch.restart ? { shape: [rows], data: batch.restart } : zeros([rows]), "float32"),
    ...Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`carried ${name}`, toHost(batch.carried?.[name] ?? zeros(shape), "float32")])),
  });
  const named = (prefix: string, names: Iterable<string>): Record<string, PlainArray> =>
    Object.fromEntries(Array.from(names, (name) => [name, toPlain(results[`${prefix} ${name}`])]));
  return {
    lossSum: Number(results.lossSum.data[0]),
    logits: toPlain(results.logits),
    gradients: Object.fromEntries(Object.entries(named("gradient", small.parameters.keys())).map(([name, { data }]) => [name, data])),
    carried: named("after", Object.keys(shapes)),
  };
}
