// The exact entropy of a grammar, by recursion over its choices rather than by sampling.
import { type Bindings, chooseAlternative, chooseWord, type Grammar, noBindings, type Template, type Variable } from "./grammar.js";

/** What of the bindings can still matter from some point on: words that conditions ask about, and which are drawn yet. */
interface Horizon {
  readonly tested: readonly number[];
  readonly mentioned: readonly number[];
}

function horizonAfter(grammar: Grammar, rest: Template, firstSlot: number): Horizon {
  const tested = new Set<number>();
  const mentioned = new Set<number>();
  const addMentions = (template: Template): void => {
    for (const part of template) {
      if (typeof part === "string") continue;
      mentioned.add(part.variable);
      for (const { tests } of grammar.variables[part.variable].candidates) for (const test of tests) tested.add(test.variable);
    }
  };
  addMentions(rest);
  for (const slot of grammar.slots.slice(firstSlot)) {
    for (const alternative of slot.alternatives) {
      for (const test of alternative.tests) tested.add(test.variable);
      addMentions(alternative.english);
    }
  }
  return { tested: [...tested], mentioned: [...mentioned] };
}

function describe(bindings: Bindings, horizon: Horizon): string {
  const traits = horizon.tested.map((variable) => bindings[variable]?.traits.join(",") ?? "-");
  const drawn = horizon.mentioned.map((variable) => (bindings[variable] === undefined ? "0" : "1"));
  return `${traits.join(";")}|${drawn.join("")}`;
}

/**
 * The entropy in nats that each slot's choice of phrasing and each variable's choice of word adds to a text, keyed by
 * the slot's or the variable's name; their sum is the entropy of the source, because the grammar is unambiguous.
 *
 * By the chain rule, H(rest | context) = sum over options of p (-log p + H(rest | context, option)). Contexts that no
 * later choice can tell apart are computed once.
 */
export function entropyByChoice(grammar: Grammar): Record<string, number> {
  const drawable = grammar.variables.filter((variable) => !variable.hidden);
  const names = [...grammar.slots.map((slot) => slot.name), ...drawable.map((variable) => variable.name)];
  const column = new Map<Variable, number>(drawable.map((variable, i) => [variable, grammar.slots.length + i]));
  const memory = new Map<string, Float64Array>();

  /** Adds p (-log p) to a column and p times what follows to all of them. */
  const accumulate = (sum: Float64Array, at: number, probability: number, rest: Float64Array): void => {
    sum[at] -= probability * Math.log(probability);
    for (let i = 0; i < sum.length; i++) sum[i] += probability * rest[i];
  };

  const remember = (place: string, bindings: Bindings, horizon: Horizon, compute: () => Float64Array): Float64Array => {
    const key = `${place}|${describe(bindings, horizon)}`;
    let known = memory.get(key);
    if (known === undefined) {
      known = compute();
      memory.set(key, known);
    }
    return known;
  };

  const horizons = new Map<string, Horizon>();
  const horizonOf = (place: string, rest: Template, firstSlot: number): Horizon => {
    let horizon = horizons.get(place);
    if (horizon === undefined) {
      horizon = horizonAfter(grammar, rest, firstSlot);
      horizons.set(place, horizon);
    }
    return horizon;
  };

  const fromSlot = (slotIndex: number, bindings: Bindings): Float64Array => {
    if (slotIndex === grammar.slots.length) return new Float64Array(names.length);
    const place = `${slotIndex}`;
    return remember(place, bindings, horizonOf(place, [], slotIndex), () => {
      const sum = new Float64Array(names.length);
      const slot = grammar.slots[slotIndex];
      const { options, probabilities } = chooseAlternative(slot, bindings);
      options.forEach((option, i) => {
        const words = [...bindings];
        for (const fact of slot.alternatives[option].sets) words[fact.variable] = fact.word;
        accumulate(sum, slotIndex, probabilities[i], fromPart(slotIndex, option, 0, words));
      });
      return sum;
    });
  };

  const fromPart = (slotIndex: number, option: number, partIndex: number, bindings: Bindings): Float64Array => {
    const template = grammar.slots[slotIndex].alternatives[option].english;
    let index = partIndex;
    for (; index < template.length; index++) {
      const part = template[index];
      if (typeof part !== "string" && bindings[part.variable] === undefined) break;
    }
    if (index === template.length) return fromSlot(slotIndex + 1, bindings);
    const place = `${slotIndex}.${option}.${index}`;
    return remember(place, bindings, horizonOf(place, template.slice(index), slotIndex + 1), () => {
      const part = template[index];
      const sum = new Float64Array(names.length);
      if (typeof part === "string") return sum;
      const variable = grammar.variables[part.variable];
      const { options, probabilities } = chooseWord(variable, bindings);
      options.forEach((word, i) => {
        const words = [...bindings];
        words[part.variable] = word;
        accumulate(sum, column.get(variable)!, probabilities[i], fromPart(slotIndex, option, index + 1, words));
      });
      return sum;
    });
  };

  const totals = fromSlot(0, noBindings(grammar));
  return Object.fromEntries(names.map((name, i) => [name, totals[i]]));
}
