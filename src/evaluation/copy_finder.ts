// Finds what samples copied from a text of any length: the samples are indexed, and the text only passes by.

import { NONE, ROOT, SuffixAutomaton } from "./suffix_automaton.js";

/** The longest span of a sample that stands in the text that was read. */
export interface LongestCopy {
  /** The sample's token that it begins with; 0 where nothing is copied. */
  readonly start: number;
  /** In tokens. */
  readonly length: number;
  /** Whether one of the texts, from its first token to its last, is the sample. */
  readonly identical: boolean;
}

/**
 * Matches texts with all samples at once. Memory grows with the samples alone, about 100 bytes a token, and time with the
 * length of the text, whatever the samples are; nothing is estimated.
 *
 * At each token of the text the automaton of the samples gives the longest span up to there that a sample has (the matching
 * statistics of Chang and Lawler 1994, "Sublinear Approximate String Matching and Biological Applications"); the longest for
 * each state is kept.
 */
export class CopyFinder {
  private readonly numbers = new Map<string, number>();
  private readonly automaton: SuffixAutomaton;
  /** For each state the longest of its spans that was seen; 0 for none. */
  private readonly seen: Int32Array;
  /** Whole texts that are spans of samples, by `keyOf`. */
  private readonly wholeTexts = new Set<number>();
  private state = ROOT;
  private matched = 0;
  private textLength = 0;

  constructor(private readonly samples: readonly (readonly string[])[]) {
    for (const sample of samples) for (const token of sample) if (!this.numbers.has(token)) this.numbers.set(token, this.numbers.size);
    // Behind each sample stands a number of its own, so that no span reaches from one into the next.
    const sequence = new Int32Array(samples.reduce((sum, { length }) => sum + length + 1, 0));
    let place = 0;
    for (const [s, sample] of samples.entries()) {
      for (const token of sample) sequence[place++] = this.numbers.get(token)!;
      sequence[place++] = this.numbers.size + s;
    }
    this.automaton = new SuffixAutomaton(sequence);
    this.seen = new Int32Array(this.automaton.size);
  }

  /** Reads the next tokens of the text. */
  read(tokens: readonly string[]): void {
    const { automaton, numbers, seen } = this;
    let { state, matched } = this;
    for (const token of tokens) {
      const number = numbers.get(token);
      let next = number === undefined ? NONE : automaton.next(state, number);
      // Without what it begins with the span may go on.
      while (next === NONE && state !== ROOT) {
        state = number === undefined ? ROOT : automaton.links[state];
        matched = automaton.lengths[state];
        if (number !== undefined) next = automaton.next(state, number);
      }
      if (next === NONE) continue;
      state = next;
      matched++;
      if (matched > seen[state]) seen[state] = matched;
    }
    this.state = state;
    this.matched = matched;
    this.textLength += tokens.length;
  }

  /** Ends a text: no copy reaches from it into the next one. */
  endText(): void {
    if (this.matched > 0 && this.matched === this.textLength) this.wholeTexts.add(this.keyOf(this.state, this.matched));
    this.state = ROOT;
    this.matched = this.textLength = 0;
  }

  /** For each sample its longest copy, the first of those of one length, from all that was read. */
  longestCopies(): LongestCopy[] {
    const copied = this.copiedSuffixes();
    return this.samples.map((sample) => {
      let [end, length, state] = [0, 0, ROOT];
      for (const [i, token] of sample.entries()) {
        state = this.automaton.next(state, this.numbers.get(token)!);
        if (copied[state] > length) [end, length] = [i + 1, copied[state]];
      }
      return { start: end - length, length, identical: this.wholeTexts.has(this.keyOf(state, sample.length)) };
    });
  }

  /** For each state how much of the end of its spans was seen, as spans of its own or of the states that it links to. */
  private copiedSuffixes(): Int32Array {
    const { lengths, links } = this.automaton;
    const copied = this.seen.slice();
    const order = this.automaton.byLength().subarray(1); // without the root
    // Where a span was seen all of its suffixes were.
    for (const state of order.toReversed()) if (copied[state] > 0) copied[links[state]] = lengths[links[state]];
    for (const state of order) if (copied[state] === 0) copied[state] = copied[links[state]];
    return copied;
  }

  /** One number for each span: those of a state end alike, so that they differ in length. */
  private keyOf(state: number, length: number): number {
    return state * 2 ** 22 + length;
  }
}
