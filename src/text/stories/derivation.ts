// Drawing a derivation from a grammar, and writing one out in each of its views.
import { WordloomError } from "../../errors.js";
import type { RandomStream } from "../../runtime/random.js";
import { type Bindings, chooseAlternative, chooseWord, type Derivation, type Grammar, type Language, noBindings, type Template } from "./grammar.js";

/** Draws a derivation: each choice in the order in which the English text makes it. */
export function sampleDerivation(grammar: Grammar, random: RandomStream): Derivation {
  const words: Bindings = noBindings(grammar);
  const alternatives: number[] = [];
  let logProbability = 0;
  for (const slot of grammar.slots) {
    const choice = chooseAlternative(slot, words);
    const drawn = random.choose(choice.probabilities);
    logProbability += Math.log(choice.probabilities[drawn]);
    const alternative = slot.alternatives[choice.options[drawn]];
    alternatives.push(choice.options[drawn]);
    for (const fact of alternative.sets) words[fact.variable] = fact.word;
    for (const part of alternative.english) {
      if (typeof part === "string" || words[part.variable] !== undefined) continue;
      const wordChoice = chooseWord(grammar.variables[part.variable], words);
      const index = random.choose(wordChoice.probabilities);
      logProbability += Math.log(wordChoice.probabilities[index]);
      words[part.variable] = wordChoice.options[index];
    }
  }
  return { alternatives, words, logProbability };
}

function renderTemplate(template: Template, derivation: Derivation, language: Language): string {
  let text = "";
  for (const part of template) text += typeof part === "string" ? part : derivation.words[part.variable]![language][part.form];
  return text;
}

/** The whole text of a derivation in one language, on one line. */
export function renderText(grammar: Grammar, derivation: Derivation, language: Language): string {
  return grammar.slots
    .map((slot, i) => renderTemplate(slot.alternatives[derivation.alternatives[i]][language], derivation, language))
    .join("");
}

/** The summary that belongs to the first of the derivation's alternatives that carries one. */
export function renderSummary(grammar: Grammar, derivation: Derivation): string {
  for (let i = 0; i < grammar.slots.length; i++) {
    const { summary } = grammar.slots[i].alternatives[derivation.alternatives[i]];
    if (summary !== null) return renderTemplate(summary, derivation, "english");
  }
  throw new WordloomError("internal", "No alternative of this story carries a summary.");
}

/** The value of a fact that some alternative set, such as the mood. Throws `internal` if none did. */
export function factOf(grammar: Grammar, derivation: Derivation, name: string): string {
  const word = derivation.words[grammar.variables.findIndex((variable) => variable.name === name)];
  if (word === undefined) throw new WordloomError("internal", `No alternative of this story sets its ${name}.`);
  return word.traits[0];
}
