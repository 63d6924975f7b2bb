// Two tiny models that read a source, traced, with the same computation in plain numbers beside each.

import { attend, MASKED_SCORE } from "../../nn/attention.js";
import { SOURCE_LENGTH, type DecoderGraph } from "../../nn/decoder_graph.js";
import { normal } from "../../nn/initializer.js";
import { Module, nameParameters, Parameter, parameterSpecs } from "../../nn/module.js";
import { TraceContext } from "../../nn/trace_context.js";
import { ParameterBuffers } from "../../runtime/parameters.js";
import { RandomStream } from "../../runtime/random.js";
import { add, cast, concat, constant, div, equal, gather, last, matmul, mul, not, reshape, sub, sum, tanh, type Tensor } from "../../tensor/index.js";

export const SOURCE_VOCABULARY = 7;
export const VOCABULARY = 9;
const WIDTH = 6;

const context = new TraceContext(false);
const counted = (sources: Tensor): Tensor => cast(not(equal(sources, constant(0, [], "int64"))), "float32");

class SourceWeights extends Module {
  readonly source = new Parameter([SOURCE_VOCABULARY, WIDTH], normal(1));
  readonly target = new Parameter([VOCABULARY, WIDTH], normal(1));
  readonly mix = new Parameter([WIDTH, WIDTH], normal(0.7));
  readonly output = new Parameter([WIDTH, VOCABULARY], normal(1));
}

type Matrix = readonly (readonly number[])[];
type Weights = Readonly<Record<"source" | "target" | "mix" | "output", Matrix>>;

export interface TracedSourceModel {
  readonly graph: DecoderGraph;
  readonly buffers: ParameterBuffers;
  /** Log-probabilities of the token after the given ones, computed in plain numbers. */
  logProbabilities(source: readonly number[], tokens: readonly number[]): number[];
}

const times = (x: readonly number[], w: Matrix): number[] => w[0].map((_, j) => x.reduce((total, value, i) => total + value * w[i][j], 0));
const plus = (...vectors: (readonly number[])[]): number[] => vectors[0].map((_, i) => vectors.reduce((total, vector) => total + vector[i], 0));
const logSoftmaxOf = (x: readonly number[]): number[] => x.map((value) => value - Math.log(x.reduce((total, each) => total + Math.exp(each), 0)));

function model(graph: (weights: SourceWeights) => DecoderGraph, reference: (weights: Weights, source: readonly number[], tokens: readonly number[]) => number[]): TracedSourceModel {
  const weights = new SourceWeights();
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(weights)));
  buffers.initialize(new RandomStream(3, "traced source model"));
  const matrix = (name: string, { shape: [rows, columns] }: Parameter): Matrix =>
    Array.from({ length: rows }, (_, row) => Array.from(buffers.values(name).subarray(row * columns, (row + 1) * columns)));
  const values = Object.fromEntries(Object.entries(weights).map(([name, parameter]) => [name, matrix(name, parameter as Parameter)])) as Weights;
  return { graph: graph(weights), buffers, logProbabilities: (source, tokens) => logSoftmaxOf(times(reference(values, source, tokens), values.output)) };
}

/** A recurrent model: the mean of the source's vectors is a context and, mixed, the first hidden state. */
export function recurrentSourceModel(): TracedSourceModel {
  return model(
    ({ source, target, mix, output }) => ({
      vocabularySize: VOCABULARY,
      contextLength: Infinity,
      state: { hidden: { kind: "replaced", shape: [WIDTH] }, mean: { kind: "context", shape: [WIDTH] } },
      encode: (sources) => {
        const real = counted(sources);
        const total = sum(mul(gather(source.tensor, sources), reshape(real, [...sources.shape, 1])), [1]);
        const mean = div(total, sum(real, [1], true));
        return { mean, hidden: tanh(matmul(mean, mix.tensor)) };
      },
      step: ({ tokens, state: { hidden, mean } }) => {
        const x = reshape(gather(target.tensor, tokens), ["rows", WIDTH]);
        const next = tanh(add(add(x, matmul(hidden, mix.tensor)), mean));
        return { logits: matmul(next, output.tensor), state: { hidden: next } };
      },
    }),
    ({ source, target, mix }, words, tokens) => {
      const mean = plus(...words.map((word) => source[word])).map((value) => value / words.length);
      let hidden = times(mean, mix).map(Math.tanh);
      for (const token of tokens) hidden = plus(target[token], times(hidden, mix), mean).map(Math.tanh);
      return hidden;
    },
  );
}

const attendedTo = (query: readonly number[], keys: Matrix): number[] => {
  const scores = keys.map((key) => Math.exp(key.reduce((total, value, i) => total + value * query[i], 0) / Math.sqrt(WIDTH)));
  const total = scores.reduce((sum, score) => sum + score, 0);
  return query.map((_, i) => keys.reduce((sum, key, j) => sum + (scores[j] / total) * key[i], 0));
};

/** An attending model: its keys are cached token by token, and the source's vectors are a context as long as the source. */
export function attendingSourceModel(contextLength: number, withPrefill = false): TracedSourceModel {
  return model(
    ({ source, target, mix, output }) => {
      const step = ({ tokens, mask, state }: Parameters<DecoderGraph["step"]>[0], cached: boolean): ReturnType<DecoderGraph["step"]> => {
        const x = gather(target.tensor, tokens); // (rows, n, D)
        const keys = cached ? concat([state.keys, x], 1) : x;
        const query = add(matmul(attend(x, keys, keys, mask, context), mix.tensor), x);
        const final = cached ? query : last(query, 1);
        const read = attend(final, state.words, state.words, state.padding, context);
        return { logits: matmul(reshape(add(final, read), ["rows", WIDTH]), output.tensor), state: { keys: x } };
      };
      return {
        vocabularySize: VOCABULARY,
        contextLength,
        state: {
          keys: { kind: "appended", shape: [contextLength, WIDTH], axis: 0 },
          words: { kind: "context", shape: [SOURCE_LENGTH, WIDTH] },
          padding: { kind: "context", shape: [1, SOURCE_LENGTH] },
        },
        encode: (sources) => ({
          words: gather(source.tensor, sources),
          padding: reshape(mul(sub(1, counted(sources)), MASKED_SCORE), ["rows", 1, SOURCE_LENGTH]),
        }),
        step: (inputs) => step(inputs, true),
        ...(withPrefill ? { prefill: (inputs) => step(inputs, false) } : {}),
      };
    },
    ({ source, target, mix }, words, tokens) => {
      const keys = tokens.map((token) => target[token]);
      const final = keys[keys.length - 1];
      const query = plus(times(attendedTo(final, keys), mix), final);
      return plus(query, attendedTo(query, words.map((word) => source[word])));
    },
  );
}
