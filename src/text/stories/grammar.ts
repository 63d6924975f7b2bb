// The story engine: slots filled top to bottom, whose variables are drawn at their first mention and repeated after it.
import { WordloomError } from "../../errors.js";

/** The languages a derivation can be written in. Only the English text is ever parsed. */
export type Language = "english" | "chinese";

/** The shapes in which a word can stand in a sentence; `plain` is the one meant by a bare `{variable}`. */
export type Forms = Readonly<Record<string, string>>;

/** Which traits the words of earlier variables must have (any one of those listed) for something to be allowed. */
export type Condition = Readonly<Record<string, string | readonly string[]>>;

/** One value that a variable can take, in both languages. */
export interface Word {
  readonly english: Forms;
  readonly chinese: Forms;
  /** What conditions ask about. */
  readonly traits: readonly string[];
  readonly weight: number;
  readonly when: Condition;
}

/** A variable of the grammar as written: what it stands for and the words it is drawn from. */
export interface VariableDefinition {
  /** How an error message names it, after "the": "hero". */
  readonly noun: string;
  readonly words: readonly Word[];
}

/**
 * One phrasing of a slot as written. In a template, `{pet}` or `{hero.his}` is a mention: the first mention in the
 * English text draws the variable, every other repeats it.
 */
export interface AlternativeDefinition {
  readonly english: string;
  readonly chinese: string;
  /** The one-sentence summary of a story that takes this alternative. */
  readonly summary?: string;
  readonly weight?: number;
  readonly when?: Condition;
  /** Facts that this alternative settles for the slots below: hidden variables, each with a single trait. */
  readonly sets?: Readonly<Record<string, string>>;
}

export interface GrammarDefinition {
  readonly variables: Readonly<Record<string, VariableDefinition>>;
  readonly slots: Readonly<Record<string, readonly AlternativeDefinition[]>>;
}

export interface Mention {
  readonly variable: number;
  readonly form: string;
}

/** A compiled template: literal text and mentions in turn. */
export type Template = readonly (string | Mention)[];

export interface Test {
  readonly variable: number;
  readonly traits: readonly string[];
}

/** A word ready to be drawn: its condition refers to variables by number. */
export interface Candidate {
  readonly word: Word;
  readonly tests: readonly Test[];
}

export interface Variable {
  readonly name: string;
  readonly noun: string;
  /** True for the facts that alternatives set: never drawn, never mentioned. */
  readonly hidden: boolean;
  readonly candidates: readonly Candidate[];
}

export interface Alternative {
  readonly weight: number;
  readonly tests: readonly Test[];
  readonly sets: readonly { readonly variable: number; readonly word: Word }[];
  /** Starts with the space that parts it from the slot above, if there is one. */
  readonly english: Template;
  readonly chinese: Template;
  readonly summary: Template | null;
}

export interface Slot {
  readonly name: string;
  readonly alternatives: readonly Alternative[];
}

export interface Grammar {
  readonly variables: readonly Variable[];
  readonly slots: readonly Slot[];
}

/** The words bound so far, by variable number. */
export type Bindings = (Word | undefined)[];

/** The bindings at the start of a text: none. */
export function noBindings(grammar: Grammar): Bindings {
  return grammar.variables.map(() => undefined);
}

/** One complete way through the grammar. */
export interface Derivation {
  /** The alternative taken, for each slot. */
  readonly alternatives: readonly number[];
  /** The word of each variable; undefined where the story never needed it. */
  readonly words: readonly (Word | undefined)[];
  /** Natural logarithm of the product of the probabilities of all choices made. */
  readonly logProbability: number;
}

/** The options open in some context, with their probabilities (which sum to 1). */
export interface Choice<Option> {
  readonly options: readonly Option[];
  readonly probabilities: readonly number[];
}

function fail(sentence: string): never {
  throw new WordloomError("internal", sentence);
}

function listed(traits: string | readonly string[]): readonly string[] {
  return typeof traits === "string" ? [traits] : traits;
}

