// The synthetic benchmark of adversarial text generation (Yu et al. 2017, section 5): likelihood training on 10,000 sequences
// of an oracle, then adversarial training, scored by the oracle.
//
//   node bench/oracle/oracle.js target_params.npz [--seeds 1,2,3] [--method policy|relaxation] [--threads 1] [--out runs/oracle]
//   node bench/oracle/oracle.js --random 1 …          with a random oracle of the same protocol
//
// The schedule: --likelihood 6000 --discriminator 400 --rounds 40 --roll-outs 8 --baseline none --rate 0.01 and so on, see
// OPTIONS in train_seed.js. Each seed is a run of its own in --out that goes on where it was stopped. At the end a table, and
// METHOD-curves.svg in --out.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_CODES, reportError } from "../../dist/cli/terminal/report_error.js";
import { WordloomError } from "../../dist/errors.js";
import { writeFileAtomic } from "../../dist/storage/atomic_file.js";
import { oraclePlotSvg } from "./oracle_plot.js";
import { CHOICES, epochSteps, OPTIONS, trainSeed } from "./train_seed.js";
import { randomOracle, readOracle } from "./oracle_weights.js";

/** The step of a run on an axis of epochs: a round counts as one, as in the literature. */
const epochOf = (step, settings) => Math.min(step, settings.likelihood) / epochSteps(settings) + Math.max(0, step - settings.likelihood - settings.discriminator);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const show = (values) => (values.length === 1 ? values[0].toFixed(3) : `${mean(values).toFixed(3)} ± ${spread(values).toFixed(3)} (${values.map((value) => value.toFixed(3)).join(", ")})`);

function settingsOf(flags) {
  const numbers = Object.entries(OPTIONS).map(([name, standard]) => {
    const given = flags[name];
    if (typeof standard === "string") {
      if (given !== undefined && !CHOICES[name].includes(given)) throw new WordloomError("invalid_argument", `--${name} is "${given}", not one of ${CHOICES[name].filter((choice) => choice !== "").join(", ")}; correct it.`);
      return [name, given ?? standard];
    }
    const value = Number(given ?? standard);
    const whole = Number.isInteger(standard);
    if (!(value >= 0) || (whole && !Number.isSafeInteger(value))) throw new WordloomError("invalid_argument", `--${name} is "${given}", not a ${whole ? "whole number" : "number"} from 0 on; correct it.`);
    return [name, value];
  });
  return Object.fromEntries(numbers);
}

function parsed(options) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (cause) {
    throw new WordloomError("invalid_argument", `${cause.message.split(". ")[0].replace(/\.$/, "")}; see the head of this file.`, { cause });
  }
}

function wholeNumber(flag, text) {
  const value = Number(text);
  if (text === "" || !Number.isSafeInteger(value) || value < 0) throw new WordloomError("invalid_argument", `--${flag} is "${text}", not a whole number from 0 on; correct it.`);
  return value;
}

async function main() {
  const options = Object.fromEntries([...Object.keys(OPTIONS), "seeds", "random", "out", "threads"].map((name) => [name, { type: "string" }]));
  const { values: flags, positionals } = parsed(options);
  if (positionals.length !== (flags.random === undefined ? 1 : 0)) throw new WordloomError("invalid_argument", "Give either the oracle's weights, target_params.npz, or --random and a seed.");
  const settings = settingsOf(flags);
  const oracle = flags.random === undefined ? await readOracle(positionals[0]) : randomOracle(wholeNumber("random", flags.random));
  const { out = "runs/oracle", seeds = "1,2,3", threads = "1" } = flags;
  mkdirSync(out, { recursive: true });
  const results = [];
  for (const seed of seeds.split(",").map((text) => wholeNumber("seeds", text))) {
    const file = join(out, `${settings.method}-${seed}.json`);
    if (!existsSync(file)) {
      const result = await trainSeed(oracle, { seed, settings, threads: wholeNumber("threads", threads), folder: join(out, `${settings.method}-${seed}`) });
      writeFileAtomic(file, [Buffer.from(JSON.stringify(result))]);
    }
    const result = JSON.parse(readFileSync(file, "utf8"));
    if (JSON.stringify(result.settings) !== JSON.stringify(settings)) throw new WordloomError("invalid_argument", `"${file}" holds the scores of another schedule; delete it with its folder, or give another --out.`);
    results.push(result);
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
    adversarialFrom: settings.likelihood / epochSteps(settings),
  }));
  writeFileAtomic(join(out, `${settings.method}-curves.svg`), [Buffer.from(oraclePlotSvg(runs, { published: flags.random === undefined }))]);
  return EXIT_CODES.success;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportError(error);
}
