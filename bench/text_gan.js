// Quality and diversity of generators of short texts, trained by likelihood alone and against a discriminator: BLEU of what they
// write against held-out texts, and against itself (Self-BLEU), over sampling temperatures, as a table and a picture.
//
//   node bench/text_gan.js image_coco.txt test_coco.txt [--out runs/captions] [--threads 1] [--samples 9984] [--only likelihood,policy,seqgan,gumbel]
//
// What is done in --out is not done again; likelihood comes first. Of the adversarial runs the best weights of their rounds are
// measured. Protocol of Zhu et al. 2018 ("Texygen"): BLEU-2 to -5 of 9,984 samples against all
// lines of the second file, smoothed by method 1 of Chen and Cherry 2014; Self-BLEU leaves each sample out of its own references.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { beginFromLikelihood } from "./from_likelihood.js";
import { openRun } from "../dist/api/run_model.js";
import { samplesBleu, selfBleu } from "../dist/evaluation/samples_bleu.js";
import { tokenize13a } from "../dist/evaluation/tokenize_13a.js";
import { lineChartSvg } from "../dist/explanation/line_chart_svg.js";
import { hostTensor } from "../dist/runtime/backend.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { RandomStream } from "../dist/runtime/random.js";
import { writeFileAtomic } from "../dist/storage/atomic_file.js";
import { TextDrawer, textLengths } from "../dist/training/drawn_batches.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: "runs/captions" }, threads: { type: "string", default: "1" }, samples: { type: "string", default: "9984" }, only: { type: "string" }, seed: { type: "string", default: "1" } },
});
const [train, test] = positionals;
if (!test) {
  process.stderr.write("Give the texts to learn from and those to measure against, a line each: node bench/text_gan.js image_coco.txt test_coco.txt\n");
  process.exit(2);
}

/** How each goes on from likelihood training: the command line's defaults, and the policy gradient as SeqGAN has it. */
const ROUNDS = { discriminatorSteps: 250, rounds: 50, evaluateEvery: { likelihood: 300, rounds: 10 } };
const VARIANTS = {
  likelihood: null,
  policy: { ...ROUNDS, estimator: "policy" },
  seqgan: { ...ROUNDS, estimator: "policy", baseline: "none", likelihoodUpdates: 0, adversarialRate: 1e-3 },
  gumbel: { ...ROUNDS, estimator: "gumbel", objective: "relativistic" },
};
const TEMPERATURES = [0.7, 0.85, 1, 1.15];
const ROWS = 64;
/** The n-grams of the picture. */
const SHOWN = 3;
/** Of the literature, at temperature 1: BLEU-2 to -5 and Self-BLEU-2 to -5 (Zhu et al. 2018 and the values reported for its code). */
const PUBLISHED = {
  "likelihood, published": [[0.731, 0.497, 0.305, 0.189], [0.916, 0.769, 0.583, 0.408]],
  "SeqGAN, published": [[0.745, 0.498, 0.294, 0.18], [0.95, 0.84, 0.67, 0.489]],
  "LeakGAN, published": [[0.746, 0.528, 0.355, 0.23], [0.966, 0.913, 0.848, 0.78]],
};

const wordloom = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const linesOf = (file) => readFileSync(file, "utf8").split("\n").filter((line) => line.trim() !== "");
const words = (text) => tokenize13a(text.toLowerCase());

async function draw(run, count, temperature) {
  const { tokenizer, settings, model, buffers } = run;
  const { padId, bosId, unknownId, eosId } = tokenizer;
  const drawing = { decoder: model.decoder(), length: settings.length, padId, endId: eosId, excluded: [padId, bosId, unknownId], temperature };
  const drawer = await TextDrawer.compile(drawing, ROWS, buffers, nodeBackend, { device: "cpu", threads: Number(flags.threads) });
  const random = new RandomStream(Number(flags.seed), "samples");
  const start = hostTensor(new BigInt64Array(ROWS).fill(BigInt(bosId)), [ROWS]);
  const texts = [];
  while (texts.length < count) {
    const { data } = await drawer.draw(start, random);
    textLengths(data, drawing).forEach((length, row) => texts.push(tokenizer.decode(Array.from(data.subarray(row * settings.length, row * settings.length + length), Number))));
  }
  await drawer.release();
  return texts.slice(0, count);
}

mkdirSync(flags.out, { recursive: true });
const references = linesOf(test).map(words);
const results = [];
for (const name of flags.only ? flags.only.split(",") : Object.keys(VARIANTS)) {
  const folder = join(flags.out, name);
  const measured = `${folder}.json`;
  if (!existsSync(measured)) {
    const args = ["train", train, "--family", "gan", "--lines", "--validation", "500", "--threads", flags.threads, "--seed", flags.seed, "--rounds", "0", "--discriminator-steps", "0", "--out", folder, "--resume"];
    if (VARIANTS[name]) beginFromLikelihood(join(flags.out, "likelihood"), folder, VARIANTS[name]);
    const { status } = spawnSync(process.execPath, [wordloom, ...args], { stdio: "inherit" });
    if (status !== 0) process.exit(1);
    const run = openRun(folder);
    const points = [];
    for (const temperature of TEMPERATURES) {
      const samples = await draw(run, Number(flags.samples), temperature);
      const tokens = samples.map(words);
      points.push({ temperature, bleu: samplesBleu(tokens, references).mean, selfBleu: selfBleu(tokens).mean, distinct: new Set(samples).size / samples.length, examples: samples.slice(0, 5) });
    }
    writeFileAtomic(measured, [Buffer.from(JSON.stringify({ name, points }))]);
  }
  results.push(JSON.parse(readFileSync(measured, "utf8")));
}

const ORDERS = [2, 3, 4, 5];
const cells = (scores) => ORDERS.map((order) => scores[order].toFixed(3)).join(" ");
console.log(`| trained by | temperature | BLEU-2…5 | Self-BLEU-2…5 | different |\n| --- | --- | --- | --- | --- |`);
for (const { name, points } of results) for (const { temperature, bleu, selfBleu: own, distinct } of points) console.log(`| ${name} | ${temperature} | ${cells(bleu)} | ${cells(own)} | ${(100 * distinct).toFixed(1)} % |`);

const at = (scores) => scores[SHOWN];
const series = [
  ...results.map(({ name, points }) => ({ name, style: "line and points", points: points.map(({ temperature, bleu, selfBleu: own }) => ({ x: at(own), y: at(bleu), label: String(temperature) })) })),
  ...Object.entries(PUBLISHED).map(([name, [bleu, own]]) => ({ name, style: "points", points: [{ x: own[SHOWN - 2], y: bleu[SHOWN - 2] }] })),
];
const chart = { title: "Quality and diversity of generated captions, by sampling temperature", x: { label: `Self-BLEU-${SHOWN}: how alike the samples are` }, y: { label: `BLEU-${SHOWN} against held-out captions` }, series, note: "Up is better, left is more diverse; a curve above another wins at every diversity." };
writeFileAtomic(join(flags.out, "quality-diversity.svg"), [Buffer.from(lineChartSvg(chart))]);
