// wordloom encode: sentences as points of a latent space, for other programs.

import { basename, dirname, extname } from "node:path";
import type { Command } from "commander";
import { WordloomError } from "../../errors.js";
import { writeFileAtomic } from "../../storage/atomic_file.js";
import { npyBytes } from "../../storage/npy.js";
import { counted } from "../../text/corpus.js";
import { shortNumber, withLatentModel, withMachineFlags, withReadingFlags, type LatentFlags } from "../latent_flags.js";
import { isFolder } from "../mistyped_path.js";
import { sentenceWindows, type SentenceFlags } from "../sentence_input.js";

const EXAMPLES = `
Examples:
  $ wordloom encode runs/captions-vae captions.txt --out points.npy
  $ wordloom encode runs/captions-vae captions.txt > points.jsonl
  $ echo "a man rides a bike." | wordloom encode runs/captions-vae -`;

type EncodeFlags = LatentFlags & SentenceFlags & { readonly out?: string };

/** Adds `encode` to the program. */
export function addEncodeCommand(program: Command): void {
  const command = program
    .command("encode")
    .description("Gives the point of each sentence: { text, mean, logVariance } a line, or a matrix of means for NumPy.")
    .argument("<run>", "the folder of a variational autoencoder")
    .argument("<input>", "a file of sentences, a line each, a table, a sentence, or - for the standard input")
    .option("--column <name>", "the column of a table (training's)")
    .option("--out <file>", "a .npy file, float32 (sentences, dimensions) of means, or a .jsonl file; else the standard output");
  withMachineFlags(withReadingFlags(command), "the same as without: JSON lines are what encode writes")
    .addHelpText("after", EXAMPLES)
    .action((run: string, input: string, flags: EncodeFlags) => encode(run, input, flags));
}

function formatOf(out: string | undefined): "lines" | "npy" | "jsonl" {
  if (out === undefined) return "lines";
  const extension = extname(out).toLowerCase();
  if (extension === ".npy" || extension === ".jsonl") return extension.slice(1) as "npy" | "jsonl";
  throw new WordloomError("invalid_argument", `Points cannot be written to ${JSON.stringify(out)}; give it the extension .npy (a matrix for NumPy) or .jsonl (a JSON object a line).`);
}

async function encode(run: string, input: string, flags: EncodeFlags): Promise<void> {
  const format = formatOf(flags.out); // before the work
  if (flags.out !== undefined && !isFolder(dirname(flags.out))) throw new WordloomError("file_not_found", `There is no folder "${dirname(flags.out)}" to write "${basename(flags.out)}" in; make it, or write elsewhere.`);
  await withLatentModel(run, flags, "encode", async ({ model, unknown, signal, write }) => {
    const width = model.description.latentWidth!;
    const rows: Float32Array[] = [];
    const lines: string[] = [];
    let count = 0;
    for await (const { texts, ...where } of sentenceWindows(model, input, flags, "encode", signal)) {
      const encoded = await model.encode(texts, { ...(flags.label === undefined ? {} : { label: flags.label }), ...where, signal });
      for (const { mean, logVariance, ...rest } of encoded) {
        if (format === "npy") rows.push(Float32Array.from(mean));
        else {
          const line = `${JSON.stringify({ ...rest, mean: mean.map(shortNumber), logVariance: logVariance.map(shortNumber) })}\n`;
          if (format === "jsonl") lines.push(line);
          else write(line);
        }
      }
      await unknown.note(texts);
      count += texts.length;
    }
    if (flags.out === undefined) return;
    if (format === "npy") {
      const matrix = new Float32Array(count * width);
      rows.forEach((row, i) => matrix.set(row, i * width));
      writeFileAtomic(flags.out, npyBytes(matrix, [count, width]));
    } else writeFileAtomic(flags.out, lines.join(""));
    process.stderr.write(`${counted(count, "sentence")} of ${width} dimensions in ${flags.out}.\n`);
  });
}
