// Pairs as token ids, laid out so that millions of short pairs cost no more than their tokens.
import { WordloomError } from "../../errors.js";
import { counted } from "../corpus.js";
import { IdBuffer } from "../id_buffer.js";
import type { Tokenizer } from "../tokenizer.js";
import { taggedSource } from "./language_tag.js";
import type { TextPair } from "./pair_corpus.js";

export { languageTag, taggedSource, taggedSources } from "./language_tag.js";

/** What to do with pairs a side of which is too long: cut that side's end off, or leave the pair out. */
export type LongPairs = "truncate" | "drop";

export interface EncodingOptions {
  /** The most positions of a source: its tokens and `<eos>`. */
  readonly maximumSource: number;
  /** The most positions of a target: its tokens and one more. */
  readonly maximumTarget: number;
  /** "truncate" unless given. */
  readonly longPairs?: LongPairs;
}

/** How many pairs were too long, and on which side. */
export interface LongPairCounts {
  readonly truncatedSources: number;
  readonly truncatedTargets: number;
  readonly dropped: number;
}

/** Ids of one side of all pairs: sequence i is ids[offsets[i]] up to ids[offsets[i + 1]]. */
interface Side {
  readonly ids: Int32Array;
  /** (count + 1) */
  readonly offsets: Float64Array;
}

/**
 * Pairs as ids, one after another. A source of n tokens has n + 1 positions, t1 … tn `<eos>`. A target of n tokens has
 * n + 1 positions too: at each the model reads one token (`<bos>` t1 … tn) and is to predict another (t1 … tn `<eos>`).
 * A target that was cut ends in what came next, not in `<eos>`: no model should learn to stop where it was cut.
 */
export class TokenizedPairs {
  /** How many pairs there are. */
  readonly count: number;

  /**
   * @param targets each sequence as it is to be predicted, `<eos>` included
   * @param original (count): which of the pairs that were encoded each one is
   * @param labels (pairs that were encoded): the label of each, by its place; null where they have none
   */
  constructor(
    private readonly sources: Side,
    private readonly targets: Side,
    private readonly bosId: number,
    readonly eosId: number,
    readonly original: Int32Array,
    readonly long: LongPairCounts,
    private readonly labels: Int32Array | null = null,
  ) {
    this.count = original.length;
  }

  /** Positions of one pair's source: its tokens and `<eos>`. */
  sourceLength(pair: number): number {
    return this.sources.offsets[pair + 1] - this.sources.offsets[pair];
  }

  /** Positions of one pair's target: how many ids it gives to predict. */
  targetLength(pair: number): number {
    return this.targets.offsets[pair + 1] - this.targets.offsets[pair];
  }

  /** Positions of all sources together. */
  get totalSources(): number {
    return this.sources.ids.length;
  }

  /** Positions of all targets together: how many targets one pass has. */
  get totalTargets(): number {
    return this.targets.ids.length;
  }

  /** A pair's label by its place among all; null where pairs have none. */
  label(pair: number): number | null {
    return this.labels && this.labels[this.original[pair]];
  }

  /** The token at a position of a pair's source; `<eos>` at the last. */
  source(pair: number, position: number): number {
    return this.sources.ids[this.sources.offsets[pair] + position];
  }

  /** The token that is read at a position of a pair's target; `<bos>` at the first. */
  input(pair: number, position: number): number {
    return position === 0 ? this.bosId : this.targets.ids[this.targets.offsets[pair] + position - 1];
  }

  /** The token to predict at a position of a pair's target. */
  target(pair: number, position: number): number {
    return this.targets.ids[this.targets.offsets[pair] + position];
  }
}

/**
 * Pairs as the ids of their whole texts, each source behind its language tag if it has a language: tokenized once, to be
 * looked at and cut as often as is needed.
 */
export class EncodedPairs {
  readonly count: number;
  /** Positions of the longest source and the longest target, their ends included; at least 2. */
  readonly longest: { readonly source: number; readonly target: number };
  /** Positions of the shortest source or target, its end included. */
  readonly shortest: number;
  private readonly sources: Side;
  private readonly targets: Side;
  private readonly labels: Int32Array | null;

