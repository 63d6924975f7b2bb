// The automaton against the spans themselves.

import fc from "fast-check";
import { expect, it } from "vitest";
import { NONE, ROOT, SuffixAutomaton } from "./suffix_automaton.js";

const sequences = fc.array(fc.nat(2), { maxLength: 25 });

function stateOf(automaton: SuffixAutomaton, span: readonly number[]): number {
  return span.reduce((state, symbol) => (state === NONE ? NONE : automaton.next(state, symbol)), ROOT);
}

it("has a path for each span of the sequence and for nothing else", () => {
  fc.assert(
    fc.property(sequences, fc.array(fc.nat(2), { maxLength: 6 }), (sequence, span) => {
      const automaton = new SuffixAutomaton(Int32Array.from(sequence));
      expect(automaton.size).toBeLessThanOrEqual(Math.max(1, 2 * sequence.length));
      expect(stateOf(automaton, span) !== NONE).toBe(`,${sequence.join()},`.includes(span.length === 0 ? "" : `,${span.join()},`));
    }),
    { numRuns: 500 },
  );
});

it("puts spans into one state exactly where they end at the same places", () => {
  const endsOf = (sequence: readonly number[], span: readonly number[]) =>
    sequence.flatMap((_, end) => (end + 1 >= span.length && span.every((symbol, i) => sequence[end + 1 - span.length + i] === symbol) ? [end] : [])).join();
  fc.assert(
    fc.property(sequences.filter(({ length }) => length > 0), (sequence) => {
      const automaton = new SuffixAutomaton(Int32Array.from(sequence));
      const states = new Map<string, Set<number>>();
      const longest = new Map<number, number>();
      for (let start = 0; start < sequence.length; start++) {
        for (let end = start + 1; end <= sequence.length; end++) {
          const span = sequence.slice(start, end);
          const [ends, state] = [endsOf(sequence, span), stateOf(automaton, span)];
          states.set(ends, (states.get(ends) ?? new Set()).add(state));
          longest.set(state, Math.max(longest.get(state) ?? 0, span.length));
        }
      }
      expect([...states.values()].every(({ size }) => size === 1)).toBe(true);
      expect(longest.size).toBe(states.size);
      expect(automaton.size).toBe(states.size + 1);
      for (const [state, length] of longest) expect(automaton.lengths[state]).toBe(length);
      const order = automaton.byLength();
      expect(order[0]).toBe(ROOT);
      for (const state of order.subarray(1)) expect(order.indexOf(automaton.links[state])).toBeLessThan(order.indexOf(state));
    }),
  );
});
