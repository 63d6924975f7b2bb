// What an attention page carries inside it: labels ready to show, and weights packed to a third of their size as text.

import type { AttentionMap } from "./attention_map.js";
import { type AttentionWords, attentionWords, REVERSED_NOTE } from "./attention_words.js";
import { colourSchemes, colourStops } from "./colour_scale.js";
import { labelDirections, sequenceDirection } from "./text_direction.js";
import { tokenLabel, visibleText } from "./token_label.js";

/** A label of the page. */
export interface PageLabel {
  readonly text: string;
  readonly direction: "ltr" | "rtl";
}

/** The data of a page, as its script reads them. */
export interface AttentionPageData {
  readonly words: AttentionWords;
  readonly source: readonly PageLabel[];
  readonly target: readonly PageLabel[];
  /** The first source token is the column at the right. */
  readonly reversed: boolean;
  /** Said of reversed columns; else empty. */
  readonly note: string;
  readonly layers: readonly {
    readonly name: string;
    /** (target × source), as `packWeights` packs them. */
    readonly heads: readonly string[];
  }[];
  /** Scales by name, the default one first, their stops as RRGGBB. */
  readonly colours: readonly { readonly name: string; readonly stops: readonly string[] }[];
}

const LARGEST = 65535;
const CHUNK = 0x2000; // arguments of one call

/**
 * Weights from 0 to 1 as Base64 of 16-bit numbers, the low byte first, 65535 being 1: right to 0.002 %, in 2.7
 * characters a weight. Only 0 becomes 0: what a mask forbids stays apart from what is merely small.
 */
export function packWeights(weights: Float32Array): string {
  const bytes = new Uint8Array(weights.length * 2);
  weights.forEach((weight, i) => {
    const level = weight > 0 ? Math.min(LARGEST, Math.max(1, Math.round(weight * LARGEST))) : 0;
    bytes[2 * i] = level & 0xff;
    bytes[2 * i + 1] = level >> 8;
  });
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

/** Tokens as labels. */
export function pageLabels(tokens: readonly string[]): PageLabel[] {
  const directions = labelDirections(tokens);
  return tokens.map((token, i) => ({ text: tokenLabel(token), direction: directions[i] }));
}

/** The data of a map's page. */
export function attentionPageData(map: AttentionMap): AttentionPageData {
  const reversed = sequenceDirection(map.source) === "rtl";
  return {
    words: attentionWords(map),
    source: pageLabels(map.source),
    target: pageLabels(map.target),
    reversed,
    note: reversed ? REVERSED_NOTE : "",
    layers: map.layers.map(({ name, heads }) => ({ name: visibleText(name), heads: heads.map(packWeights) })),
    colours: colourSchemes.map((name) => ({ name, stops: colourStops[name] })),
  };
}
