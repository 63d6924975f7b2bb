// What is known exactly of the embedded stories: how probable each text is, and so how far a model is from what can be known.

import { meanFigure, type Figure } from "../evaluation/figure.js";
import { parseStory, storyEntropy, storyLogProbability } from "../text/stories/index.js";

/** Nats of a story, as means. */
export interface StoryFloor {
  /** What the source needs for just these texts: no model can need less on average. */
  readonly source: number;
  /** The model's nats a text. */
  readonly model: number;
  /** The difference: an estimate of the divergence KL(source ‖ model), in nats a story. */
  readonly above: number;
  /** The source's entropy: what it needs for a story on average, exactly. */
  readonly entropy: number;
}

/** Texts that tell whether all are stories: few tell others apart. */
const TRIED = 5;

/** Whether texts are stories of the grammar, by their first few. */
export const areStories = (texts: readonly string[]): boolean => texts.slice(0, TRIED).every((text) => storyLogProbability(text) > -Infinity);

/**
 * The floor under any model's loss over these texts.
 * @param nats of the model, of all texts with their ends
 * @returns nothing where a text is no story of the grammar
 */
export function storyFloor(texts: readonly string[], nats: number): StoryFloor | undefined {
  if (!areStories(texts)) return undefined;
  const source = -texts.reduce((sum, text) => sum + storyLogProbability(text), 0) / texts.length;
  const model = nats / texts.length;
  return Number.isFinite(source) ? { source, model, above: model - source, entropy: storyEntropy() } : undefined;
}

/** What the grammar says of texts that a model wrote. */
export interface StoryMeasures {
  /** The share that are stories of the grammar from beginning to end. */
  readonly wellFormed: Figure;
  /** Mean nats under the source of those that are; null where none is. */
  readonly sourceNats: Figure | null;
  readonly entropy: number;
}

/** Judges samples by the grammar. @param seed of the intervals */
export function measureStories(samples: readonly string[], seed = 0): StoryMeasures {
  const parsed = samples.map((text) => parseStory(text));
  const nats = parsed.flatMap((story) => (story.wellFormed ? [-story.logProbability] : []));
  return {
    wellFormed: meanFigure(parsed.map(({ wellFormed }) => (wellFormed ? 1 : 0)), { seed }),
    sourceNats: nats.length === 0 ? null : meanFigure(nats, { seed }),
    entropy: storyEntropy(),
  };
}
