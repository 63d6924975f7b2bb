// wordloom explain: a picture of what a trained run attends to.

import type { Command } from "commander";
import { load } from "../../api/load.js";
import type { ExplainOptions, LoadOptions } from "../../api/model_options.js";
import { DEFAULT_BEAMS } from "../../api/pair_options.js";
import { attentionFormatOf } from "../../explanation/attention_format.js";
import { attentionHtml } from "../../explanation/attention_html.js";
import { attentionJson } from "../../explanation/attention_json.js";
import { attentionSvg } from "../../explanation/attention_svg.js";
import { attentionWords, withoutIsolates } from "../../explanation/attention_words.js";
import type { AttentionMap } from "../../explanation/attention_map.js";
import { WordloomError } from "../../errors.js";
import { DEVICES } from "../../runtime/backend.js";
import { writeFileAtomic } from "../../storage/atomic_file.js";
import { ConversionRemarks } from "../conversion_remarks.js";
import { refuseFlags } from "../foreign_flags.js";
import { isFile } from "../input_lines.js";
import { parseNumber } from "../options.js";
import { terminalSettings } from "../terminal/output.js";

const EXAMPLES = `
Examples:
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.html
  $ wordloom explain runs/poems-transformer "The sea was calm" --out map.svg
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.json`;

interface ExplainFlags extends ExplainOptions, LoadOptions {
  readonly out: string;
}

/** Adds `explain` to the program. */
export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("Draws what a run attends to while it converts or reads a text.")
    .argument("<run>", "the folder that training wrote")
    .argument("<text>", "the text to convert or to read")
    .requiredOption("--out <file>", "an .html page with all layers and heads, an .svg picture or .json")
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
  switch (attentionFormatOf(file)) {
    case "html":
      return attentionHtml(map);
    case "svg":
      return attentionSvg(map);
    case "json":
      return `${JSON.stringify(attentionJson(map), null, 1)}\n`;
  }
}

async function explain(run: string, text: string, { out, device, threads, target, targetLanguage, beams }: ExplainFlags): Promise<void> {
  attentionFormatOf(out); // before the work
  if (isFile(text)) throw new WordloomError("invalid_argument", `"${text}" is a file, and explain takes a text; give one of its texts itself.`);
  const model = await load(run, { device, threads });
  try {
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
  } finally {
    await model.release();
  }
}
