// wordloom interpolate: the sentences between two sentences.

import type { Command } from "commander";
import { parseNumber } from "../options.js";
import { checkSentence, describeDecoded, oneLine, withLatentModel, withMachineFlags, withReadingFlags, withWritingFlags, writingOptions, type LatentFlags } from "../latent_flags.js";

const EXAMPLES = `
Examples:
  $ wordloom interpolate runs/captions-vae "a man rides a bike." "two dogs sleep on a couch." --steps 7
  $ wordloom interpolate runs/stories-vae "…" "…" --label happy --json`;

type InterpolateFlags = LatentFlags & { readonly steps?: number };

/** Adds `interpolate` to the program. */
export function addInterpolateCommand(program: Command): void {
  const command = program
    .command("interpolate")
    .description("Writes from points on the straight line between two sentences, both ends included, a text a line.")
    .argument("<run>", "the folder of a variational autoencoder")
    .argument("<from>", "a sentence")
    .argument("<to>", "another sentence")
    .option("--steps <n>", "texts, both ends included (7)", parseNumber);
  withMachineFlags(withWritingFlags(withReadingFlags(command)), "a JSON object { text, tokens, finishReason, logProbability, point } a line")
    .addHelpText("after", EXAMPLES)
    .action((run: string, from: string, to: string, flags: InterpolateFlags) =>
      withLatentModel(run, flags, "interpolate", async ({ model, unknown, signal, write, isTerminal }) => {
        checkSentence(from, "interpolate");
        checkSentence(to, "interpolate");
        await unknown.note([from, to]);
        const texts = await model.interpolate(from, to, { ...writingOptions(flags), ...(flags.steps === undefined ? {} : { steps: flags.steps }), signal });
        for (const text of texts) write(flags.json ? `${JSON.stringify(describeDecoded(text))}\n` : `${oneLine(text.text, isTerminal)}\n`);
      }),
    );
}
