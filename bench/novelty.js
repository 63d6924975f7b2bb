// Time and memory of the search for copies: a large training text and samples, some of which have copies planted in them.
//
//   node bench/novelty.js [--megabytes 100] [--samples 1000] [--words 200] [--lines]
//
// The text is drawn from a vocabulary whose words are as frequent as those of a language (Zipf's law); with --lines each
// sentence is a training text of its own. The last line is one JSON object.

import { parseArgs } from "node:util";
import { measureNovelty } from "../dist/evaluation/index.js";
import { RandomStream } from "../dist/runtime/random.js";

const { values: flags } = parseArgs({
  options: {
    megabytes: { type: "string", default: "100" },
    samples: { type: "string", default: "1000" },
    words: { type: "string", default: "200" },
    seed: { type: "string", default: "0" },
    lines: { type: "boolean", default: false },
  },
});
const [megabytes, count, words, seed] = [flags.megabytes, flags.samples, flags.words, flags.seed].map(Number);
const random = new RandomStream(seed, "novelty");

const KINDS = 200_000;
const SYLLABLES = ["ba", "den", "ro", "mi", "sul", "ta", "ke", "vor", "ni", "la", "gos", "pe", "ru", "cha", "fin", "do"];
const vocabulary = Array.from({ length: KINDS }, () => Array.from({ length: 1 + random.integer(4) }, () => SYLLABLES[random.integer(SYLLABLES.length)]).join(""));
/** The inverse of the distribution function of 1/rank, without a search. */
const word = () => vocabulary[Math.min(KINDS, Math.floor(KINDS ** random.uniform())) - 1];
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const sentence = () => `${capital(Array.from({ length: 6 + random.integer(14) }, (_, i) => word() + (i > 0 && random.uniform() < 0.08 ? "," : "")).join(" "))}.`;

process.stderr.write(`Writing ${megabytes} MB of text ...\n`);
const texts = [];
for (let left = megabytes * 1e6; left > 0; ) {
  const sentences = [];
  for (let size = 0; size < 1e5 && left > 0; ) {
    const next = sentence();
    sentences.push(next);
    size += next.length + 1;
    left -= next.length + 1;
  }
  if (flags.lines) texts.push(...sentences);
  else texts.push(sentences.join(" "));
}
// One flat string, or one a sentence: what a reader of files hands over.
const training = flags.lines ? [...texts] : [Buffer.from(texts.join("\n"), "latin1").toString("latin1")];
const size = training.reduce((sum, { length }) => sum + length, 0);

const PLANTED = 40;
/** So many words of the training text as they stand there. */
function excerpt() {
  const start = random.integer(size - 2000);
  const text = flags.lines ? training[random.integer(training.length)] : training[0].slice(training[0].indexOf(" ", start) + 1, start + 2000);
  return text.split(/\s+/).slice(0, PLANTED).join(" ");
}
const fresh = () => Array.from({ length: words }, word).join(" ");
const changed = (text) => text.toUpperCase().replaceAll(/[.,]/g, "").replaceAll(" ", " - ");
const planted = Math.floor(count / 4);
const copies = Array.from({ length: 2 * planted }, excerpt);
const samples = [
  ...copies.slice(0, planted).map((copy) => `${fresh()} ${copy} ${fresh()}`),
  ...copies.slice(planted).map((copy) => `${fresh()} ${changed(copy)} ${fresh()}`),
  ...Array.from({ length: count - 2 * planted }, fresh),
];
texts.length = 0;

const wordsOf = (text) => text.toLowerCase().match(/[a-z]+/g).length;
const before = process.resourceUsage().maxRSS;
const begun = performance.now();
const processor = process.cpuUsage();
const { verbatim, normalized } = measureNovelty(samples, training);
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(processor);
const found = (copies, from, to, expected) => Array.from({ length: to - from }, (_, i) => from + i).filter((s) => copies.length.samples[s] >= expected(s)).length;
const isFound = (s) => wordsOf(copies[s]);
const longest = (from) => Math.max(...normalized.length.samples.slice(from));
process.stdout.write(
  `${JSON.stringify({
    megabytes: size / 1e6,
    trainingTexts: training.length,
    samples: count,
    sampleWords: samples.reduce((sum, text) => sum + wordsOf(text), 0),
    seconds: Number(seconds.toFixed(2)),
    processorSeconds: Number(((user + system) / 1e6).toFixed(2)), // what is left of the seconds on a machine with other work
    peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
    peakBeforeMebibytes: Math.round(before / 1024),
    plantedVerbatim: planted,
    foundVerbatim: found(verbatim, 0, planted, isFound),
    plantedChanged: planted,
    foundChanged: found(normalized, planted, 2 * planted, isFound),
    longestElsewhere: longest(2 * planted),
  })}\n`,
);
