// Whether the features that stand in for GPT-2's see damage: MAUVE of held-out texts, and of the same texts damaged more and more.
//
//   node bench/mauve_features.js [--texts 1000] [--seed 0] [--designs] [LINES.txt]
//
// On the embedded stories, or on the lines of a file; it takes four times as many texts as are compared. With --designs two other
// ways to count are shown beside the library's. The bigram and trigram models are counted on texts of their own. Each row that
// is indented under another does more damage of the same kind, and should be lower.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { generateStories } from "wordloom";
import { copyTokens } from "../dist/evaluation/copy_tokens.js";
import { mauve, mauveOfFeatures } from "../dist/evaluation/index.js";
import { hashFeatures, textFeatures } from "../dist/evaluation/text_features.js";
import { RandomStream } from "../dist/runtime/random.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { texts: { type: "string", default: "1000" }, seed: { type: "string", default: "0" }, designs: { type: "boolean", default: false } },
});
const [count, seed] = [flags.texts, flags.seed].map(Number);
const random = new RandomStream(seed, "damage");
const all = positionals.length > 0 ? readFileSync(positionals[0], "utf8").split("\n").filter((line) => line.trim() !== "") : generateStories(4 * count, seed).map(({ text }) => text);
if (all.length < 4 * count) {
  process.stderr.write(`There are ${all.length} texts, and ${4 * count} are needed: give --texts ${Math.floor(all.length / 4)} or fewer.\n`);
  process.exit(2);
}
random.shuffle(all);
const [references, others, training] = [all.slice(0, count), all.slice(count, 2 * count), all.slice(2 * count, 4 * count)];

/** Words where there are spaces, else characters: what is moved about and cut off. */
const separator = all.filter((text) => text.includes(" ")).length > all.length / 2 ? " " : "";
const units = (text) => (separator === "" ? [...text] : text.split(/\s+/).filter(Boolean));
const join = (parts) => parts.join(separator);

function shuffled(text, share) {
  const words = units(text);
  const moving = [...words.keys()].filter(() => random.uniform() < share);
  const places = random.shuffle([...moving]);
  return join(words.map((word, i) => (moving.includes(i) ? words[places[moving.indexOf(i)]] : word)));
}

function truncated(text, share) {
  const words = units(text);
  return join(words.slice(0, Math.max(1, Math.round(share * words.length))));
}

/** As many samples of an n-gram model without smoothing: of each n words in a row the training texts have some. */
function ngramSamples(n) {
  const following = new Map();
  const begin = Array(n - 1).fill("");
  for (const text of training) {
    const words = [...begin, ...units(text), ""];
    for (let i = n - 1; i < words.length; i++) {
      const context = words.slice(i - n + 1, i).join("\n");
      if (!following.has(context)) following.set(context, []);
      following.get(context).push(words[i]);
    }
  }
  return Array.from({ length: count }, () => {
    const words = [...begin];
    while (words.length < 500) {
      const known = following.get(words.slice(words.length - n + 1).join("\n"));
      const word = known[random.integer(known.length)];
      if (word === "") break;
      words.push(word);
    }
    return join(words.slice(n - 1));
  });
}

const shares = (what, damage, ...amounts) => amounts.map((amount, i) => [`${i > 0 ? "  " : ""}${what(amount)}`, others.map((text) => damage(text, amount))]);
const percent = (share) => `${Math.round(100 * share)} %`;
const few = (share) => Math.max(1, Math.round(share * count));
const sets = [
  ["held-out texts", others],
  ...shares((share) => `${percent(share)} of the words shuffled`, shuffled, 0.1, 0.3, 1),
  ["samples of a trigram model", ngramSamples(3)],
  ["  of a bigram model", ngramSamples(2)],
  ["  of a unigram model", ngramSamples(1)],
  ...shares((share) => `the first ${percent(share)} of each text`, truncated, 0.9, 0.75, 0.5, 0.25),
  ...[0.3, 0.1, 0.03, 0.01].map((share, i) => [`${i > 0 ? "  " : ""}${few(share)} texts, repeated`, others.map((_, k) => others[k % few(share)])]),
];

/** Other ways to count, each of n occurrences as 1 + ln n. */
function counted(features) {
  const counts = new Map();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return hashFeatures(new Map([...counts].map(([feature, n]) => [feature, 1 + Math.log(n)])));
}
const spans = (parts, n, name) => Array.from({ length: Math.max(0, parts.length - n + 1) }, (_, i) => `${name}${n} ${parts.slice(i, i + n).join(name)}`);
const designs = [
  ["character 3-5-grams and word 1-2-grams", (text) => counted([...[3, 4, 5].flatMap((n) => spans([...text], n, "c")), ...[1, 2].flatMap((n) => spans(copyTokens(text), n, "w"))])],
  ["word 1-3-grams with ends", (text) => counted([1, 2, 3].flatMap((n) => spans(["^", ...copyTokens(text), "$"], n, "w")))],
];

function show(name, features) {
  process.stdout.write(`${name}\n`);
  const known = references.map(features);
  for (const [what, texts] of sets) {
    const { mauve: value, interval } = mauveOfFeatures(texts.map(features), known, { seed });
    process.stdout.write(`  ${what.padEnd(36)}${value.toFixed(3)}   ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}\n`);
  }
}

const begun = process.cpuUsage();
mauve(others, references, { seed });
const { user, system } = process.cpuUsage(begun);
process.stdout.write(`${count} against ${count} texts: ${((user + system) / 1e6).toFixed(1)} processor seconds\n`);
show("words, pairs, thirds, characters and length: the library's", textFeatures);
if (flags.designs) for (const [name, features] of designs) show(name, features);
