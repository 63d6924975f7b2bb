// The embedded corpus: exact probabilities, one derivation a text, and views that agree with each other.
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../runtime/random.js";
import { findConflicts } from "./ambiguity.js";
import { renderText, sampleDerivation } from "./derivation.js";
import { allowed, type Bindings, chooseAlternative, chooseWord, noBindings } from "./grammar.js";
import { generateStories, moods, parseStory, sampleStory, storyEntropy, storyEntropyByChoice, storyLogProbability } from "./index.js";
import { parseText } from "./parser.js";
import { storyGrammar } from "./story_grammar.js";

const stories = generateStories(20_000, 1);

/** A story of known content, so that each corruption below is known to be one. */
const EXAMPLE =
  "Mia took her lazy dog to the park one windy morning. Her uncle had given her a red kite. " +
  "Suddenly a fox stole the red kite. She looked behind a rock but found only two snails. " +
  "Then the dog came back with the kite! Mia and the dog danced home in the wind.";

function rejection(text: string) {
  const parse = parseStory(text);
  if (parse.wellFormed) throw new Error(`Accepted: ${text}`);
  expect(storyLogProbability(text)).toBe(-Infinity);
  return { at: text.slice(parse.position), ...parse };
}

describe("the source", () => {
  it("offers probabilities that sum to 1 at every choice of many derivations", () => {
    const random = new RandomStream(4, "test");
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (let i = 0; i < 200; i++) {
      const derivation = sampleDerivation(storyGrammar, random);
      const words: Bindings = noBindings(storyGrammar);
      storyGrammar.slots.forEach((slot, s) => {
        expect(sum(chooseAlternative(slot, words).probabilities)).toBeCloseTo(1, 12);
        const alternative = slot.alternatives[derivation.alternatives[s]];
        expect(allowed(alternative.tests, words)).toBe(true);
        for (const fact of alternative.sets) words[fact.variable] = fact.word;
        for (const part of alternative.english) {
          if (typeof part === "string" || words[part.variable]) continue;
          const choice = chooseWord(storyGrammar.variables[part.variable], words);
          expect(sum(choice.probabilities)).toBeCloseTo(1, 12);
          expect(choice.options).toContain(derivation.words[part.variable]);
          words[part.variable] = derivation.words[part.variable];
        }
      });
    }
  });

  it("has an entropy that the mean of -log p over 20,000 samples agrees with", () => {
    const surprises = stories.map((story) => -story.logProbability);
    const mean = surprises.reduce((sum, value) => sum + value, 0) / surprises.length;
    const variance = surprises.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (surprises.length - 1);
    expect(Math.abs(mean - storyEntropy())).toBeLessThan(4 * Math.sqrt(variance / surprises.length));
    expect(storyEntropy()).toBeGreaterThan(25);
    expect(storyEntropy()).toBeLessThan(45);
  });

  it("splits its entropy by choice: 12 heroes are worth log 12", () => {
    const parts = storyEntropyByChoice();
    expect(parts.hero).toBeCloseTo(Math.log(12), 12);
    expect(Object.keys(parts)).toEqual(expect.arrayContaining(["opening", "problem", "ending", "place", "treasure"]));
    expect(Math.min(...Object.values(parts))).toBeGreaterThan(0);
  });

  it("gives the same stories for the same seed, and others for another", () => {
    expect(generateStories(50, 1)).toEqual(stories.slice(0, 50));
    expect(sampleStory(new RandomStream(1, "stories"))).toEqual(stories[0]);
    expect(generateStories(1, 2)[0].text).not.toBe(stories[0].text);
  });

  it("does not repeat itself in a thousand samples", () => {
    expect(new Set(stories.slice(0, 1000).map((story) => story.text)).size).toBe(1000);
  });
});

describe("unambiguity", () => {
  it("is proved by inspection: no two options of any choice can begin alike", () => {
    expect(findConflicts(storyGrammar)).toEqual([]);
  });

  it("shows in the samples: each parses in one way only, which is the way it was written", () => {
    const random = new RandomStream(9, "test");
    for (let i = 0; i < 3000; i++) {
      const derivation = sampleDerivation(storyGrammar, random);
      const { derivations } = parseText(storyGrammar, renderText(storyGrammar, derivation, "english"), 3);
      expect(derivations).toHaveLength(1);
      expect(derivations[0].alternatives).toEqual(derivation.alternatives);
      expect(derivations[0].words.every((word, v) => word === derivation.words[v])).toBe(true);
      expect(derivations[0].logProbability).toBe(derivation.logProbability);
    }
  });
});

