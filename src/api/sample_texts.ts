// Texts that a run writes on its own to be measured: whole texts, or passages of long ones, the same for the same seed.

import type { PassageUnit } from "../evaluation/passages.js";
import { passagesOf } from "../evaluation/passages.js";
import type { SampleEvent } from "../generation/generate.js";
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

/** Tokens that a long text goes on for before it is cut into passages, and how often more are written where too few came. */
const STRETCH = 512;
const ROWS = 64;
const ROUNDS = 8;
/** Beyond the longest real text. */
const SLACK = 16;

async function write(request: OpenRequest, kind: "latent" | "language", options: DrawOptions & { readonly count: number; readonly maxTokens: number }, heard: () => void, signal: AbortSignal): Promise<SampleEvent[]> {
  const emit = (event: { readonly type: string }): void => void (event.type === "sample" && heard());
  return kind === "latent" ? generateLatentJob({ ...request, options }, emit, signal) : generateJob({ ...request, options }, emit, signal);
}

/** Writes as many texts as are wanted; fewer only where a long text hardly ever comes to the end of a passage. */
export async function writeTexts(request: OpenRequest, wanted: WantedTexts, onProgress: Progress, signal: AbortSignal): Promise<WrittenTexts> {
  const { run } = openedRun(request);
  const kind = run.kind === "latent" ? "latent" : "language";
  const { count, unit, longest, mean, sampling } = wanted;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let tokens = 0;
  if (unit === null) {
    const maxTokens = kind === "latent" ? Math.min(longest + SLACK, run.model.contextLength) : longest + SLACK;
    let done = 0;
    const samples = await write(request, kind, { ...sampling, count, maxTokens }, () => onProgress(++done), signal);
    for (const sample of samples) tokens += sample.tokens.length;
    const cut = samples.filter(({ finishReason }) => finishReason === "length").length;
    return { texts: samples.map(({ text }) => text.trim()), tokens, seconds: seconds(), cutOff: cut / count };
  }
  const texts: string[] = [];
  for (let round = 0; round < ROUNDS && texts.length < count; round++) {
    const rows = Math.max(1, Math.min(ROWS, Math.ceil(((count - texts.length) * mean * 1.1) / STRETCH)));
    const seed = sampling.seed + round * 1_000_003; // another stream for each round
    for (const { text, tokens: drawn } of await write(request, kind, { ...sampling, seed, count: rows, maxTokens: STRETCH }, () => undefined, signal)) {
      const passages = passagesOf(text, unit);
      if (unit.kind === "lines" && passages.length > 1) passages.pop(); // it was cut off
      texts.push(...passages);
      tokens += drawn.length;
      onProgress(Math.min(count, texts.length));
    }
  }
  return { texts: texts.slice(0, count), tokens, seconds: seconds(), cutOff: null };
}
