// The synthetic benchmark of adversarial text generation (Yu et al. 2017, section 5): likelihood training on 10,000 sequences
// of an oracle, then adversarial training, scored by the oracle.
//
//   node bench/oracle/oracle.js target_params.npz [--seeds 1,2,3] [--method policy|relaxation] [--threads 1] [--out runs/oracle]
//   node bench/oracle/oracle.js --random 1 …          with a random oracle of the same protocol
//
// The schedule: --likelihood 6000 --discriminator 400 --rounds 40 --roll-outs 8 --baseline none --rate 0.01 and so on, see
// OPTIONS below. Each seed is a run of its own in --out that goes on where it was stopped. At the end a table, scores.json and
// curves.svg in --out.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_CODES, reportError } from "../../dist/cli/terminal/report_error.js";
import { WordloomError } from "../../dist/errors.js";
import { writeFileAtomic } from "../../dist/storage/atomic_file.js";
import { oraclePlotSvg } from "./oracle_plot.js";
import { EPOCH_STEPS, OPTIONS, trainSeed } from "./train_seed.js";
import { randomOracle, readOracle } from "./oracle_weights.js";

/** The step of a run on an axis of epochs: a round counts as one, as in the literature. */
const epochOf = (step, { likelihood, discriminator }) => Math.min(step, likelihood) / EPOCH_STEPS + Math.max(0, step - likelihood - discriminator);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const show = (values) => (values.length === 1 ? values[0].toFixed(3) : `${mean(values).toFixed(3)} ± ${spread(values).toFixed(3)} (${values.map((value) => value.toFixed(3)).join(", ")})`);

function settingsOf(flags) {
  const numbers = Object.entries(OPTIONS).map(([name, standard]) => {
    const given = flags[name];
    if (typeof standard === "string") return [name, given ?? standard];
    const value = Number(given ?? standard);
    if (!Number.isFinite(value) || value < 0) throw new WordloomError("invalid_argument", `--${name} is "${given}", not a number from 0 on; correct it.`);
    return [name, value];
  });
  return Object.fromEntries(numbers);
}

async function main() {
  const options = Object.fromEntries([...Object.keys(OPTIONS), "seeds", "random", "out", "threads"].map((name) => [name, { type: "string" }]));
  const { values: flags, positionals } = parseArgs({ allowPositionals: true, options });
  if (positionals.length !== (flags.random === undefined ? 1 : 0)) throw new WordloomError("invalid_argument", "Give either the oracle's weights, target_params.npz, or --random and a seed.");
  const settings = settingsOf(flags);
  const oracle = flags.random === undefined ? await readOracle(positionals[0]) : randomOracle(Number(flags.random));
  const { out = "runs/oracle", seeds = "1,2,3", threads = "1" } = flags;
  mkdirSync(out, { recursive: true });
  const results = [];
  for (const seed of seeds.split(",").map(Number)) {
    const file = join(out, `${settings.method}-${seed}.json`);
    if (!existsSync(file)) {
      const result = await trainSeed(oracle, { seed, settings, threads: Number(threads), folder: join(out, `${settings.method}-${seed}`) });
      writeFileAtomic(file, [Buffer.from(JSON.stringify(result))]);
    }
    results.push(JSON.parse(readFileSync(file, "utf8")));
  }
  const rows = [
    ["likelihood", results.map(({ likelihood }) => likelihood.nllOracle), results.map(({ likelihood }) => likelihood.nllGen), results.map(({ likelihood }) => likelihood.selfBleu)],
    ...results[0].tempered.map(({ temperature }, i) => [`likelihood, drawn at ${temperature}`, results.map(({ tempered }) => tempered[i].nllOracle), null, results.map(({ tempered }) => tempered[i].selfBleu)]),
    [`adversarial (${settings.method})`, results.map(({ adversarial }) => adversarial.nllOracle), results.map(({ adversarial }) => adversarial.nllGen), results.map(({ adversarial }) => adversarial.selfBleu)],
  ];
  console.log(`| trained by | NLL_oracle | NLL_gen | Self-BLEU-2 |\n| --- | --- | --- | --- |`);
  for (const [name, ...columns] of rows) console.log(`| ${name} | ${columns.map((values) => (values ? show(values) : "–")).join(" | ")} |`);
  console.log(`Trained in ${results.map(({ seconds }) => `${Math.round(seconds)} s`).join(", ")}, evaluations included; best weights after rounds ${results.map(({ bestRound }) => bestRound).join(", ")}.`);
  const runs = results.map(({ seed, metrics }) => ({
    name: `seed ${seed}`,
    method: settings.method,
    nllOracle: metrics.map(({ step, nllOracle }) => ({ step: epochOf(step, settings), value: nllOracle })),
    nllGen: metrics.map(({ step, validationLoss }) => ({ step: epochOf(step, settings), value: validationLoss })),
    adversarialFrom: settings.likelihood / EPOCH_STEPS,
  }));
  writeFileAtomic(join(out, "curves.svg"), [Buffer.from(oraclePlotSvg(runs, { published: flags.random === undefined }))]);
  return EXIT_CODES.success;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportError(error);
}