  constructor(
    pairs: readonly TextPair[],
    private readonly sourceTokenizer: Tokenizer,
    private readonly targetTokenizer: Tokenizer,
  ) {
    const sources = new SideBuilder(pairs.length);
    const targets = new SideBuilder(pairs.length);
    for (const { source, target, language } of pairs) {
      sources.add(sourceTokenizer.encode(taggedSource(source, language)));
      targets.add(targetTokenizer.encode(target));
    }
    this.count = pairs.length;
    this.labels = pairs.some(({ label }) => label !== undefined) ? Int32Array.from(pairs, ({ label }) => label!) : null;
    this.sources = sources.take();
    this.targets = targets.take();
    this.shortest = Math.min(shortestIn(this.sources), shortestIn(this.targets));
    this.longest = { source: longestIn(this.sources), target: longestIn(this.targets) };
  }

  /**
   * The pairs with their ends, those that are too long cut or left out.
   * @throws WordloomError "invalid_argument" for a maximum that is no whole number of at least 2; "invalid_data" when
   *   there were pairs and every one was left out
   */
  within({ maximumSource, maximumTarget, longPairs = "truncate" }: EncodingOptions): TokenizedPairs {
    checkMaximum("source", maximumSource);
    checkMaximum("target", maximumTarget);
    const sources = new SideBuilder(this.count);
    const targets = new SideBuilder(this.count);
    const original = new IdBuffer(this.count);
    let [truncatedSources, truncatedTargets, dropped] = [0, 0, 0];
    for (let i = 0; i < this.count; i++) {
      const [sourceIds, targetIds] = [idsOf(this.sources, i), idsOf(this.targets, i)];
      const longSource = sourceIds.length >= maximumSource;
      const longTarget = targetIds.length >= maximumTarget;
      if (longPairs === "drop" && (longSource || longTarget)) {
        dropped++;
        continue;
      }
      if (longSource) truncatedSources++;
      if (longTarget) truncatedTargets++;
      sources.add(sourceIds.subarray(0, maximumSource - 1), this.sourceTokenizer.eosId);
      if (longTarget) targets.add(targetIds.subarray(0, maximumTarget));
      else targets.add(targetIds, this.targetTokenizer.eosId);
      original.push(i);
    }
    if (this.count > 0 && original.length === 0) {
      throw new WordloomError(
        "invalid_data",
        `Each of the ${counted(this.count, "pair")} is of more than ${maximumSource} source or ${maximumTarget} target ` +
          "tokens, ends included, and was left out; allow longer pairs, or cut them.",
      );
    }
    const long = { truncatedSources, truncatedTargets, dropped };
    const { bosId } = this.targetTokenizer;
    return new TokenizedPairs(sources.take(), targets.take(), bosId, this.sourceTokenizer.eosId, original.take(), long, this.labels);
  }
}

/** Encodes pairs that are needed only once; throws as `EncodedPairs.within` does. */
export function encodePairs(
  pairs: readonly TextPair[],
  sourceTokenizer: Tokenizer,
  targetTokenizer: Tokenizer,
  options: EncodingOptions,
): TokenizedPairs {
  return new EncodedPairs(pairs, sourceTokenizer, targetTokenizer).within(options);
}

const idsOf = ({ ids, offsets }: Side, pair: number): Int32Array => ids.subarray(offsets[pair], offsets[pair + 1]);

function shortestIn({ offsets }: Side): number {
  let shortest = Infinity;
  for (let i = 1; i < offsets.length; i++) shortest = Math.min(shortest, offsets[i] - offsets[i - 1] + 1);
  return shortest;
}

function longestIn({ offsets }: Side): number {
  let longest = 2;
  for (let i = 1; i < offsets.length; i++) longest = Math.max(longest, offsets[i] - offsets[i - 1] + 1);
  return longest;
}

class SideBuilder {
  private readonly ids: IdBuffer;
  private readonly offsets: number[] = [0];

  constructor(expected: number) {
    this.ids = new IdBuffer(16 * expected);
  }

  add(ids: Int32Array, end?: number): void {
    this.ids.append(ids);
    if (end !== undefined) this.ids.push(end);
    this.offsets.push(this.ids.length);
  }

  take(): Side {
    return { ids: this.ids.take(), offsets: Float64Array.from(this.offsets) };
  }
}

function checkMaximum(side: string, maximum: number): void {
  if (Number.isInteger(maximum) && maximum >= 2) return;
  throw new WordloomError(
    "invalid_argument",
    `A ${side} cannot have at most ${maximum} positions; give a whole number of at least 2.`,
  );
}
