// Whole texts drawn inside one graph, for families that learn from what they write: wide batches, no host between two tokens.

import { add, cast, concat, constant, crossEntropy, equal, expand, greater, IGNORED_TARGET, mul, reshape, slice, stopGradient, transpose, where, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { drawCategorical, EXCLUDED_LOGIT, gumbelSoftmax } from "../nn/categorical.js";
import type { DecoderGraph } from "../nn/decoder_graph.js";

/** What texts are drawn from, and what they may be. */
export interface TextDrawing {
  /** Of a language model, whose texts begin with a token. */
  readonly decoder: DecoderGraph;
  /** Tokens of a text, its end included. */
  readonly length: number;
  /** What stands behind a text's end. */
  readonly padId: number;
  /** What ends a text; null where every text has all its tokens. */
  readonly endId: number | null;
  /** Tokens that are never drawn. */
  readonly excluded: readonly number[];
  /** Divides the logits before a token is drawn; 1 unless given. */
  readonly temperature?: number;
}

type State = Readonly<Record<string, Tensor>>;

/** Reads token number `position` of N texts. */
function read(decoder: DecoderGraph, tokens: Tensor, position: number, state: State): { readonly logits: Tensor; readonly state: State } {
  const [rows] = tokens.shape as readonly number[];
  const inputs = {
    tokens: reshape(tokens, [rows, 1]),
    positions: constant([position], [1], "int64"),
    mask: constant(new Float64Array(position + 1), [1, position + 1]),
    state: position === 0 ? emptyState(decoder, rows) : state,
  };
  const stepped = position === 0 && decoder.prefill ? decoder.prefill(inputs) : decoder.step(inputs);
  const next = Object.entries(stepped.state).map(([name, value]) => {
    const part = decoder.state[name];
    return [name, part.kind === "appended" && position > 0 ? concat([state[name], value], part.axis + 1) : value] as const;
  });
  return { logits: stepped.logits, state: Object.fromEntries(next) };
}

function emptyState(decoder: DecoderGraph, rows: number): State {
  const parts = Object.entries(decoder.state).flatMap(([name, part]) => {
    if (part.kind === "context") throw new WordloomError("internal", "Texts can only be drawn in a graph from a model that reads no source.");
    if (part.kind === "appended") return [];
    const shape = [rows, ...part.shape];
    return [[name, expand(constant(0, part.shape.map(() => 1)), shape)] as const];
  });
  return Object.fromEntries(parts);
}

/** Joins the rows of two states. */
const joined = (first: State, second: State): State => Object.fromEntries(Object.entries(first).map(([name, value]) => [name, concat([value, second[name]], 0)]));

/** The last rows of a state. */
const lastRows = (state: State, count: number): State =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, slice(value, 0, (value.shape[0] as number) - count, value.shape[0] as number)]));

/** Logits (N, V) without the tokens that are never drawn. */
export function allowedLogits({ excluded }: Pick<TextDrawing, "excluded">, logits: Tensor): Tensor {
  if (excluded.length === 0) return logits;
  const classes = logits.shape[1] as number;
  const offsets = new Float64Array(classes);
  for (const token of excluded) offsets[token] = EXCLUDED_LOGIT;
  return add(logits, constant(offsets, [1, classes], logits.dtype));
}

/** Logits (N, V) of the softmax that tokens are drawn from. */
export function policyLogits(drawing: Pick<TextDrawing, "excluded" | "temperature">, logits: Tensor): Tensor {
  const { temperature = 1 } = drawing;
  return allowedLogits(drawing, temperature === 1 ? logits : mul(logits, 1 / temperature));
}

/** Draws a token after each of the tokens (N) that were read last; behind an end stands padding. */
class Drawing {
  constructor(private readonly drawing: TextDrawing) {}

  /** What was drawn, or a filler behind an end, padding unless given; `before` is null for a text's first token. */
  ended(drawn: Tensor, before: Tensor | null, filler = this.drawing.padId): Tensor {
    const { endId, padId } = this.drawing;
    if (endId === null || before === null) return drawn;
    const is = (id: number): Tensor => cast(equal(before, constant(id, [], "int64")), "float32");
    const over = greater(add(is(endId), is(padId)), 0);
    return where(over, constant(filler, [], "int64"), drawn);
  }

  next(logits: Tensor, uniforms: Tensor, before: Tensor | null): Tensor {
    return this.ended(drawCategorical(policyLogits(this.drawing, logits), uniforms), before);
  }
}

/** Columns int64 (N) side by side: (N, T). */
const columns = (tokens: readonly Tensor[]): Tensor => transpose(concat(tokens.map((column) => reshape(column, [1, column.shape[0]])), 0), [1, 0]);

