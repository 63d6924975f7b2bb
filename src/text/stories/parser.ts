// From a text back to the derivation that wrote it, or to the first place where no derivation could go on.
import { type Bindings, chooseAlternative, chooseWord, type Derivation, type Grammar, noBindings, type Template } from "./grammar.js";

/** What the parser found out about a text. */
export interface Parse {
  /** Every derivation of the text, up to the limit asked for; empty when the text is not well-formed. */
  readonly derivations: readonly Derivation[];
  /** Where the furthest attempt stopped: the start of the first word that fits nothing, in UTF-16 code units. */
  readonly position: number;
  /** What could have stood there, each a phrase for a sentence: `"went"`, `the place, such as "the garden"`. */
  readonly expected: readonly string[];
}

const LETTER = /[A-Za-z]/;

function isLetter(character: string | undefined): boolean {
  return character !== undefined && LETTER.test(character);
}

/** The number of characters of `piece` that stand at `position` of the text. */
function matchedLength(text: string, position: number, piece: string): number {
  let length = 0;
  while (length < piece.length && text.charCodeAt(position + length) === piece.charCodeAt(length)) length++;
  return length;
}

/**
 * Finds the derivations of a text by trying, slot by slot, every alternative and every word that the context allows.
 * The languages of a slot's alternatives share no prefix (see ambiguity.ts), so a wrong turn dies within its slot and
 * the time is linear in the text.
 * @param limit how many derivations to look for: 1 to read a text, 2 or more to prove that it has only one
 */
export function parseText(grammar: Grammar, text: string, limit = 1): Parse {
  const bindings: Bindings = noBindings(grammar);
  const taken: number[] = [];
  const derivations: Derivation[] = [];
  let furthest = 0;
  let expected = new Set<string>();

  const note = (position: number, phrase: string): void => {
    if (position < furthest) return;
    if (position > furthest) expected = new Set();
    furthest = position;
    expected.add(phrase);
  };

  /** Records that `piece`, tried at `start`, stopped matching after `matched` characters. */
  const noteMismatch = (start: number, piece: string, matched: number, describe: (word: string, whole: boolean) => string): void => {
    const stop = start + matched;
    let wordStart = stop;
    if (isLetter(text[stop] ?? piece[matched])) while (wordStart > 0 && isLetter(text[wordStart - 1])) wordStart--;
    const rest = piece.slice(matched);
    const word = text.slice(wordStart, stop) + (/^ ?(?:[A-Za-z]+|[^A-Za-z])/.exec(rest)?.[0] ?? rest);
    note(wordStart, describe(word.trim(), wordStart <= start));
  };

  const quoted = (word: string): string => (word.includes('"') ? `'${word}'` : `"${word}"`);

  const parseSlot = (slotIndex: number, position: number, logProbability: number): void => {
    if (slotIndex === grammar.slots.length) {
      if (position < text.length) note(position, "the end of the story");
      else derivations.push({ alternatives: [...taken], words: [...bindings], logProbability });
      return;
    }
    const slot = grammar.slots[slotIndex];
    const { options, probabilities } = chooseAlternative(slot, bindings);
    for (let i = 0; i < options.length && derivations.length < limit; i++) {
      const alternative = slot.alternatives[options[i]];
      taken.push(options[i]);
      for (const fact of alternative.sets) bindings[fact.variable] = fact.word;
      parseParts(slotIndex, alternative.english, 0, position, logProbability + Math.log(probabilities[i]));
      for (const fact of alternative.sets) bindings[fact.variable] = undefined;
      taken.pop();
    }
  };

  const parseParts = (slotIndex: number, template: Template, partIndex: number, start: number, logProbability: number): void => {
    let position = start;
    for (let index = partIndex; index < template.length; index++) {
      const part = template[index];
      if (typeof part === "string") {
        const matched = matchedLength(text, position, part);
        if (matched < part.length) return noteMismatch(position, part, matched, quoted);
        position += matched;
        continue;
      }
      const variable = grammar.variables[part.variable];
      const bound = bindings[part.variable];
      if (bound !== undefined) {
        const form = bound.english[part.form];
        const matched = matchedLength(text, position, form);
        if (matched < form.length) return noteMismatch(position, form, matched, (word) => `${quoted(word)} for the ${variable.noun}`);
        position += matched;
        continue;
      }
      const { options, probabilities } = chooseWord(variable, bindings);
      for (let i = 0; i < options.length && derivations.length < limit; i++) {
        const form = options[i].english[part.form];
        const matched = matchedLength(text, position, form);
        if (matched < form.length) {
          const example = options[0].english[part.form];
          noteMismatch(position, form, matched, (word, whole) => (whole ? `the ${variable.noun}, such as ${quoted(example)}` : quoted(word)));
          continue;
        }
        bindings[part.variable] = options[i];
        parseParts(slotIndex, template, index + 1, position + matched, logProbability + Math.log(probabilities[i]));
        bindings[part.variable] = undefined;
      }
      return;
    }
    parseSlot(slotIndex + 1, position, logProbability);
  };

  parseSlot(0, 0, 0);
  return { derivations, position: furthest, expected: [...expected] };
}
