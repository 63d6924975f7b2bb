// Small readings for tests: any tokens, with every part that a reading can have.

import fc from "fast-check";
import type { Reading } from "../reading.js";
import { anyLabel, exampleWeights } from "./example_maps.js";

/**
 * A reading of these tokens by a model with attention, by one with hidden units, or by one that has read the first `source` of
 * them and writes the others; the first token that is no source's begins a sample if `marked`.
 */
export function exampleReading(texts: readonly string[], { recurrent = false, marked = false, source = 0, title = texts.join("") } = {}): Reading {
  const read = texts.length;
  const parts = source > 0 ? { attention: [], lens: [], units: [], properties: [] } : {};
  const alternatives = (seed: number) => texts.slice(0, 5).map((text, i) => ({ text, probability: 0.5 ** (i + 1 + (seed % 2)) }));
  const width = 3;
  const values = Float32Array.from({ length: read * width }, (_, i) => Math.sin(i * 1.3));
  return {
    title,
    tokens: texts.map((text, i) => ({
      text,
      special: marked && i === source,
      logProbability: i <= source ? null : Math.log(0.5 ** ((i % 7) + 1)),
      rank: i <= source ? null : (i % 3) + 1,
      alternatives: i <= source ? [] : alternatives(i),
    })),
    source,
    read,
    next: alternatives(0),
    attention: recurrent ? [] : [1, 2].map((layer) => ({ name: `layer ${layer}`, heads: [1, 2].map((head) => exampleWeights(read, read, 2 * layer + head)) })),
    lens: recurrent ? [] : ["embedding", "layer 1"].map((name, layer) => ({ name, predictions: texts.map((_, i) => ({ text: texts[(i + layer) % read], probability: 1 / (i + 2), logProbability: i + 1 < read ? -1 - i : null })) })),
    saliency: texts.slice(1).map((_, i) => ({
      token: i + 1,
      first: 0,
      gradientInput: Float32Array.from({ length: i + 1 }, (_, k) => Math.cos(i + k)),
      integratedGradients: Float32Array.from({ length: i + 1 }, (_, k) => Math.sin(1 + i + k)),
      logProbability: -1,
      baseline: -1 - Array.from({ length: i + 1 }, (_, k) => Math.sin(1 + i + k)).reduce((a, b) => a + b, 0),
      points: 16,
    })).slice(source),
    units: recurrent ? [{ name: "layer 1, hidden", width, values }] : [],
    properties: recurrent ? [{ name: "upper case", values: texts.map((_, i) => i % 2), chance: 0.3, units: [{ layer: 0, unit: 2, correlation: -0.75 }, { layer: 0, unit: 0, correlation: 0.5 }] }] : [],
    ...parts,
  };
}

/** Readings of any tokens. */
export const anyReading = fc
  .record({ texts: fc.array(anyLabel, { minLength: 1, maxLength: 8 }), recurrent: fc.boolean(), marked: fc.boolean(), title: anyLabel, ofSource: fc.constantFrom(0, 0, 0.5) })
  .map(({ texts, ofSource, ...rest }): Reading => exampleReading(texts, { ...rest, source: Math.floor(texts.length * ofSource) }));
