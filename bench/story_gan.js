// Generators of the embedded stories by likelihood alone and against a discriminator, judged by the grammar: how many texts are
// well-formed, how probable those are under the source, how many nats the model needs for unseen stories, and how different its
// own are.
//
//   node bench/story_gan.js [--out runs/story-gan] [--threads 1] [--count 1000] [--only likelihood,policy,gumbel]
//
// What is done in --out is not done again; likelihood comes first, and the others go on from it. Of these the best weights of
// their rounds are measured.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateStories, load, parseStory, storyEntropy, storyLogProbability } from "wordloom";
import { beginFromLikelihood } from "./from_likelihood.js";
import { selfBleu } from "../dist/evaluation/samples_bleu.js";
import { tokenize13a } from "../dist/evaluation/tokenize_13a.js";
import { writeFileAtomic } from "../dist/storage/atomic_file.js";

const { values: flags } = parseArgs({ options: { out: { type: "string", default: "runs/story-gan" }, threads: { type: "string", default: "1" }, count: { type: "string", default: "1000" }, only: { type: "string" }, seed: { type: "string", default: "1" } } });
/** The demo's Transformer: it learns to copy names, without which no story is well-formed. */
const GENERATOR = ["--cell", "transformer", "--dialect", "llama", "--layers", "2", "--heads", "4", "--width", "128", "--batch", "24", "--lr", "3e-3", "--dropout", "0"];
const COMMON = ["--stories", "10000", ...GENERATOR, "--likelihood-steps", "1200", "--rounds", "0", "--discriminator-steps", "0", "--threads", flags.threads, "--seed", flags.seed, "--resume"];
const ROUNDS = { discriminatorSteps: 100, rounds: 15, evaluateEvery: { likelihood: 150, rounds: 5 } };
const VARIANTS = {
  likelihood: null,
  policy: { ...ROUNDS, estimator: "policy", rollOuts: 2 },
  gumbel: { ...ROUNDS, estimator: "gumbel", objective: "relativistic" },
};
const count = Number(flags.count);
const wordloom = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

mkdirSync(flags.out, { recursive: true });
const unseen = join(flags.out, "unseen.txt");
writeFileAtomic(unseen, [Buffer.from(generateStories(500, 77).map(({ text }) => `${text}\n`).join(""))]);
const rows = [];
for (const name of flags.only ? flags.only.split(",") : Object.keys(VARIANTS)) {
  const folder = join(flags.out, name);
  const measured = `${folder}.json`;
  if (!existsSync(measured)) {
    if (VARIANTS[name]) beginFromLikelihood(join(flags.out, "likelihood"), folder, VARIANTS[name]);
    const { status } = spawnSync(process.execPath, [wordloom, "train", "stories", "--family", "gan", ...COMMON, "--out", folder], { stdio: "inherit" });
    if (status !== 0) process.exit(1);
    const model = await load(folder, { threads: Number(flags.threads) });
    const texts = (await model.generate({ count, maxTokens: 160, seed: Number(flags.seed) }).result).map(({ text }) => text.trim());
    const { loss, tokens, samples } = await model.evaluate(unseen, { lines: true });
    await model.release();
    const wellFormed = texts.filter((text) => parseStory(text).wellFormed);
    const result = {
      name,
      wellFormed: wellFormed.length / count,
      sourceNats: wellFormed.length === 0 ? null : -mean(wellFormed.map(storyLogProbability)),
      unseenNats: (loss * tokens) / samples,
      different: new Set(texts).size / count,
      selfBleu: selfBleu(texts.map(tokenize13a)).mean[3],
    };
    writeFileAtomic(measured, [Buffer.from(JSON.stringify(result))]);
  }
  rows.push(JSON.parse(readFileSync(measured, "utf8")));
}
const real = generateStories(count, 78).map(({ text }) => text);
rows.push({ name: "the grammar itself", wellFormed: 1, sourceNats: -mean(real.map(storyLogProbability)), unseenNats: storyEntropy(), different: new Set(real).size / count, selfBleu: selfBleu(real.map(tokenize13a)).mean[3] });
console.log("| trained by | well-formed | nats under the grammar | nats for an unseen story | different | Self-BLEU-3 |\n| --- | --- | --- | --- | --- | --- |");
const number = (value) => (value === null ? "–" : value.toFixed(2));
for (const { name, wellFormed, sourceNats, unseenNats, different, selfBleu: own } of rows) console.log(`| ${name} | ${(100 * wellFormed).toFixed(1)} % | ${number(sourceNats)} | ${number(unseenNats)} | ${(100 * different).toFixed(1)} % | ${own.toFixed(3)} |`);