describe("the views of a story", () => {
  it("are all recovered from its English text", () => {
    for (const { text, ...views } of stories.slice(0, 2000)) expect(parseStory(text)).toEqual({ wellFormed: true, ...views });
  });

  it("fill one line of six sentences in 35 to 60 words of plain ASCII, with a small vocabulary", () => {
    const vocabulary = new Set<string>();
    for (const { text, summary, chinese } of stories) {
      const words = text.match(/[A-Za-z]+/g)!;
      expect(words.length).toBeGreaterThanOrEqual(35);
      expect(words.length).toBeLessThanOrEqual(60);
      expect(text).toMatch(/^[A-Z][A-Za-z ,.:!?"]+[.!]$/);
      expect(summary).toMatch(/^[A-Z][A-Za-z ,']+\.$/);
      expect(chinese).toMatch(/^[\u4e00-\u9fff，。！？：“”]+。$/);
      for (const word of words) vocabulary.add(word.toLowerCase());
    }
    expect(vocabulary.size).toBeGreaterThan(250);
    expect(vocabulary.size).toBeLessThan(400);
  });

  it("write articles as English does", () => {
    for (const { text, summary } of stories) expect(`${text} ${summary}`).not.toMatch(/\ba [aeiou]|\ban [^aeiou]/i);
  });

  it("name the same hero and the same place", () => {
    const random = new RandomStream(5, "stories");
    const variable = (name: string) => storyGrammar.variables.findIndex((candidate) => candidate.name === name);
    for (let i = 0; i < 500; i++) {
      const before = random.state();
      const { words } = sampleDerivation(storyGrammar, random);
      random.restore(before);
      const { summary, chinese } = sampleStory(random);
      const hero = words[variable("hero")]!;
      const place = words[variable("place")]!;
      expect(summary).toContain(hero.english.plain);
      expect(summary).toContain(place.english.plain);
      expect(chinese).toContain(hero.chinese.plain);
      expect(chinese).toContain(place.chinese.plain);
    }
  });

  it("have every mood, none of them rare", () => {
    for (const mood of moods) expect(stories.filter((story) => story.mood === mood).length / stories.length).toBeGreaterThan(0.15);
  });

  it("read as they should", () => {
    expect(parseStory(EXAMPLE)).toMatchObject({
      wellFormed: true,
      mood: "happy",
      summary: "Mia lost a red kite in the park, but her dog brought it back.",
      chinese:
        "在一个刮着风的早晨，米娅带着她那只懒洋洋的小狗来到了公园。她的叔叔送给了她一只红色的风筝。突然，一只狐狸偷走了那只红色的风筝。" +
        "她在一块石头后面找了找，却只找到两只蜗牛。就在这时，小狗带着风筝回来了！米娅和小狗在风中一路跳着舞回了家。",
    });
  });
});

describe("a text that is not well-formed", () => {
  it.each([
    ["a wrong pronoun", "took her lazy", "took his lazy", "his lazy", '"her" for the hero'],
    ["a pronoun of the wrong case", "She looked", "Her looked", "Her looked", "hero"],
    ["a swapped name", "kite! Mia", "kite! Tom", "Tom and", "hero"],
    ["a swapped object", "stole the red kite", "stole the red drum", "drum. She", '"kite" for the treasure'],
    ["a swapped pet", "Then the dog", "Then the cat", "cat came", '"dog" for the pet'],
    ["another weather at the end", "in the wind", "in the rain", "rain.", '"wind" for the weather'],
    ["an impossible hour", "windy morning", "windy monday", "monday", 'the time of day, such as "morning"'],
    ["a hiding place from elsewhere", "behind a rock", "under a boat", "boat but", '"tree"'],
    ["an extra word", "a red kite", "a very red kite", "very red", 'the color, such as "red"'],
    ["a missing word", "came back with", "came with", "with the", '"back"'],
    ["a double space", "park one", "park  one", " one", '"one"'],
  ])("is refused where it goes wrong: %s", (_, from, to, at, expected) => {
    expect(EXAMPLE).toContain(from);
    const refused = rejection(EXAMPLE.replace(from, to));
    expect(refused.at.slice(0, at.length)).toBe(at);
    expect(refused.expected).toContain(expected);
  });

  it("is refused for an ending of another mood", () => {
    const sad = "Mia sat down in the wind and cried.";
    const otherEnding = EXAMPLE.replace("Mia and the dog danced home in the wind.", sad);
    expect(rejection(otherEnding).at).toBe("sat down in the wind and cried.");
    const otherOutcome = otherEnding.replace("Then the dog came back with the kite!", "Nobody ever saw the kite again.");
    expect(parseStory(otherOutcome)).toMatchObject({ wellFormed: true, mood: "sad" });
  });

  it("is refused when it stops too soon, at every length", () => {
    for (let length = 0; length < EXAMPLE.length; length++) {
      const { position } = rejection(EXAMPLE.slice(0, length));
      expect(position).toBeLessThanOrEqual(length);
      expect(EXAMPLE.slice(position, length)).toMatch(/^[A-Za-z]*$/);
    }
  });

  it("is refused when it is empty, goes on too long, or is something else", () => {
    expect(rejection("")).toMatchObject({ position: 0, expected: '"On", "One" or the hero, such as "Mia"' });
    expect(rejection(`${EXAMPLE} The end.`)).toMatchObject({ position: EXAMPLE.length, expected: "the end of the story" });
    expect(rejection(`${EXAMPLE}\n`).position).toBe(EXAMPLE.length);
    expect(rejection(`${EXAMPLE} ${EXAMPLE}`).position).toBe(EXAMPLE.length);
    expect(rejection("从前有一个孩子。").position).toBe(0);
  });

  it("is refused within the word in which one character is spoilt", () => {
    const random = new RandomStream(3, "test");
    for (const { text } of stories.slice(0, 300)) {
      const at = random.integer(text.length);
      const { position } = rejection(`${text.slice(0, at)}#${text.slice(at + 1)}`);
      expect(position).toBeLessThanOrEqual(at);
      expect(text.slice(position, at)).toMatch(/^[A-Za-z]*$/);
    }
  });
});
