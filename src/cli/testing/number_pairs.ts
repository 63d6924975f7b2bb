// A task that a tiny model learns in a second: numbers of two digits in words, English and German.

import { RandomStream } from "../../runtime/random.js";
import type { Workplace } from "./command_line.js";

const ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];

/** All hundred, in an order of their own. */
export function numberPairs(): { readonly source: string; readonly target: string }[] {
  const order = new RandomStream(1, "number pairs").shuffle(Int32Array.from({ length: 100 }, (_, i) => i));
  return Array.from(order, (number) => {
    const digits = [Math.floor(number / 10), number % 10];
    const spell = (words: readonly string[]): string => digits.map((digit) => words[digit]).join(" ");
    return { source: spell(ENGLISH), target: spell(GERMAN) };
  });
}

/** Names that occur once each: what a vocabulary of words does not have. */
export function rareNames(count: number): string[] {
  const syllables = ["ba", "do", "fi", "ka", "lu", "me", "no", "ri", "sa", "tu"];
  return Array.from({ length: count }, (_, i) => `X${syllables[i % 10]}${syllables[Math.floor(i / 10) % 10]}${syllables[(7 * i) % 10]}`);
}

const lines = (rows: readonly string[]): string => `${rows.join("\n")}\n`;

/**
 * Writes the pairs in all formats, the same in the same order; "both.tsv", each in both directions with a column `to` of
 * languages; and "names.tsv", greetings whose names are all different.
 */
export function writeNumberPairs(place: Workplace): void {
  const pairs = numberPairs();
  place.write("plain.tsv", lines(pairs.map(({ source, target }) => `${source}\t${target}`)));
  place.write("named.tsv", lines(["id\tasked\tanswered", ...pairs.map(({ source, target }, i) => `${i}\t${source}\t${target}`)]));
  place.write("named.csv", lines(["asked,id,answered", ...pairs.map(({ source, target }, i) => `"${source}",${i},"${target}"`)]));
  place.write("named.jsonl", lines(pairs.map(({ source, target }, id) => JSON.stringify({ id, answered: target, asked: source }))));
  place.write("known.jsonl", lines(pairs.map(({ source: src, target: tgt }) => JSON.stringify({ src, tgt }))));
  place.write("lines.en", lines(pairs.map(({ source }) => source)));
  place.write("lines.de", lines(pairs.map(({ target }) => target)));
  place.write("both.tsv", lines(["source\ttarget\tto", ...pairs.flatMap(({ source, target }) => [`${source}\t${target}\tde`, `${target}\t${source}\ten`])]));
  const greetings = [["hello {}", "hallo {}"], ["i see {} here", "ich sehe {} hier"]];
  place.write("names.tsv", lines(["source\ttarget", ...rareNames(80).map((name, i) => greetings[i % 2].map((text) => text.replace("{}", name)).join("\t"))]));
}
