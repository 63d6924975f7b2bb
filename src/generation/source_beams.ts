// The search for one source's text: its unfinished beams, what has ended, and when neither can become better.

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
}

/**
 * Beam search for one source (Graves 2012, "Sequence Transduction with Recurrent Neural Networks", section 2.5; Sutskever
 * et al. 2014, section 3.2). At each step, of all continuations of all beams, those with the end token among the best
 * `beams` are finished, and the best `beams` without it go on, so that the search stays as wide to its end. It is over
 * - as soon as `beams` texts are finished, or the largest length is reached, where what is unfinished is cut off;
 * - earlier, if `nBest` are finished and no beam can come before the worst of these: a log-probability only falls, so
 *   that a beam's score is at best what it has now over the length penalty of the longest text.
 */
export class SourceBeams {
  /** The beams that go on, best first; none when the search is over. The first step goes on from one without tokens. */
  beams: readonly Beam[] = [{ token: -1, before: null, logProbability: 0, origin: 0 }];
  private length = 0;
  private readonly finished: Hypothesis[] = [];

  /** @param limit the most tokens of a text, the end token counted */
  constructor(
    private readonly limit: number,
    private readonly options: Pick<SourceOptions, "beams" | "nBest" | "lengthPenalty" | "eosId">,
  ) {}

  /**
   * Takes a step.
   * @param candidates the best 2 x `beams` continuations of the present beams: at most half of them end a text
   * @throws WordloomError `non_finite_loss` if there is none and nothing was finished before
   */
  advance(candidates: LargestCandidates): void {
    const { beams: width, nBest, eosId, lengthPenalty } = this.options;
    this.length++;
    const going: Beam[] = [];
    for (let rank = 0; rank < candidates.count && going.length < width; rank++) {
      const token = candidates.tokens[rank];
      const origin = candidates.beams[rank];
      const logProbability = candidates.scores[rank];
      const before = this.length === 1 ? null : this.beams[origin];
      if (token !== eosId) going.push({ token, before, logProbability, origin });
      else if (rank < width) this.finish(before, logProbability, true);
    }
    if (going.length === 0 && this.finished.length === 0) throw notFinite("every token that may be written the probability 0");
    this.beams = [];
    if (this.length === this.limit) {
      for (const beam of going) this.finish(beam, beam.logProbability, false);
    } else if (going.length > 0 && this.finished.length < width) {
      const canWin = this.finished.length < nBest || scoreOf(going[0].logProbability, this.limit, lengthPenalty) >= this.best()[nBest - 1].score;
      if (canWin) this.beams = going;
    }
  }

  /** The best `nBest` of the finished texts, best first; fewer where the model makes no more possible. */
  best(): readonly Hypothesis[] {
    return this.finished.sort(compareHypotheses).slice(0, this.options.nBest);
  }

  private finish(last: Beam | null, logProbability: number, complete: boolean): void {
    const tokens: number[] = [];
    for (let beam = last; beam !== null; beam = beam.before) tokens.push(beam.token);
    const score = scoreOf(logProbability, this.length, this.options.lengthPenalty);
    this.finished.push({ tokens: tokens.reverse(), complete, logProbability, score });
  }
}
