// wordloom explain: a picture of what a trained run attends to.

import { basename } from "node:path";
import type { Command } from "commander";
import { load, type Model } from "../../api/load.js";
import type { ExplainLatentOptions, ExplainOptions, LoadOptions } from "../../api/model_options.js";
import { DEFAULT_BEAMS } from "../../api/pair_options.js";
import { pictureFormatOf } from "../../explanation/picture_format.js";
import { attentionHtml } from "../../explanation/attention_html.js";
import { attentionJson } from "../../explanation/attention_json.js";
import { attentionSvg } from "../../explanation/attention_svg.js";
import { attentionWords, withoutIsolates } from "../../explanation/attention_words.js";
import type { AttentionMap } from "../../explanation/attention_map.js";
import { latentHtml } from "../../explanation/latent_html.js";
import { latentJson } from "../../explanation/latent_json.js";
import { isActive, type LatentMap } from "../../explanation/latent_map.js";
import { latentSvg } from "../../explanation/latent_svg.js";
import { WordloomError } from "../../errors.js";
import { DEVICES } from "../../runtime/backend.js";
import { writeFileAtomic } from "../../storage/atomic_file.js";
import { ConversionRemarks } from "../conversion_remarks.js";
import { refuseFlags } from "../foreign_flags.js";
import { isFile } from "../input_lines.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber } from "../options.js";
import { counted } from "../../text/corpus.js";
import { terminalSettings } from "../terminal/output.js";
import { asTyped } from "../typed_options.js";

const EXAMPLES = `
Examples:
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.html
  $ wordloom explain runs/poems-transformer "The sea was calm" --out map.svg
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.json
  $ wordloom explain runs/stories-vae stories --out space.html`;

interface ExplainFlags extends ExplainOptions, Omit<ExplainLatentOptions, "signal">, LoadOptions {
  readonly out: string;
}

/** Adds `explain` to the program. */
export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("Draws what a run attends to while it converts or reads a text, or where a file's sentences lie in a latent space.")
    .argument("<run>", "the folder that training wrote")
    .argument("<text>", "the text to convert or to read; of a variational autoencoder a file of sentences")
    .requiredOption("--out <file>", "an .html page to explore, an .svg picture or .json")
    .optionsGroup("A variational autoencoder:")
    .option("--column <name>", "the column of a table (training's)")
    .option("--label <column>", "the column of labels to colour by (training's); of stories: mood")
    .optionsGroup("A model of pairs of texts:")
    .option("--target <text>", "explain the writing of this text, not of what the model makes of it")
    .option("--target-language <name>", "the language to write, for a model of several")
    .option("--beams <n>", `texts followed side by side; 1 is greedy (${DEFAULT_BEAMS})`, parseNumber)
    .optionsGroup("Machine:")
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", `${DEVICES.join(" | ")} (cpu)`)
    .addHelpText("after", EXAMPLES)
    .action((run: string, text: string, flags: ExplainFlags) => explain(run, text, flags));
}

function drawn(map: AttentionMap, file: string): string {
  switch (pictureFormatOf(file)) {
    case "html":
      return attentionHtml(map);
    case "svg":
      return attentionSvg(map);
    case "json":
      return `${JSON.stringify(attentionJson(map), null, 1)}\n`;
  }
}

async function explain(run: string, text: string, flags: ExplainFlags): Promise<void> {
  const { out, device, threads } = flags;
  pictureFormatOf(out); // before the work
  const model = await load(run, { device, threads });
  try {
    if (model.description.kind === "latent") await explainSpace(model, run, text, flags);
    else await explainAttention(model, run, text, flags);
  } finally {
    await model.release();
  }
}

function drawnSpace(map: LatentMap, file: string): string {
  switch (pictureFormatOf(file)) {
    case "html":
      return latentHtml(map);
    case "svg":
      return latentSvg(map);
    case "json":
      return `${JSON.stringify(latentJson(map), null, 1)}\n`;
  }
}

async function explainSpace(model: Model, run: string, data: string, { out, column, label, ...others }: ExplainFlags): Promise<void> {
  refuseFlags(others, ["target", "targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a variational autoencoder`);
  if (/\s/u.test(data) && !isFile(data)) throw new WordloomError("file_not_found", `There is no file "${data}", and of a variational autoencoder explain draws where the sentences of a file lie; give a file of sentences.`);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  try {
    const { notices, data: read, ...space } = await model.explainLatent(data, { ...(column === undefined ? {} : { column }), ...(label === undefined ? {} : { label }), signal: interruption.signal });
    writeFileAtomic(out, drawnSpace({ run: basename(run), data: basename(read), ...space }, out));
    const active = space.units.filter(isActive).length;
    process.stderr.write(`${[...notices.map(asTyped), `${counted(space.texts.length, "sentence")}, ${active} of ${space.units.length} dimensions active.`, `Drawn in ${out}.`].join("\n")}\n`);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
  }
}

async function explainAttention(model: Model, run: string, text: string, { out, target, targetLanguage, beams, column, label }: ExplainFlags): Promise<void> {
  refuseFlags({ column, label }, ["column", "label"], `is for variational autoencoders, but the run in "${run}" is none`);
  if (isFile(text)) throw new WordloomError("invalid_argument", `"${text}" is a file, and explain takes a text; give one of its texts itself.`);
  if (model.description.kind === "language") refuseFlags({ target, targetLanguage, beams }, ["target", "targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a language model`);
  const asked = { target, targetLanguage, beams };
  const map = await model.explain(text, Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)));
  writeFileAtomic(out, drawn(map, out));
  const { title } = attentionWords(map);
  const remarks = new ConversionRemarks();
  remarks.note(map);
  const sentences = [...remarks.sentences(model.description.contextLength), `Drawn in ${out}.`];
  // Only a terminal sets a title's two texts in their own directions.
  process.stderr.write(`${[terminalSettings(process.stderr).isTerminal ? title : withoutIsolates(title), ...sentences].join("\n")}\n`);
}
