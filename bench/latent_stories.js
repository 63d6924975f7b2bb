// What a variational autoencoder of the embedded stories writes, judged by the grammar: well-formed or not, of which mood.
//
//   wordloom train stories --family vae
//   node bench/latent_stories.js runs/stories-vae [--count 1000] [--seed 1] [--threads N] [--map space.svg]
//
// From points of the prior, and from the middle between two stories that the model never saw; of a model with labels also
// how many have the mood that was asked for. The map shows 500 unseen stories, coloured by how their third sentence begins.

import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { generateStories, latentSvg, load, parseStory } from "wordloom";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "1000" }, seed: { type: "string", default: "1" }, threads: { type: "string" }, map: { type: "string" } },
});
if (positionals.length !== 1) {
  process.stderr.write("Give the run of a variational autoencoder of the stories: node bench/latent_stories.js runs/stories-vae\n");
  process.exit(2);
}
const [run] = positionals;
const count = Number(flags.count);
const seed = Number(flags.seed);
const model = await load(run, flags.threads ? { threads: Number(flags.threads) } : {});
const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
const show = (what, value) => process.stdout.write(`${what.padEnd(48)}${value}\n`);

/** Shares of well-formed texts, of different ones, and of those with the mood that was asked for. */
function judge(what, texts) {
  const parsed = texts.map(({ text }) => parseStory(text));
  const wellFormed = parsed.filter((parse) => parse.wellFormed).length;
  const different = new Set(texts.map(({ text }) => text)).size;
  show(what, `${percent(wellFormed, texts.length)} well-formed, ${percent(different, texts.length)} different`);
  if (texts[0].label === undefined) return;
  const asked = parsed.filter((parse, i) => parse.wellFormed && parse.mood === texts[i].label).length;
  show("", `${percent(asked, texts.length)} well-formed and of the mood that was asked for, ${percent(asked, wellFormed)} of the well-formed`);
}

/** What happens: how a story's third sentence begins, whoever it happens to. */
function problemOf(story) {
  const [first, second, third] = story.split(/(?<=[.!?]) /)[2].split(" ");
  if (first.startsWith('"')) return `${first} ${second} ${third} …`;
  if (first === "Suddenly") return third === "heard" ? "Suddenly … heard" : "Suddenly …";
  return ["But", "Soon", "Then", "There"].includes(first) ? `${first} ${second} …` : `… ${second} …`;
}

/** Stories where they lie, in a file. */
async function draw(file) {
  const encoded = await model.encode(generateStories(500, 2000 + seed).map(({ text }) => text));
  const width = encoded[0].mean.length;
  const mean = (values) => values.reduce((total, value) => total + value, 0) / values.length;
  const units = Array.from({ length: width }, (_, unit) => {
    const centres = encoded.map((sentence) => sentence.mean[unit]);
    const centre = mean(centres);
    return {
      activity: centres.reduce((total, value) => total + (value - centre) ** 2, 0) / (centres.length - 1),
      divergence: mean(encoded.map(({ mean: m, logVariance: v }) => (m[unit] ** 2 + Math.expm1(v[unit]) - v[unit]) / 2)),
    };
  });
  const texts = encoded.map(({ text }) => text);
  writeFileSync(file, latentSvg({ run: basename(run), data: "unseen stories", texts, labels: texts.map(problemOf), means: Float32Array.from(encoded.flatMap((sentence) => sentence.mean)), units }));
  show("", `drawn in ${file}`);
}

try {
  if (flags.map) await draw(flags.map);
  judge(`${count} points of the prior, greedy`, await model.generate({ count, seed }).result);
  judge(`${count} points of the prior, temperature 1`, await model.generate({ count, seed, temperature: 1 }).result);
  // Drawn with another seed than training's: no two stories of so many agree.
  const stories = generateStories(2 * Math.min(count, 500), 1000 + seed).map(({ text }) => text);
  const encoded = await model.encode(stories);
  const middles = [];
  for (let i = 0; i + 1 < encoded.length; i += 2) {
    const [{ mean: from, label }, { mean: to }] = [encoded[i], encoded[i + 1]];
    middles.push({ point: from.map((value, k) => (value + to[k]) / 2), label });
  }
  const written = [];
  for (const label of new Set(middles.map((middle) => middle.label))) {
    const points = middles.filter((middle) => middle.label === label).map(({ point }) => point);
    written.push(...(await model.decode(points, label === undefined ? {} : { label })));
  }
  judge(`${middles.length} middles between two unseen stories, greedy`, written);
  const again = await model.reconstruct(stories);
  judge(`${again.length} unseen stories written again, greedy`, again);
  show("", `${percent(again.filter(({ source, text }) => source === text).length, again.length)} exactly`);
} finally {
  await model.release();
}
