// The search for one source's text: its unfinished beams, what has ended, and when neither can become better.

import { coverageAfter, coveragePenalty } from "./coverage.js";
import { compareHypotheses, scoreOf, type Hypothesis } from "./hypothesis.js";
import type { LargestCandidates } from "./largest_candidates.js";
import { notFinite } from "./sampler.js";
import type { SourceOptions } from "./source_options.js";

/** An unfinished text as a list from its last token back: beams share what they have in common. */
export interface Beam {
  readonly token: number;
  readonly before: Beam | null;
  /** Natural log-probability of all tokens. */
  readonly logProbability: number;
  /** Which of the beams of the step before it continues. */
  readonly origin: number;
  /** What was attended to when the token was predicted (source length), where it is asked for. */
  readonly attention?: Float32Array;
}

/**
 * Beam search for one source (Graves 2012, "Sequence Transduction with Recurrent Neural Networks", section 2.5; Sutskever
 * et al. 2014, section 3.2). At each step, of all continuations of all beams, those with the end token among the best
 * `beams` are finished, and the best `beams` without it go on, so that the search stays as wide to its end. It is over
 * - as soon as `beams` texts are finished, or the largest length is reached, where what is unfinished is cut off;
 * - earlier, if `nBest` are finished and no beam can come before the worst of these: a log-probability only falls, so
 *   that a beam's score is at best what it has now over the length penalty of the longest text, all of the source covered.
 */
export class SourceBeams {
  /** The beams that go on, best first; none when the search is over. The first step goes on from one without tokens. */
  beams: readonly Beam[] = [{ token: -1, before: null, logProbability: 0, origin: 0 }];
  private length = 0;
  private readonly finished: Hypothesis[] = [];
  /** What each of the beams has attended to; none where there is no coverage penalty. */
  private coverages: readonly Float64Array[];

  /**
   * @param limit the most tokens of a text, the end token counted
   * @param sourceLength the source's tokens
   */
  constructor(
    private readonly limit: number,
    private readonly sourceLength: number,
    private readonly options: Pick<SourceOptions, "attention" | "beams" | "nBest" | "lengthPenalty" | "coveragePenalty" | "eosId">,
  ) {
    this.coverages = options.coveragePenalty > 0 ? [new Float64Array(sourceLength)] : [];
  }

  /**
   * Takes a step.
   * @param candidates the best 2 x `beams` continuations of the present beams: at most half of them end a text
   * @param attention of each present beam to the source, in their order; needed only for a coverage penalty, or where it is asked for
   * @throws WordloomError `non_finite_loss` if there is none and nothing was finished before
   */
  advance(candidates: LargestCandidates, attention: readonly Float32Array[] = []): void {
    const { beams: width, nBest, eosId, lengthPenalty } = this.options;
    this.length++;
    // A beam's continuations have all attended to the same: attention is paid before the token is chosen.
    const coverages = this.coverages.map((coverage, beam) => coverageAfter(coverage, attention[beam]));
    const rows = this.options.attention ? attention.map((row) => row.slice(0, this.sourceLength)) : []; // a copy: the next step's take their place
    const going: Beam[] = [];
    for (let rank = 0; rank < candidates.count && going.length < width; rank++) {
      const token = candidates.tokens[rank];
      const origin = candidates.beams[rank];
      const logProbability = candidates.scores[rank];
      const before = this.length === 1 ? null : this.beams[origin];
      if (token !== eosId) going.push({ token, before, logProbability, origin, attention: rows[origin] });
      else if (rank < width) this.finish(before, logProbability, coverages[origin], true, rows[origin]);
    }
    if (going.length === 0 && this.finished.length === 0) throw notFinite("every token that may be written the probability 0");
    this.beams = [];
    if (this.length === this.limit) {
      for (const beam of going) this.finish(beam, beam.logProbability, coverages[beam.origin], false);
    } else if (going.length > 0 && this.finished.length < width) {
      const canWin = this.finished.length < nBest || scoreOf(going[0].logProbability, this.limit, lengthPenalty) >= this.best()[nBest - 1].score;
      if (canWin) this.beams = going;
    }
    this.coverages = coverages.length === 0 ? coverages : this.beams.map(({ origin }) => coverages[origin]);
  }

  /** The best `nBest` of the finished texts, best first; fewer where the model makes no more possible. */
  best(): readonly Hypothesis[] {
    return this.finished.sort(compareHypotheses).slice(0, this.options.nBest);
  }

  /** @param atEnd what was attended to when the end token of a complete text was predicted, where that is asked for */
  private finish(last: Beam | null, logProbability: number, coverage: Float64Array | undefined, complete: boolean, atEnd?: Float32Array): void {
    const tokens: number[] = [];
    const attention = atEnd ? [atEnd] : [];
    for (let beam = last; beam !== null; beam = beam.before) {
      tokens.push(beam.token);
      if (beam.attention) attention.push(beam.attention);
    }
    const penalty = coverage ? coveragePenalty(coverage, this.options.coveragePenalty) : 0;
    const score = scoreOf(logProbability, this.length, this.options.lengthPenalty) + penalty;
    const paid = this.options.attention ? { attention: attention.reverse() } : {};
    this.finished.push({ tokens: tokens.reverse(), complete, logProbability, score, ...paid });
  }
}
