// A proof, by inspection of a grammar, that no text has two derivations.
import type { Alternative, Grammar, Template, Test, Variable } from "./grammar.js";

/** A template with each mention widened to every string it could ever be: a regular language that contains the true one. */
type Pieces = readonly (readonly string[])[];

function formsOf(variable: Variable, form: string): readonly string[] {
  return [...new Set(variable.candidates.map((candidate) => candidate.word.english[form]))];
}

function widen(grammar: Grammar, template: Template): Pieces {
  return template.map((part) => (typeof part === "string" ? [part] : formsOf(grammar.variables[part.variable], part.form)));
}

/**
 * Whether some string of one language is a prefix of some string of the other (or the two share a string). Walks both
 * at once, keeping the pieces not yet consumed on each side and the text that one side is ahead.
 */
function sharePrefix(a: Pieces, b: Pieces): boolean {
  const seen = new Set<string>();
  const walk = (indexA: number, indexB: number, aheadA: string, aheadB: string): boolean => {
    const common = Math.min(aheadA.length, aheadB.length);
    if (aheadA.slice(0, common) !== aheadB.slice(0, common)) return false;
    const leftA = aheadA.slice(common);
    const leftB = aheadB.slice(common);
    const key = `${indexA}:${indexB}:${leftA}:${leftB}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (leftA === "") {
      if (indexA === a.length) return true;
      return a[indexA].some((piece) => walk(indexA + 1, indexB, piece, leftB));
    }
    if (indexB === b.length) return true;
    return b[indexB].some((piece) => walk(indexA, indexB + 1, leftA, piece));
  };
  return walk(0, 0, "", "");
}

/** Whether no context allows both: some variable would need a word with traits that no word has together. */
function excludeEachOther(grammar: Grammar, a: readonly Test[], b: readonly Test[]): boolean {
  return a.some((testA) =>
    b.some(
      (testB) =>
        testA.variable === testB.variable &&
        !grammar.variables[testA.variable].candidates.some(
          ({ word }) =>
            testA.traits.some((trait) => word.traits.includes(trait)) && testB.traits.some((trait) => word.traits.includes(trait)),
        ),
    ),
  );
}

function firstForms(grammar: Grammar): Map<Variable, Set<string>> {
  const forms = new Map<Variable, Set<string>>();
  let certain = new Set<number>(); // bound in every story that reaches the slot
  for (const slot of grammar.slots) {
    const boundBy = slot.alternatives.map((alternative: Alternative) => {
      const bound = new Set(certain);
      for (const part of alternative.english) {
        if (typeof part === "string" || bound.has(part.variable)) continue;
        const variable = grammar.variables[part.variable];
        forms.set(variable, (forms.get(variable) ?? new Set()).add(part.form));
        bound.add(part.variable);
      }
      return bound;
    });
    certain = new Set([...boundBy[0]].filter((variable) => boundBy.every((bound) => bound.has(variable))));
  }
  return forms;
}

/**
 * The pairs of options, each as a sentence, that could stand at the same point of a text and of which one's text could
 * begin the other's. When there are none, the choices of a derivation can be read off the text one by one from its
 * start, so every text has at most one derivation. The check widens the languages it compares: it can raise a
 * false alarm, but an empty answer is a proof.
 */
export function findConflicts(grammar: Grammar): string[] {
  const conflicts: string[] = [];
  for (const [variable, forms] of firstForms(grammar)) {
    for (const form of forms) {
      const spellings = variable.candidates.map((candidate) => candidate.word.english[form]);
      spellings.forEach((spelling, i) => {
        for (const other of spellings.filter((_, j) => j !== i)) {
          if (other.startsWith(spelling)) conflicts.push(`The ${variable.noun} "${spelling}" begins "${other}".`);
        }
      });
    }
  }
  for (const slot of grammar.slots) {
    const languages = slot.alternatives.map((alternative) => widen(grammar, alternative.english));
    languages.forEach((language, i) => {
      for (let j = 0; j < i; j++) {
        if (excludeEachOther(grammar, slot.alternatives[i].tests, slot.alternatives[j].tests)) continue;
        if (sharePrefix(language, languages[j])) conflicts.push(`Alternatives ${j} and ${i} of the slot "${slot.name}" share a beginning.`);
      }
    });
  }
  return conflicts;
}
