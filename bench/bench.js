// How fast training steps and generation are, beside the floor that the machine's own matrix product sets.
//
//   npm run bench                       everything, a few minutes
//   npm run bench -- --only lstm-256    one case
//   npm run bench -- --json             JSON lines
//
// The floor of a step is the FLOPs of its matrix products over the rate of a 1024 x 1024 x 1024 product, measured in the
// same process just before and after; the ratio to it says how much time all other work takes.

import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ProgramDecoder } from "../dist/generation/program_decoder.js";
import { nameParameters, parameterSpecs } from "../dist/nn/module.js";
import { measureMatmulRate } from "../dist/runtime/machine_speed.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { ParameterBuffers } from "../dist/runtime/parameters.js";
import { RandomStream } from "../dist/runtime/random.js";
import { buildModel, CASES, compileCase, randomBatch, VOCABULARY } from "./cases.js";

const GENERATION = ["gpt-4-4-128", "lstm-256"];
const SECONDS_PER_CASE = 6;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function benchTraining(name, threads) {
  const { limit } = CASES[name];
  const session = { device: "cpu", threads };
  const started = performance.now();
  const { program, buffers } = await compileCase(name, session);
  const compileSeconds = (performance.now() - started) / 1000;
  const batch = randomBatch(CASES[name]);
  const dropout = new RandomStream(1, "dropout");
  for (let step = 1; step <= 3; step++) await program.step([batch], 1e-3, step, dropout);
  // Rounds of rate and steps in turn, so that both see the same weather on a shared machine.
  const ratios = [];
  const times = [];
  const rates = [];
  const deadline = performance.now() + SECONDS_PER_CASE * 1000;
  let step = 4;
  while (performance.now() < deadline || ratios.length < 3) {
    const before = await measureMatmulRate(nodeBackend, session, 12);
    const round = [];
    const end = performance.now() + 700;
    while (performance.now() < end || round.length < 3) {
      const from = performance.now();
      await program.step([batch], 1e-3, step++, dropout);
      round.push((performance.now() - from) / 1000);
    }
    const after = await measureMatmulRate(nodeBackend, session, 12);
    const rate = (before + after) / 2;
    rates.push(rate);
    times.push(...round);
    ratios.push(median(round) / (program.matmulFlops(batch.shape) / rate));
  }
  await program.release();
  const stepSeconds = median(times);
  return {
    case: name,
    parameters: buffers.count,
    compileSeconds,
    stepMilliseconds: stepSeconds * 1000,
    tokensPerSecond: batch.targetCount / stepSeconds,
    matmulGflops: median(rates) / 1e9,
    floorMilliseconds: (program.matmulFlops(batch.shape) / median(rates)) * 1000,
    ratioToFloor: median(ratios),
    limit,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

async function benchGeneration(name, threads) {
  const session = { device: "cpu", threads };
  const model = buildModel({ ...CASES[name], length: 256 });
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  buffers.initialize(new RandomStream(1, "initialisation"));
  const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, session);
  const results = { case: name };
  for (const rows of [1, 64]) {
    let state = decoder.start(rows);
    const times = [];
    for (let position = 0; position < 256; position++) {
      const from = performance.now();
      ({ state } = await decoder.step(new Int32Array(rows).fill(position % VOCABULARY), state));
      times.push((performance.now() - from) / 1000);
    }
    const early = median(times.slice(16, 80));
    const late = median(times.slice(192));
    results[`rows${rows}`] = { tokensPerSecond: rows / median(times), lateToEarly: late / early };
  }
  await decoder.release();
  return results;
}

function show(result, json) {
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  if ("ratioToFloor" in result) {
    const { stepMilliseconds, tokensPerSecond, floorMilliseconds, ratioToFloor, limit, peakMegabytes, compileSeconds } = result;
    const verdict = limit === null ? "" : ratioToFloor <= limit ? `within ${limit.toFixed(1)}` : `above ${limit.toFixed(1)}`;
    const cells = [result.case.padEnd(19), `${stepMilliseconds.toFixed(1)} ms`, `${Math.round(tokensPerSecond).toLocaleString("en-US")} tokens/s`, `floor ${floorMilliseconds.toFixed(1)} ms`, `ratio ${ratioToFloor.toFixed(2)}`, verdict.padEnd(10), `${Math.round(peakMegabytes)} MB`, `compile ${compileSeconds.toFixed(2)} s`];
    console.log(cells.map((cell, i) => (i === 0 ? cell : cell.padStart(13))).join("  "));
    return;
  }
  for (const rows of [1, 64]) {
    const { tokensPerSecond, lateToEarly } = result[`rows${rows}`];
    console.log(`${result.case.padEnd(19)}  writing ${String(rows).padStart(2)} at once  ${Math.round(tokensPerSecond).toLocaleString("en-US").padStart(8)} tokens/s  time per token at position 192-255 to 16-79: ${lateToEarly.toFixed(2)}`);
  }
}

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean" }, threads: { type: "string" }, kind: { type: "string" } } });
const threads = Number(values.threads ?? availableParallelism());

if (values.kind) {
  console.log(JSON.stringify(await (values.kind === "generation" ? benchGeneration : benchTraining)(values.only, threads)));
} else {
  if (values.only && !(values.only in CASES)) {
    console.error(`There is no case "${values.only}"; the cases are ${Object.keys(CASES).join(", ")}.`);
    process.exit(2);
  }
  if (!values.json) console.log(`${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${threads} threads\n`);
  // Each case in a process of its own, so that its peak memory is its own.
  const work = [...Object.keys(CASES).map((name) => ["training", name]), ...GENERATION.map((name) => ["generation", name])];
  for (const [kind, name] of work) {
    if (values.only && values.only !== name) continue;
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--kind", kind, "--only", name, "--threads", String(threads)], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (child.status !== 0) process.exit(1);
    show(JSON.parse(child.stdout), values.json);
  }
}
