// wordloom reconstruct: sentences written again from their points.

import type { Command } from "commander";
import { describeDecoded, oneLine, withLatentModel, withMachineFlags, withReadingFlags, withWritingFlags, writingOptions, type LatentFlags } from "../latent_flags.js";
import { sentenceWindows, type SentenceFlags } from "../sentence_input.js";

const EXAMPLES = `
Examples:
  $ wordloom reconstruct runs/captions-vae "a man rides a bike."
  $ wordloom reconstruct runs/captions-vae captions.txt --beams 5 > again.txt`;

/** Adds `reconstruct` to the program. */
export function addReconstructCommand(program: Command): void {
  const command = program
    .command("reconstruct")
    .description("Writes each sentence again from its point: on a terminal beside the sentence, in a pipe a text a line.")
    .argument("<run>", "the folder of a variational autoencoder")
    .argument("<input>", "a file of sentences, a line each, a table, a sentence, or - for the standard input")
    .option("--column <name>", "the column of a table (training's)");
  withMachineFlags(withWritingFlags(withReadingFlags(command)), "a JSON object { source, text, tokens, finishReason, logProbability, point } a line")
    .addHelpText("after", EXAMPLES)
    .action((run: string, input: string, flags: LatentFlags & SentenceFlags) =>
      withLatentModel(run, flags, "write sentences again", async ({ model, unknown, signal, write, isTerminal }) => {
        for await (const { texts, ...where } of sentenceWindows(model, input, flags, "write again", signal)) {
          for (const found of await model.reconstruct(texts, { ...writingOptions(flags), ...where, signal })) {
            if (flags.json) write(`${JSON.stringify({ source: found.source, ...describeDecoded(found) })}\n`);
            else write(`${isTerminal ? `${oneLine(found.source, true)}\n  → ` : ""}${oneLine(found.text, isTerminal)}\n`);
          }
          await unknown.note(texts);
        }
      }),
    );
}
