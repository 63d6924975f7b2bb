// The engine on grammars small enough to enumerate by hand.
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../runtime/random.js";
import { findConflicts } from "./ambiguity.js";
import { factOf, renderSummary, renderText, sampleDerivation } from "./derivation.js";
import { entropyByChoice } from "./entropy.js";
import { type AlternativeDefinition, compileGrammar, type Condition, type Word } from "./grammar.js";
import { parseText } from "./parser.js";

function word(english: string, chinese: string, weight = 1, traits: string[] = [], when: Condition = {}): Word {
  return { english: { plain: english }, chinese: { plain: chinese }, traits, weight, when };
}

function grammarOf(first: AlternativeDefinition[], second: AlternativeDefinition[]) {
  const animal = { noun: "animal", words: [word("cat", "猫", 3, ["purring"]), word("dog", "狗", 1)] };
  const food = { noun: "food", words: [word("fish", "鱼", 1, [], { animal: "purring" }), word("rice", "饭")] };
  return compileGrammar({ variables: { animal, food }, slots: { first, second } });
}

const small = grammarOf(
  [
    { english: "A {animal} came.", chinese: "来了一只{animal}。", weight: 2 },
    { english: "It rained.", chinese: "下雨了。" },
  ],
  [
    { english: "The {animal} ate {food}.", chinese: "{animal}吃了{food}。", sets: { end: "full" }, summary: "A {animal} ate {food}." },
    { english: "It slept.", chinese: "它睡了。", sets: { end: "asleep" }, summary: "It slept.", when: { animal: "purring" } },
  ],
);

const log = Math.log;

/** Every text of the small grammar with its probability, worked out by hand. */
const enumerated: [string, number][] = [
  ["A cat came. The cat ate fish.", (2 / 3) * (3 / 4) * (1 / 2) * (1 / 2)],
  ["A cat came. The cat ate rice.", (2 / 3) * (3 / 4) * (1 / 2) * (1 / 2)],
  ["A cat came. It slept.", (2 / 3) * (3 / 4) * (1 / 2)],
  ["A dog came. The dog ate rice.", (2 / 3) * (1 / 4)],
  ["It rained. The cat ate fish.", (1 / 3) * (3 / 4) * (1 / 2)],
  ["It rained. The cat ate rice.", (1 / 3) * (3 / 4) * (1 / 2)],
  ["It rained. The dog ate rice.", (1 / 3) * (1 / 4)],
];

describe("a grammar of slots and variables", () => {
  it("gives each text the product of its choices' probabilities, which sum to 1", () => {
    let total = 0;
    for (const [text, probability] of enumerated) {
      const { derivations } = parseText(small, text, 2);
      expect(derivations, text).toHaveLength(1);
      expect(derivations[0].logProbability).toBeCloseTo(log(probability), 12);
      total += probability;
    }
    expect(total).toBeCloseTo(1, 12);
  });

  it("has the entropy of the enumerated distribution, split by choice", () => {
    const parts = entropyByChoice(small);
    const entropy = enumerated.reduce((sum, [, probability]) => sum - probability * log(probability), 0);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(entropy, 12);
    expect(parts.first).toBeCloseTo(log(3) - (2 / 3) * log(2), 12);
    expect(parts.animal).toBeCloseTo(log(4) - (3 / 4) * log(3), 12);
    expect(Object.keys(parts)).toEqual(["first", "second", "animal", "food"]);
  });

  it("samples every text about as often as its probability says", () => {
    const random = new RandomStream(1, "test");
    const counts = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const text = renderText(small, sampleDerivation(small, random), "english");
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(counts.size).toBe(enumerated.length);
    for (const [text, p] of enumerated) {
      expect(Math.abs(counts.get(text)! / 4000 - p), text).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 4000));
    }
  });

  it("writes the other views from a parsed derivation", () => {
    const [derivation] = parseText(small, "It rained. The cat ate fish.").derivations;
    expect(renderText(small, derivation, "chinese")).toBe("下雨了。猫吃了鱼。");
    expect(renderSummary(small, derivation)).toBe("A cat ate fish.");
    expect(factOf(small, derivation, "end")).toBe("full");
    expect(() => factOf(small, derivation, "animals")).toThrow("sets its animals");
  });

  it("refuses texts that break an agreement or a condition", () => {
    expect(parseText(small, "A cat came. The dog ate rice.")).toMatchObject({ derivations: [], position: 16, expected: ['"cat" for the animal'] });
    expect(parseText(small, "A dog came. The dog ate fish.")).toMatchObject({ derivations: [], position: 24 });
    expect(parseText(small, "A dog came. It slept.")).toMatchObject({ derivations: [], position: 12, expected: ['"The"'] });
    expect(parseText(small, "It rained. It slept.").derivations).toEqual([]);
  });
});