/** Checks a grammar's definition and numbers its variables. Throws `internal` on a name, form or trait that is not there. */
export function compileGrammar(definition: GrammarDefinition): Grammar {
  const numbers = new Map<string, number>();
  const hiddenWords = new Map<string, Map<string, Word>>();
  for (const name of Object.keys(definition.variables)) numbers.set(name, numbers.size);
  const setters = new Map<string, string>();
  for (const [slotName, alternatives] of Object.entries(definition.slots)) {
    for (const [name, trait] of alternatives.flatMap((alternative) => Object.entries(alternative.sets ?? {}))) {
      if (definition.variables[name]) fail(`The slot ${slotName} sets ${name}, which is drawn from words.`);
      if ((setters.get(name) ?? slotName) !== slotName) fail(`Both ${setters.get(name)} and ${slotName} set ${name}.`);
      setters.set(name, slotName);
      if (!numbers.has(name)) numbers.set(name, numbers.size);
      const words = hiddenWords.get(name) ?? new Map<string, Word>();
      hiddenWords.set(name, words);
      if (!words.has(trait)) words.set(trait, { english: {}, chinese: {}, traits: [trait], weight: 1, when: {} });
    }
  }
  const wordsOf = (name: string): readonly Word[] =>
    definition.variables[name]?.words ?? [...(hiddenWords.get(name)?.values() ?? [])];

  const compileTests = (condition: Condition, where: string): Test[] =>
    Object.entries(condition).map(([name, traits]) => {
      for (const trait of listed(traits)) {
        if (!wordsOf(name).some((word) => word.traits.includes(trait))) {
          fail(`${where} asks for a ${name} that is "${trait}", but there is none.`);
        }
      }
      return { variable: numbers.get(name)!, traits: listed(traits) };
    });

  const compileTemplate = (text: string, language: Language): Template =>
    text
      .split(/(\{[^}]*\})/)
      .filter((piece) => piece !== "")
      .map((piece) => {
        if (!piece.startsWith("{")) return piece;
        const [name, form = "plain"] = piece.slice(1, -1).split(".");
        const words = definition.variables[name]?.words ?? fail(`There is no variable ${piece} in "${text}".`);
        for (const word of words) {
          if (!word[language][form]) fail(`A word of ${name} lacks the ${language} form that ${piece} in "${text}" needs.`);
        }
        return { variable: numbers.get(name)!, form };
      });

  const variables = [...numbers.keys()].map((name): Variable => ({
    name,
    noun: definition.variables[name]?.noun ?? name,
    hidden: !definition.variables[name],
    candidates: wordsOf(name).map((word) => ({ word, tests: compileTests(word.when, `A word of ${name}`) })),
  }));
  const slots = Object.entries(definition.slots).map(([name, alternatives], position): Slot => ({
    name,
    alternatives: alternatives.map((alternative) => ({
      weight: alternative.weight ?? 1,
      tests: compileTests(alternative.when ?? {}, `"${alternative.english}"`),
      sets: Object.entries(alternative.sets ?? {}).map(([variable, trait]) => ({
        variable: numbers.get(variable)!,
        word: hiddenWords.get(variable)!.get(trait)!,
      })),
      english: compileTemplate((position > 0 ? " " : "") + alternative.english, "english"),
      chinese: compileTemplate(alternative.chinese, "chinese"),
      summary: alternative.summary === undefined ? null : compileTemplate(alternative.summary, "english"),
    })),
  }));
  return { variables, slots };
}

/** Whether every test's variable is bound to a word with one of the traits asked for. */
export function allowed(tests: readonly Test[], bindings: Bindings): boolean {
  for (const test of tests) {
    const word = bindings[test.variable];
    if (word === undefined || !test.traits.some((trait) => word.traits.includes(trait))) return false;
  }
  return true;
}

function choiceAmong<Option>(options: readonly Option[], weights: readonly number[], what: string): Choice<Option> {
  let total = 0;
  for (const weight of weights) total += weight;
  if (!(total > 0)) fail(`The story grammar reached ${what} with nothing to choose from.`);
  return { options, probabilities: weights.map((weight) => weight / total) };
}

/** The alternatives of a slot that the words bound so far allow, as indices into `slot.alternatives`. */
export function chooseAlternative(slot: Slot, bindings: Bindings): Choice<number> {
  const options: number[] = [];
  for (let i = 0; i < slot.alternatives.length; i++) {
    if (allowed(slot.alternatives[i].tests, bindings)) options.push(i);
  }
  return choiceAmong(options, options.map((i) => slot.alternatives[i].weight), `the slot "${slot.name}"`);
}

/** The words that an unbound variable may take, given the words bound so far. */
export function chooseWord(variable: Variable, bindings: Bindings): Choice<Word> {
  const options: Word[] = [];
  for (const candidate of variable.candidates) if (allowed(candidate.tests, bindings)) options.push(candidate.word);
  return choiceAmong(options, options.map((word) => word.weight), `the variable "${variable.name}"`);
}
