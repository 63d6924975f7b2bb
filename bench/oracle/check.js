// Whether the published oracle is read as its authors meant it: its scores of uniform sequences and of its own samples.
//
//   node bench/oracle/check.js target_params.npz [--count 10000] [--seed 1] [--threads 1]
//   node bench/oracle/check.js --random 1             a random oracle of the same protocol, for which there is nothing to compare with
//
// Exit code 1 if a score is further than 0.02 from the published one.

import { parseArgs } from "node:util";
import { WordloomError } from "../../dist/errors.js";
import { EXIT_CODES, reportError } from "../../dist/cli/terminal/report_error.js";
import { scoreOracle } from "./oracle_score.js";
import { randomOracle, readOracle } from "./oracle_weights.js";

/** Nats a token under the published weights. */
const PUBLISHED = { uniform: 11.44, own: 5.765 };
const TOLERANCE = 0.02;
const NAMES = { uniform: "uniform sequences", own: "the oracle's own samples" };

function wholeNumber(flag, text, least) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new WordloomError("invalid_argument", `--${flag} is "${text}", not a whole number from ${least} on; correct it.`);
  return value;
}

function parse() {
  const options = { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" }, threads: { type: "string", default: "1" }, random: { type: "string" } };
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (cause) {
    throw new WordloomError("invalid_argument", `${cause.message.split(". ")[0].replace(/\.$/, "")}; see the head of this file.`, { cause });
  }
}

async function main() {
  const { values: flags, positionals } = parse();
  if (positionals.length !== (flags.random === undefined ? 1 : 0)) {
    throw new WordloomError("invalid_argument", "Give either the oracle's weights, target_params.npz, or --random and a seed.");
  }
  const options = { count: wholeNumber("count", flags.count, 1), seed: wholeNumber("seed", flags.seed, 0), threads: wholeNumber("threads", flags.threads, 1) };
  const published = flags.random === undefined;
  const oracle = published ? await readOracle(positionals[0]) : randomOracle(wholeNumber("random", flags.random, 0));
  const scores = await scoreOracle(oracle, options);
  let agrees = true;
  for (const [of, score] of Object.entries(scores)) {
    const near = Math.abs(score - PUBLISHED[of]) <= TOLERANCE;
    agrees &&= near || !published;
    const comparison = published ? ` (published: ${PUBLISHED[of]}, ${near ? "agrees" : "DIFFERS"})` : "";
    console.log(`${score.toFixed(4)} nats a token: ${NAMES[of]}${comparison}`);
  }
  return agrees ? EXIT_CODES.success : EXIT_CODES.internal;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportError(error);
}
