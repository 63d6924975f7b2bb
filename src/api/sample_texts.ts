// Texts that a run writes on its own to be measured: whole texts, or passages of long ones, the same for the same seed.

import type { PassageUnit } from "../evaluation/passages.js";
import { passagesOf } from "../evaluation/passages.js";
import type { GenerationEvent, SampleEvent } from "../generation/generate.js";
import { generateLatentJob } from "./latent_jobs.js";
import { generateJob, openedRun, type OpenRequest } from "./model_jobs.js";
import type { DrawOptions } from "./model_options.js";

/** Which texts are wanted. */
export interface WantedTexts {
  readonly count: number;
  /** How long texts are cut; null where a sample is a text by itself. */
  readonly unit: PassageUnit | null;
  /** The longest of the real ones, and their mean, in the run's tokens. */
  readonly longest: number;
  readonly mean: number;
  readonly sampling: DrawOptions & { readonly temperature: number; readonly seed: number };
}

export interface WrittenTexts {
  readonly texts: readonly string[];
  /** Tokens drawn, and seconds that they took. */
  readonly tokens: number;
  readonly seconds: number;
  /** The share of texts that were cut off before they came to an end of their own; null where they have none. */
  readonly cutOff: number | null;
}

type Progress = (done: number) => void;

/** Tokens that a long text goes on for before it is cut into passages, in tokens and in passages: the last one is lost, and long ones are lost more often. */
const STRETCH = { tokens: 512, passages: 20 };
const ROWS = 64;
/** Beyond the longest real text. */
const SLACK = 16;

async function write(request: OpenRequest, kind: "latent" | "language", options: DrawOptions & { readonly count: number; readonly maxTokens: number }, heard: (complete: boolean) => void, signal: AbortSignal): Promise<SampleEvent[]> {
  const emit = (event: GenerationEvent): void => heard(event.type === "sample");
  const samples = await (kind === "latent" ? generateLatentJob({ ...request, options }, emit, signal) : generateJob({ ...request, options }, emit, signal));
  return samples.toSorted((a, b) => a.sample - b.sample); // they come as they are complete, the shortest first
}

/** Writes as many texts as are wanted; fewer only where no passage of a long text comes to an end. */
export async function writeTexts(request: OpenRequest, wanted: WantedTexts, onProgress: Progress, signal: AbortSignal): Promise<WrittenTexts> {
  const { run } = openedRun(request);
  const kind = run.kind === "latent" ? "latent" : "language";
  const { count, unit, longest, mean, sampling } = wanted;
  /** When the first token was there: what compiles before is not writing. */
  let started: number | undefined;
  const seconds = (): number => (performance.now() - (started ?? performance.now())) / 1000;
  let tokens = 0;
  if (unit === null) {
    const maxTokens = kind === "latent" ? Math.min(longest + SLACK, run.model.contextLength) : longest + SLACK;
    let done = 0;
    const samples = await write(request, kind, { ...sampling, count, maxTokens }, (complete) => {
      started ??= performance.now();
      if (complete) onProgress(++done);
    }, signal);
    for (const sample of samples) tokens += sample.tokens.length;
    const cut = samples.filter(({ finishReason }) => finishReason === "length").length;
    return { texts: samples.map(({ text }) => text.trim()), tokens, seconds: seconds(), cutOff: cut / count };
  }
  const texts: string[] = [];
  const stretch = Math.ceil(Math.max(STRETCH.tokens, STRETCH.passages * mean));
  for (let round = 0, found = 1; found > 0 && texts.length < count; round++) {
    const rows = Math.max(1, Math.min(ROWS, Math.ceil(((count - texts.length) * mean * 1.1) / stretch)));
    const seed = sampling.seed + round * 1_000_003; // another stream for each round
    found = 0;
    for (const { text, tokens: drawn } of await write(request, kind, { ...sampling, seed, count: rows, maxTokens: stretch }, () => (started ??= performance.now()), signal)) {
      const passages = passagesOf(text, unit);
      if (unit.kind === "lines") passages.pop(); // it was cut off
      texts.push(...passages);
      found += passages.length;
      tokens += drawn.length;
      onProgress(Math.min(count, texts.length));
    }
  }
  return { texts: texts.slice(0, count), tokens, seconds: seconds(), cutOff: null };
}
