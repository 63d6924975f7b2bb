// What keeps a variational autoencoder's latent space from collapsing: the same model of the same captions, each remedy alone.
//
//   node bench/latent_ablation.js image_coco.txt [--held-out 1000] [--steps N] [--threads N] [--only default,none] [--out runs/ablation]
//
// The last lines of the file are held out. What is done already in --out is not done again, what was interrupted (Ctrl-C) goes
// on from there; the table goes to the standard output.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "held-out": { type: "string", default: "1000" },
    steps: { type: "string" },
    threads: { type: "string" },
    samples: { type: "string", default: "500" },
    only: { type: "string" },
    out: { type: "string", default: "runs/ablation" },
  },
});
if (positionals.length !== 1) {
  process.stderr.write("Give a file of captions, a line each: node bench/latent_ablation.js image_coco.txt\n");
  process.exit(2);
}

const wordloom = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const common = [...(flags.threads ? ["--threads", flags.threads] : []), ...(flags.steps ? ["--steps", flags.steps] : [])];
/** The decoder of the others trained as a language model; as many tokens a step. */
const LANGUAGE_MODEL = ["--family", "lstm", "--lines", "--tokenizer", "word", "--layers", "1", "--width", "256", "--embedding", "128", "--dropout", "0.3", "--batch", "76", "--lr", "2e-3"];
const LANGUAGE_STEPS = ["--steps", "1770"]; // as many as the others take by default
const variants = {
  "language model": { flags: [...LANGUAGE_MODEL, ...(flags.steps ? [] : LANGUAGE_STEPS)], language: true },
  none: { flags: ["--family", "vae", "--annealing", "none", "--free-bits", "0"] },
  linear: { flags: ["--family", "vae", "--free-bits", "0"] },
  logistic: { flags: ["--family", "vae", "--annealing", "logistic", "--free-bits", "0"] },
  cyclical: { flags: ["--family", "vae", "--annealing", "cyclical", "--free-bits", "0"] },
  "word dropout": { flags: ["--family", "vae", "--free-bits", "0", "--word-dropout", "0.3"] },
  aggressive: { flags: ["--family", "vae", "--free-bits", "0", "--aggressive", "5"] },
  "free bits": { flags: ["--family", "vae", "--annealing", "none"] },
  "free bits in total": { flags: ["--family", "vae", "--free-bits-total", "8"] },
  default: { flags: ["--family", "vae"] },
  transformer: { flags: ["--family", "vae", "--cell", "transformer"] },
};

const run = (args, output) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [wordloom, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.on("close", (code) => {
      if (code === 0) return resolve(output ? said : undefined);
      process.stderr.write(`wordloom ${args.join(" ")} ended with ${code}; the same command goes on from here.\n`);
      process.exit(code ?? 1);
    });
  });

mkdirSync(flags.out, { recursive: true });
const lines = readFileSync(positionals[0], "utf8").split("\n").filter((line) => line.trim() !== "");
const [captions, heldOut] = ["captions.txt", "held_out.txt"].map((name) => join(flags.out, name));
writeFileSync(captions, `${lines.slice(0, -Number(flags["held-out"])).join("\n")}\n`);
writeFileSync(heldOut, `${lines.slice(-Number(flags["held-out"])).join("\n")}\n`);

const names = flags.only ? flags.only.split(",") : Object.keys(variants);
const rows = [];
for (const name of names) {
  const { flags: asked, language = false } = variants[name];
  const folder = join(flags.out, name.replaceAll(" ", "-"));
  const measured = `${folder}.json`;
  if (!existsSync(measured)) {
    const begun = existsSync(join(folder, "training_state", "state.safetensors"));
    await run(["train", captions, "--out", folder, ...(begun ? ["--resume"] : ["--validation", heldOut, ...asked, ...common])]);
    const how = language ? ["--lines"] : ["--importance-samples", flags.samples];
    writeFileSync(measured, await run(["evaluate", folder, heldOut, ...how, ...(flags.threads ? ["--threads", flags.threads] : []), "--json"], true));
  }
  const result = JSON.parse(readFileSync(measured, "utf8").trim().split("\n").at(-1));
  const number = (value, digits = 2) => (value === undefined ? "–" : value.toFixed(digits));
  const nats = language ? (result.loss * result.tokens) / result.samples : result.importanceWeightedNats;
  const { steps, seconds } = lastOf(join(folder, "metrics.jsonl"));
  rows.push([name, number(nats), number(result.negativeElbo), number(result.divergence), number(result.mutualInformation), language ? "–" : `${result.activeUnits}`, number(result.reconstructionBleu, 1), `${steps}`, `${Math.round(seconds)} s`, `\`${asked.join(" ")}\``]);
}

function lastOf(file) {
  const { step: steps, seconds } = JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1));
  return { steps, seconds };
}

process.stdout.write("| remedy | NLL | −ELBO | KL | MI | AU | BLEU | steps | trained | `train captions.txt --validation held_out.txt` with |\n");
process.stdout.write("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
