// Attention as numbers, for other programs: one object whose form stays the same.

import { type AttentionMap, checkAttentionMap } from "./attention_map.js";
import { withoutIsolates } from "./attention_words.js";
import { sequenceDirection } from "./text_direction.js";

/** Attention as `JSON.stringify` writes it. Later versions only add members. */
export interface AttentionJson {
  readonly format: "wordloom-attention";
  readonly version: 1;
  readonly kind: AttentionMap["kind"];
  /** Empty if the map has none. */
  readonly title: string;
  /** Labels as they were given, white space and all. */
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** `rtl` if most source tokens are of a right-to-left script; the columns of the matrices keep the order of the text. */
  readonly sourceDirection: "ltr" | "rtl";
  readonly layers: readonly {
    readonly name: string;
    /** `heads[h][t][s]`: how much of output token t's attention goes to source token s, rounded to 5 decimals. */
    readonly heads: readonly (readonly (readonly number[])[])[];
  }[];
}

const SCALE = 1e5;

/**
 * The map as a plain object. Weights are rounded to 5 decimals, so a row of S of them sums to 1 within S · 5e-6 of what
 * it summed to before.
 * @throws WordloomError as `checkAttentionMap` does
 */
export function attentionJson(map: AttentionMap): AttentionJson {
  checkAttentionMap(map);
  const columns = map.source.length;
  const rowsOf = (weights: Float32Array): number[][] =>
    map.target.map((_, row) =>
      Array.from(weights.subarray(row * columns, (row + 1) * columns), (weight) => Math.round(weight * SCALE) / SCALE),
    );
  return {
    format: "wordloom-attention",
    version: 1,
    kind: map.kind,
    title: withoutIsolates(map.title ?? ""),
    source: [...map.source],
    target: [...map.target],
    sourceDirection: sequenceDirection(map.source),
    layers: map.layers.map(({ name, heads }) => ({ name, heads: heads.map(rowsOf) })),
  };
}
