// What a model looked at while it wrote: the plain data that every picture of attention is made from.

import { WordloomError } from "../errors.js";

/** The attention of one layer. */
export interface AttentionLayer {
  readonly name: string;
  /** One matrix a head, (target × source) row by row; every row sums to 1. */
  readonly heads: readonly Float32Array[];
}

/** Attention weights between the tokens of a text and the tokens of a source (or of the same text). */
export interface AttentionMap {
  /** One label a source token: what was looked at. */
  readonly source: readonly string[];
  /** One label an output token: what looked. */
  readonly target: readonly string[];
  /** `alignment`: output on source (Bahdanau et al. 2015, section 5.2.1). `self`: a text, or its last tokens, on itself. */
  readonly kind: "alignment" | "self";
  readonly layers: readonly AttentionLayer[];
  /** The heading of the picture. */
  readonly title?: string;
}

/** Which matrix of a map: by index from 0, or a mean. All of both by default. */
export interface AttentionChoice {
  /** `mean`: over the layers, each of which counts the same however many heads it has; `head` is then `mean` too. */
  readonly layer?: number | "mean";
  readonly head?: number | "mean";
}

/** How far from 1 a row's sum may be: half precision and approximate softmaxes stay well within. */
const SUM_TOLERANCE = 0.01;

/** A name as it stands in a sentence: quoted, short, on one line. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}

function checkHead(weights: Float32Array, rows: number, columns: number, where: string): void {
  if (weights.length !== rows * columns) {
    const given = `${rows} output tokens and ${columns} source tokens need ${rows * columns} weights`;
    throw new WordloomError("shape_mismatch", `${given}, but ${where} has ${weights.length}; give one row an output token.`);
  }
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const weight = weights[row * columns + column];
      if (!(weight >= 0 && weight <= 1 + SUM_TOLERANCE)) {
        const cell = `row ${row + 1}, column ${column + 1} of ${where}`;
        throw new WordloomError("invalid_data", `The weight in ${cell} is ${weight}; give weights from 0 to 1.`);
      }
      sum += weight;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      const found = `Row ${row + 1} of ${where} sums to ${Number(sum.toPrecision(4))}`;
      throw new WordloomError("invalid_data", `${found}; give weights after the softmax, whose rows sum to 1.`);
    }
  }
}

/**
 * Checks that a map is whole.
 * @throws WordloomError `invalid_data` if it has no tokens, layers or heads, a weight that is not from 0 to 1, or a row
 *   that does not sum to 1 (within 0.01); `shape_mismatch` if a matrix is not (target × source)
 */
export function checkAttentionMap(map: AttentionMap): void {
  if (map.source.length === 0 || map.target.length === 0) {
    const what = map.source.length === 0 ? "source" : "output";
    throw new WordloomError("invalid_data", `There is no ${what} token to draw attention for; give a text that is not empty.`);
  }
  if (map.layers.length === 0) {
    throw new WordloomError("invalid_data", "There is no layer to draw attention of; explain a model that has attention.");
  }
  for (const { name, heads } of map.layers) {
    if (heads.length === 0) {
      throw new WordloomError("invalid_data", `The layer ${quoted(name)} has no attention heads; leave it out.`);
    }
    heads.forEach((weights, head) => {
      checkHead(weights, map.target.length, map.source.length, `head ${head + 1} of layer ${quoted(name)}`);
    });
  }
}

/** The mean of matrices of one size, in double precision. */
function mean(matrices: readonly ArrayLike<number>[]): Float64Array {
  const result = new Float64Array(matrices[0].length);
  for (const matrix of matrices) {
    for (let i = 0; i < result.length; i++) result[i] += matrix[i] / matrices.length;
  }
  return result;
}

function atIndex<T>(list: readonly T[], index: number, what: string, where: string): T {
  if (Number.isInteger(index) && index >= 0 && index < list.length) return list[index];
  const range = list.length === 1 ? "it must be 0" : `it must be from 0 to ${list.length - 1}`;
  throw new WordloomError("invalid_argument", `There is no ${what} ${index} in ${where}; ${range}, or "mean".`);
}

/**
 * One matrix of a map, (target × source) row by row.
 * @throws WordloomError `invalid_argument` if there is no such layer or head, or a head is chosen of the mean of layers
 */
export function attentionWeights(map: AttentionMap, choice: AttentionChoice = {}): ArrayLike<number> {
  const { layer = "mean", head = "mean" } = choice;
  if (layer === "mean") {
    if (head !== "mean" && map.layers.length > 1) {
      const message = `A mean over layers has no head ${head}; choose a layer, or the mean of the heads.`;
      throw new WordloomError("invalid_argument", message);
    }
    if (head === "mean") return mean(map.layers.map(({ heads }) => mean(heads)));
  }
  const chosen = atIndex(map.layers, layer === "mean" ? 0 : layer, "layer", "the map");
  return head === "mean" ? mean(chosen.heads) : atIndex(chosen.heads, head, "head", `layer ${quoted(chosen.name)}`);
}

/** A choice in words: "layer 2, head 3", "mean of 4 layers". */
export function describeChoice(map: AttentionMap, choice: AttentionChoice = {}): string {
  const { layer = "mean", head = "mean" } = choice;
  const index = layer === "mean" && map.layers.length === 1 ? 0 : layer;
  if (index === "mean") return `mean of ${map.layers.length} layers`;
  const { name, heads } = map.layers[index];
  if (heads.length === 1) return name;
  return head === "mean" ? `${name}, mean of ${heads.length} heads` : `${name}, head ${head + 1}`;
}
