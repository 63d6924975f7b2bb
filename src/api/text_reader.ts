// A language model at work on a given text: its predictions, its attention, and what stands between its layers.

import type { AttentionLayer } from "../explanation/attention_map.js";
import type { LanguageModel } from "../models/language_model.js";
import { TransformerLanguageModel } from "../models/transformer.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { filled, input, reshape, type Tensor } from "../tensor/index.js";
import { headsOf } from "./attention_reader.js";
import { ModelReader } from "./model_reader.js";
import { paddedTokens, roundedLength } from "./padded_tokens.js";

/** Positions that a recurrent model reads at once, and rows whose logits are in memory at once. */
const WINDOW = 64;

/** Hidden states by name, (positions × width) row by row. */
export interface StateLayer {
  readonly name: string;
  readonly width: number;
  readonly values: Float32Array;
}

/** What was recorded while a text was read. */
export interface TracedText {
  /** Of a Transformer, by layer: what each token attends to among those up to it. */
  readonly attention: readonly AttentionLayer[];
  /** A Transformer's residual stream, the embedding first; a recurrent model's carried tensors by their names. */
  readonly states: readonly StateLayer[];
}

/**
 * Takes the logits (positions × V) of the next positions of a layer.
 * @param layer the name of the states that they were predicted from; null of a recurrent model, which predicts only once
 */
export type TakeLogits = (logits: Float32Array, positions: number, layer: string | null) => void;

/** Zeros for all that a model carries, for `rows` rows. */
export const emptyState = (model: LanguageModel, rows: number): Record<string, HostTensor> =>
  Object.fromEntries(
    Object.entries(model.carried(rows)).map(([name, shape]) => {
      const sizes = shape as readonly number[];
      return [carriedInput(name), hostTensor(new Float32Array(sizes.reduce((product, size) => product * size, 1)), [...sizes])];
    }),
  );

/** The name of the input through which a carried tensor is fed. */
export const carriedInput = (name: string): string => `carried ${name}`;

/** Reads texts with one model. */
export class TextReader extends ModelReader<LanguageModel> {
  /** @param tokens no more than the model holds @param take hears of every position of every layer */
  read(tokens: ArrayLike<number>, take: TakeLogits): Promise<TracedText> {
    return this.model instanceof TransformerLanguageModel ? this.readWhole(this.model, tokens, take) : this.readWindows(tokens, take);
  }

  private async readWhole(model: TransformerLanguageModel, tokens: ArrayLike<number>, take: TakeLogits): Promise<TracedText> {
    const length = roundedLength(tokens.length, model.contextLength);
    const trace = () => {
      const { context } = traced(model, length, {});
      const named = context.states.map(({ name, states }) => [`states ${name}`, states] as const);
      return Object.fromEntries([...named, ...context.attention.map(({ name, weights }) => [`attention ${name}`, weights] as const)]);
    };
    const results = await this.run(`text ${length}`, trace, { tokens: paddedTokens(tokens, length) });
    const states = Object.entries(results).filter(([name]) => name.startsWith("states ")).map(([name, tensor]) => stateLayer(name.slice("states ".length), tensor, tokens.length));
    for (const layer of states) await this.predict(model, layer, tokens.length, take);
    const attention = Object.entries(results).filter(([name]) => name.startsWith("attention ")).map(([name, weights]) => ({
      name: name.slice("attention ".length),
      heads: headsOf(weights, tokens.length, tokens.length),
    }));
    return { attention, states };
  }

  /** What the head makes of the states of a layer, some rows at a time: there can be gigabytes of logits. */
  private async predict(model: TransformerLanguageModel, { name, width, values }: StateLayer, positions: number, take: TakeLogits): Promise<void> {
    const trace = () => ({ logits: model.predict(input("states", [WINDOW, width])) });
    for (let first = 0; first < positions; first += WINDOW) {
      const rows = new Float32Array(WINDOW * width);
      rows.set(values.subarray(first * width, (first + WINDOW) * width));
      const { logits } = await this.run("head", trace, { states: hostTensor(rows, [WINDOW, width]) });
      take(logits.data as Float32Array, Math.min(WINDOW, positions - first), name);
    }
  }

  private async readWindows(tokens: ArrayLike<number>, take: TakeLogits): Promise<TracedText> {
    const { model } = this;
    const length = roundedLength(tokens.length, WINDOW);
    const trace = () => {
      const carried = Object.fromEntries(Object.entries(model.carried(1)).map(([name, shape]) => [name, input(carriedInput(name), shape)]));
      const { logits, context, after } = traced(model, length, carried);
      const recorded = context.states.map(({ name, states }) => [`states ${name}`, states] as const);
      return { logits, ...Object.fromEntries(recorded), ...Object.fromEntries(Object.entries(after).map(([name, tensor]) => [`after ${name}`, tensor])) };
    };
    const layers = new Map<string, { width: number; values: Float32Array }>();
    let carried = emptyState(model, 1);
    for (let first = 0; first < tokens.length; first += length) {
      const window = Array.from(tokens).slice(first, first + length);
      const results = await this.run(`window ${length}`, trace, { tokens: paddedTokens(window, length), ...carried });
      take(results.logits.data as Float32Array, window.length, null);
      for (const [key, tensor] of Object.entries(results).filter(([name]) => name.startsWith("states "))) {
        const { name, width, values } = stateLayer(key.slice("states ".length), tensor, window.length);
        const layer = layers.get(name) ?? { width, values: new Float32Array(tokens.length * width) };
        layers.set(name, layer);
        layer.values.set(values, first * width);
      }
      carried = Object.fromEntries(Object.keys(model.carried(1)).map((name) => [carriedInput(name), results[`after ${name}`]]));
    }
    return { attention: [], states: [...layers].map(([name, layer]) => ({ name, ...layer })) };
  }
}

/** A text of one row traced with everything recorded. */
function traced(model: LanguageModel, length: number, carried: Readonly<Record<string, Tensor>>): { logits: Tensor; context: TraceContext; after: Readonly<Record<string, Tensor>> } {
  const context = new TraceContext(false, true);
  const { logits, carried: after } = model.logits(input("tokens", [1, length], "int64"), filled(0, [1]), carried, context);
  return { logits: reshape(logits, [length, model.vocabularySize]), context, after };
}

/** The positions that are no padding, of states (T, 1, H) or (T, H). */
function stateLayer(name: string, { data, shape }: HostTensor, positions: number): StateLayer {
  const width = shape[shape.length - 1];
  return { name, width, values: (data as Float32Array).slice(0, positions * width) };
}
