// wordloom vary: sentences near a sentence.

import type { Command } from "commander";
import { parseNumber } from "../options.js";
import { checkSentence, describeDecoded, oneLine, withLatentModel, withMachineFlags, withReadingFlags, withWritingFlags, writingOptions, type LatentFlags } from "../latent_flags.js";

const EXAMPLES = `
Examples:
  $ wordloom vary runs/captions-vae "a man rides a bike." -n 5 --scale 0.5
  $ wordloom vary runs/captions-vae "a man rides a bike." --temperature 0.7 --seed 3`;

type VaryFlags = LatentFlags & { readonly number: number; readonly scale?: number };

/** Adds `vary` to the program. */
export function addVaryCommand(program: Command): void {
  const command = program
    .command("vary")
    .description("Writes from points near a sentence's, a text a line.")
    .argument("<run>", "the folder of a variational autoencoder")
    .argument("<text>", "a sentence")
    .option("-n, --number <n>", "how many texts", parseNumber, 5)
    .option("--scale <x>", "how far the points are, in standard deviations of the prior, in each dimension (0.3)", parseNumber);
  withMachineFlags(withWritingFlags(withReadingFlags(command)), "a JSON object { text, tokens, finishReason, logProbability, point } a line")
    .addHelpText("after", EXAMPLES)
    .action((run: string, text: string, flags: VaryFlags) =>
      withLatentModel(run, flags, "vary a sentence", async ({ model, unknown, signal, write, isTerminal }) => {
        checkSentence(text, "vary");
        await unknown.note([text]);
        const texts = await model.vary(text, { ...writingOptions(flags), count: flags.number, ...(flags.scale === undefined ? {} : { scale: flags.scale }), signal });
        for (const found of texts) write(flags.json ? `${JSON.stringify(describeDecoded(found))}\n` : `${oneLine(found.text, isTerminal)}\n`);
      }),
    );
}