describe("the proof of unambiguity", () => {
  it("is empty for a grammar without conflicts", () => {
    expect(findConflicts(small)).toEqual([]);
  });

  it("finds two phrasings that can write the same text, and the parser finds both derivations", () => {
    const ambiguous = grammarOf(
      [{ english: "A {animal} came.", chinese: "" }, { english: "A cat came.", chinese: "" }],
      [{ english: "The end.", chinese: "" }],
    );
    expect(findConflicts(ambiguous)).toEqual(['Alternatives 0 and 1 of the slot "first" share a beginning.']);
    expect(parseText(ambiguous, "A cat came. The end.", 2).derivations).toHaveLength(2);
  });

  it("finds a phrasing that begins another", () => {
    const open = grammarOf(
      [{ english: "A {animal} came", chinese: "" }, { english: "A {animal} came home", chinese: "" }],
      [{ english: "again.", chinese: "" }],
    );
    expect(findConflicts(open)).toHaveLength(1);
  });

  it("finds a word that begins another, where it can be drawn", () => {
    const animal = { noun: "animal", words: [word("cat", "猫"), word("cattle", "牛")] };
    const grammar = compileGrammar({ variables: { animal }, slots: { only: [{ english: "A {animal}.", chinese: "" }] } });
    expect(findConflicts(grammar)).toEqual(['The animal "cat" begins "cattle".']);
  });

  it("lets phrasings that exclude each other begin alike", () => {
    const exclusive = grammarOf(
      [{ english: "Yes.", chinese: "", sets: { answer: "yes" } }, { english: "No.", chinese: "", sets: { answer: "no" } }],
      [{ english: "So.", chinese: "", when: { answer: "yes" } }, { english: "So.", chinese: "", when: { answer: "no" } }],
    );
    expect(findConflicts(exclusive)).toEqual([]);
    expect(parseText(exclusive, "Yes. So.", 2).derivations).toHaveLength(1);
  });
});

describe("a faulty grammar", () => {
  const second = [{ english: "End.", chinese: "" }];

  it.each<[string, AlternativeDefinition]>([
    ["no variable {bird}", { english: "A {bird}.", chinese: "" }],
    ["lacks the chinese form", { english: "A {animal}.", chinese: "{animal.measure}" }],
    ['a animal that is "barking"', { english: "A.", chinese: "", when: { animal: "barking" } }],
    ["sets animal", { english: "A.", chinese: "", sets: { animal: "cat" } }],
  ])("is refused with a sentence: %s", (sentence, alternative) => {
    expect(() => grammarOf([alternative], second)).toThrow(sentence);
  });

  it("is refused when two slots settle the same fact", () => {
    const settles = [{ english: "End.", chinese: "", sets: { end: "full" } }];
    expect(() => grammarOf(settles, settles)).toThrow("Both first and second set end.");
  });

  it("is refused when some story would have nothing to go on with", () => {
    const stuck = grammarOf([{ english: "A {animal}.", chinese: "" }], [{ english: "Purr.", chinese: "", when: { animal: "purring" } }]);
    expect(() => entropyByChoice(stuck)).toThrow('reached the slot "second" with nothing to choose from');
  });
});
