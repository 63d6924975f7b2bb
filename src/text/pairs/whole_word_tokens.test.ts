import { describe, expect, it } from "vitest";
import { bytePairTokenizer, pieceToCharacters } from "../byte_pair_tokenizer.js";
import type { Tokenizer } from "../tokenizer.js";
import { trainTokenizer } from "../train_tokenizer.js";
import { encodePairs } from "./tokenized_pairs.js";
import { type PairSide, wholeWordTokens } from "./whole_word_tokens.js";

const room = { maximumSource: 1000, maximumTarget: 1000 };

/** The texts of the tokens that are words, of a tokenizer that knows exactly the given pieces besides single bytes. */
function wordsOf(pieces: readonly string[], texts: readonly string[], targets: readonly string[] = texts.map(() => ""), sides: PairSide[] = ["source", "target"]): string[] {
  const merges = pieces.flatMap((piece) => {
    const characters = [...pieceToCharacters(piece)];
    return characters.slice(1).map((last, i): [string, string] => [characters.slice(0, i + 1).join(""), last]);
  });
  const tokenizer: Tokenizer = bytePairTokenizer(merges);
  const pairs = encodePairs(texts.map((source, i) => ({ source, target: targets[i] })), tokenizer, tokenizer, room);
  const isWord = wholeWordTokens(tokenizer, pairs, sides);
  return pieces.filter((piece) => {
    const [id] = tokenizer.encode(piece);
    expect(tokenizer.tokenText(id)).toBe(piece);
    return isWord[id] === 1;
  });
}

describe("a byte-pair token", () => {
  it("is a word where nothing of the same word stands beside it", () => {
    expect(wordsOf([" water", "ter", "The", "the"], ["The water (the water) later"])).toEqual([" water", "The", "the"]);
  });

  it("is none if it is mostly the beginning, the middle or the end of longer ones", () => {
    expect(wordsOf([" in", "cred", "ible"], ["an incredible man", "incredible", "not incredible in"])).toEqual([]);
    expect(wordsOf([" in"], ["is in it in an incredible in"])).toEqual([" in"]);
  });

  it("counts at a text's beginning and end, and beside signs and numbers", () => {
    expect(wordsOf(["wa", " kg"], ["wa", "wa.", "\"wa\"", "water", "5 kg", "20 kg."])).toEqual(["wa", " kg"]);
    expect(wordsOf(["20"], ["2021", "2022", "20"])).toEqual([]);
  });

  it("is none beside half a character of its word", () => {
    expect(wordsOf([" M"], ["ein Mädchen", "das Mädchen"])).toEqual([]);
  });

  it("in a script without spaces is a word whatever stands beside it", () => {
    expect(wordsOf(["你", "跑的"], ["他和你用跑的。"])).toEqual(["你", "跑的"]);
  });

  it("that never occurs is none, and only its tokenizer's texts count", () => {
    expect(wordsOf([" un", " in"], ["he is in"], ["inner un"], ["source"])).toEqual([" in"]);
    expect(wordsOf([" un", " in"], ["he is in"], ["inner un"], ["target"])).toEqual([" un"]);
  });
});

it("tokens of words are words, wherever they occur", () => {
  const texts = ["the cat sat on the mat", "a dog"];
  const tokenizer = trainTokenizer("word", texts, { minimumFrequency: 1 });
  const pairs = encodePairs(texts.map((source) => ({ source, target: source })), tokenizer, tokenizer, room);
  const isWord = wholeWordTokens(tokenizer, pairs, ["source"]);
  for (const id of tokenizer.encode("the cat sat on the mat")) expect(isWord[id]).toBe(1);
});