/** How many uniform numbers `drawTexts` takes for so many texts. */
export const drawTextsUniforms = (rows: number, length: number): number => rows * length;

/**
 * Texts drawn token by token from the model's softmax.
 * @param start int64 (N), the token before each text, @param uniforms (T·N) in [0, 1)
 * @returns int64 (N, T)
 */
export function drawTexts(options: TextDrawing, start: Tensor, uniforms: Tensor): Tensor {
  const { decoder, length } = options;
  const [rows] = start.shape as readonly number[];
  const drawing = new Drawing(options);
  const drawn: Tensor[] = [];
  let state: State = {};
  for (let position = 0; position < length; position++) {
    const stepped = read(decoder, drawn.at(-1) ?? start, position, state);
    state = stepped.state;
    drawn.push(drawing.next(stepped.logits, slice(uniforms, 0, position * rows, (position + 1) * rows), drawn.at(-1) ?? null));
  }
  return columns(drawn);
}

/** How many uniform numbers `rollOut` takes for so many texts. */
export const rollOutUniforms = (rows: number, length: number): number => (rows * length * (length - 1)) / 2;

/**
 * Goes on once from every beginning of given texts (Yu et al. 2017, section 3.1). All beginnings that are being continued
 * read their next token together, and those of one token more join them, so that nothing is read twice.
 * @param start int64 (N), @param texts int64 (N, T), @param uniforms (N·T·(T − 1) / 2) in [0, 1)
 * @returns int64 (N·(T − 1), T): first the texts continued from their first token, last those of which one token is drawn
 */
export function rollOut(options: TextDrawing, start: Tensor, texts: Tensor, uniforms: Tensor): Tensor {
  const { decoder, length } = options;
  const [rows] = start.shape as readonly number[];
  const drawing = new Drawing(options);
  const given = Array.from({ length }, (_, position) => reshape(slice(texts, 1, position, position + 1), [rows]));
  let { state } = read(decoder, start, 0, {});
  let drawn: Tensor | null = null;
  let used = 0;
  const all = [repeated(given[0], length - 1)];
  for (let position = 1; position < length; position++) {
    const before: Tensor = drawn ? concat([drawn, given[position - 1]], 0) : given[0];
    const from: State = drawn ? joined(state, lastRows(state, rows)) : state;
    const stepped = read(decoder, before, position, from);
    state = stepped.state;
    const count = rows * position;
    drawn = drawing.next(stepped.logits, slice(uniforms, 0, used, used + count), before);
    used += count;
    all.push(position === length - 1 ? drawn : concat([drawn, repeated(given[position], length - 1 - position)], 0));
  }
  return columns(all);
}

/** A column (N) several times over: (count·N). */
function repeated(column: Tensor, count: number): Tensor {
  const [rows] = column.shape as readonly number[];
  return reshape(expand(reshape(column, [1, rows]), [count, rows]), [count * rows]);
}

/** A text as distributions that gradients flow through, and as the tokens that the same noise drew. */
export interface RelaxedTexts {
  /** (N, T, V) */
  readonly distributions: Tensor;
  /** int64 (N, T) */
  readonly tokens: Tensor;
  /** −log p of the tokens that were drawn, summed over each text (N): an estimate of the entropy. No gradient. */
  readonly nats: Tensor;
}

/**
 * Texts through the Gumbel-softmax relaxation (Nie et al. 2019, section 2.2): each next token is read as it was drawn, and
 * its distribution is what a discriminator sees.
 * @param start int64 (N), @param noise of the standard Gumbel distribution for position t (N, V), @param temperature scalar
 */
export function relaxedTexts(options: TextDrawing, start: Tensor, noise: (position: number) => Tensor, temperature: Tensor): RelaxedTexts {
  const { decoder, length } = options;
  const [rows] = start.shape as readonly number[];
  const drawing = new Drawing(options);
  const tokens: Tensor[] = [];
  const distributions: Tensor[] = [];
  let nats: Tensor | null = null;
  let state: State = {};
  for (let position = 0; position < length; position++) {
    const stepped = read(decoder, tokens.at(-1) ?? start, position, state);
    state = stepped.state;
    const logits = allowedLogits(options, stepped.logits);
    const { relaxed, drawn } = gumbelSoftmax(logits, noise(position), temperature);
    distributions.push(reshape(relaxed, [rows, 1, decoder.vocabularySize]));
    const before = tokens.at(-1) ?? null;
    const surprisal = crossEntropy(stopGradient(logits), drawing.ended(drawn, before, IGNORED_TARGET));
    nats = nats ? add(nats, surprisal) : surprisal;
    tokens.push(drawing.ended(drawn, before));
  }
  return { distributions: concat(distributions, 1), tokens: columns(tokens), nats: nats! };
}
