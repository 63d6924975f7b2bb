// What a comparison of families found, as plain data: all that its table and its report show, and nothing else.

import type { SampleEvaluation } from "../api/sample_evaluation.js";
import type { StoryFloor, StoryMeasures } from "../api/story_measures.js";
import type { Figure } from "../evaluation/figure.js";
import type { SampleMeasures } from "../evaluation/measure_samples.js";
import type { CorpusKind } from "../text/corpus.js";
import type { EndReason } from "../training/events.js";

/** The families that can be compared: all that write texts of their own. */
export const COMPARED_FAMILIES = ["rnn", "lstm", "gru", "transformer", "vae", "gan"] as const;
export type ComparedFamily = (typeof COMPARED_FAMILIES)[number];

/** One part of the data. */
export interface ComparedPart {
  /** Texts, 1 of a stream. */
  readonly texts: number;
  readonly characters: number;
}

export interface ComparedData {
  readonly name: string;
  /** As it was given. */
  readonly file: string;
  /** Of the data's file; of the file that was measured on, where there is one of its own. */
  readonly sha256: string;
  readonly testSha256: string | null;
  readonly kind: CorpusKind;
  /** What the best weights are chosen by is not what is measured in the end. */
  readonly train: ComparedPart;
  readonly validation: ComparedPart;
  readonly test: ComparedPart;
}

/** One evaluation of a training. */
export interface CurvePoint {
  readonly step: number;
  /** Of training, evaluations included. */
  readonly seconds: number;
  /** Read so far, about: steps times tokens of a step. */
  readonly tokens: number;
  /** Of the validation part; of a variational autoencoder a bound from above. */
  readonly bitsPerCharacter: number;
}

export interface MemberTraining {
  readonly steps: number;
  readonly seconds: number;
  readonly tokens: number;
  readonly bestStep: number;
  readonly reason: EndReason;
  readonly tokensPerSecond: number;
  readonly curve: readonly CurvePoint[];
}

/** How well the test part is predicted. Each with its interval. */
export interface MemberPrediction {
  /** Per character of the test part; of one long text its line breaks counted, which a family of lines predicts as their ends. */
  readonly bitsPerCharacter: Figure;
  readonly perplexity: Figure;
  /** Of so many texts; null where it is of the whole of one long text. */
  readonly texts: number | null;
  /** The share of tokens that stand for what training never saw. */
  readonly unknownShare: number;
  /** True where the figures are upper bounds: of a variational autoencoder. */
  readonly bound: boolean;
  readonly seconds: number;
  readonly floor?: StoryFloor;
}

/** What was written at one temperature. */
export interface MemberGeneration {
  readonly temperature: number;
  readonly measures: SampleMeasures;
  readonly stories?: StoryMeasures;
  readonly cutOff: number | null;
  readonly tokensPerSecond: number;
  /** Some of the texts. */
  readonly texts: readonly string[];
}

/** One family with one seed. */
export interface ComparedMember {
  /** Its folder's name too: "lstm", of several seeds "lstm-2". */
  readonly name: string;
  readonly family: ComparedFamily;
  readonly seed: number;
  readonly status: "waiting" | "done" | "failed";
  /** Why it failed, a sentence. */
  readonly failure: string | null;
  /** What training and measuring had to say: sentences. */
  readonly notices: readonly string[];
  /** The command that trains just this one again, with the parts of the data that stand in the comparison's folder. */
  readonly command: string;
  /** In words, for people: "2 layers, width 256, windows of 64 tokens". */
  readonly sizes: string;
  readonly parameters: number | null;
  /** Of the weights' file. */
  readonly bytes: number | null;
  readonly vocabularySize: number | null;
  readonly training: MemberTraining | null;
  readonly prediction: MemberPrediction | null;
  /** In the order of the temperatures; as far as it came. */
  readonly generations: readonly MemberGeneration[];
}

export interface Comparison {
  readonly data: ComparedData;
  readonly tokenizer: string;
  /** Of each training. */
  readonly budget: { readonly minutes: number } | { readonly steps: number };
  readonly seeds: readonly number[];
  readonly temperatures: readonly number[];
  /** Texts written at each temperature, at most. */
  readonly samples: number;
  /** What was compared: whole texts, or lines or pieces of long ones. */
  readonly unit: SampleEvaluation["unit"] | null;
  /** As many real texts, measured as the written ones are: what a perfect model would have. */
  readonly real: SampleMeasures | null;
  /** Some of those, to be shown beside the written ones. */
  readonly realTexts: readonly string[];
  readonly machine: { readonly cores: number; readonly processor: string; readonly threads: number };
  readonly version: string;
  /** As it was typed, and the one that gives the same figures again. */
  readonly command: string;
  readonly repeat: string;
  readonly members: readonly ComparedMember[];
}
