// Small maps of attention for tests: any labels, weights that any two cells tell apart.

import fc from "fast-check";
import type { AttentionMap } from "../attention_map.js";

/** Rows that sum to 1, all weights of a row different. */
export function exampleWeights(rows: number, columns: number, seed = 1): Float32Array {
  const weights = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const raw = Array.from({ length: columns }, (_, column) => Math.exp(2 * Math.sin(seed * 7.3 + row * 3.1 + column * 1.7)));
    const sum = raw.reduce((total, value) => total + value, 0);
    raw.forEach((value, column) => (weights[row * columns + column] = value / sum));
  }
  return weights;
}

/** A map with these tokens, and so many layers and heads, named "layer 1" and so on. */
export function exampleMap(
  source: readonly string[],
  target: readonly string[],
  { layers = 1, heads = 1, kind = "alignment" as AttentionMap["kind"], title = undefined as string | undefined } = {},
): AttentionMap {
  return {
    source,
    target,
    kind,
    title,
    layers: Array.from({ length: layers }, (_, layer) => ({
      name: `layer ${layer + 1}`,
      heads: Array.from({ length: heads }, (_, head) => exampleWeights(target.length, source.length, 1 + layer * heads + head)),
    })),
  };
}

/** What has broken a page or a picture somewhere. */
export const hostileLabels = [
  "<script>alert(1)</script>",
  "</script><!--",
  "<!--<script>",
  "\"'`=<>&",
  "]]>",
  "<![CDATA[",
  "&amp;&#0;&nosuch;",
  "${1}",
  "\u0000\u0001\u001B[31m\u007F\u0085",
  "\uD800",
  "\uDC00x",
  "\uFFFE\uFFFF",
  "\u202Egnp.exe\u202C",
  "\u2028\u2029",
  "",
  " ",
  "\r\n",
  "\u200D",
  "\u0301",
  "__proto__",
  "e" + "\u0301".repeat(300),
  "W".repeat(5000),
];

/** Any label: hostile ones, those of many scripts, any 16-bit units at all. */
export const anyLabel = fc.oneof(
  fc.constantFrom(...hostileLabels),
  fc.constantFrom("the", " fox", "狐狸", "，", "שלום", " الولد", "नमस्ते", "ก\u0E33", "👩‍👩‍👧‍👦", "🇫🇷", "👍🏽", "ﷺ"),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

/** Maps of any labels. */
export const anyMap = fc
  .record({
    source: fc.array(anyLabel, { minLength: 1, maxLength: 8 }),
    target: fc.array(anyLabel, { minLength: 1, maxLength: 8 }),
    title: fc.option(anyLabel, { nil: undefined }),
    name: anyLabel,
    heads: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ source, target, title, name, heads }): AttentionMap => {
    const map = exampleMap(source, target, { heads, title });
    return { ...map, layers: map.layers.map((layer) => ({ ...layer, name })) };
  });
