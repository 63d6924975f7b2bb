// Where a training step's time goes, operator by operator: node bench/profile.js gpt-4-4-128
//
// ROWS=100 shows more of them. Times are the median of each node over many steps, added up by operator and output shape.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { CASES, compileCase, randomBatch } from "./cases.js";
import { RandomStream } from "../dist/runtime/random.js";

const STEPS = 40;
const ROWS_SHOWN = Number(process.env.ROWS ?? 40);

const [name = "gpt-4-4-128"] = process.argv.slice(2);
if (!(name in CASES)) {
  console.error(`There is no case "${name}"; the cases are ${Object.keys(CASES).join(", ")}.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "wordloom-profile-"));
const { program } = await compileCase(name, { device: "cpu", threads: availableParallelism(), profile: join(folder, "step") });
const batch = randomBatch(CASES[name]);
const dropout = new RandomStream(1, "dropout");
for (let step = 1; step <= STEPS; step++) await program.step([batch], 1e-3, step, dropout);
await program.release();

const times = new Map();
for (const event of readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")))) {
  if (event.cat !== "Node" || !event.name.endsWith("_kernel_time")) continue;
  const { node_index: index, op_name: operator, output_type_shape: shapes } = event.args;
  const node = times.get(index) ?? { label: `${operator} ${shapes.map((shape) => `[${Object.values(shape)[0]}]`).join(" ").slice(0, 48)}`, durations: [] };
  node.durations.push(event.dur);
  times.set(index, node);
}
rmSync(folder, { recursive: true });

const groups = new Map();
for (const { label, durations } of times.values()) {
  const group = groups.get(label) ?? { count: 0, microseconds: 0 };
  group.count++;
  group.microseconds += durations.toSorted((a, b) => a - b)[durations.length >> 1];
  groups.set(label, group);
}
const total = [...groups.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
console.log(`${name}: ${times.size} nodes, ${(total / 1000).toFixed(2)} ms in operators`);
for (const [label, { count, microseconds }] of [...groups].toSorted((a, b) => b[1].microseconds - a[1].microseconds).slice(0, ROWS_SHOWN)) {
  console.log(`${String(Math.round(microseconds)).padStart(8)} µs  ${String(count).padStart(4)} ×  ${label}`);
}
