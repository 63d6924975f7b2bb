// wordloom explain: how a trained run reads a text, what it attends to, or how its latent space is used.

import { basename } from "node:path";
import type { Command } from "commander";
import { load, type Model } from "../../api/load.js";
import type { ExplainLatentOptions, ExplainOptions, LoadOptions } from "../../api/model_options.js";
import { DEFAULT_BEAMS } from "../../api/pair_options.js";
import { pictureFormatOf, type PictureFormat } from "../../explanation/picture_format.js";
import { attentionHtml } from "../../explanation/attention_html.js";
import { attentionJson } from "../../explanation/attention_json.js";
import { attentionSvg } from "../../explanation/attention_svg.js";
import { attentionWords, withoutIsolates } from "../../explanation/attention_words.js";
import { latentHtml } from "../../explanation/latent_html.js";
import { latentJson } from "../../explanation/latent_json.js";
import { isActive, type LatentMap } from "../../explanation/latent_map.js";
import { latentSvg } from "../../explanation/latent_svg.js";
import { readingHtml } from "../../explanation/reading_html.js";
import { readingJson } from "../../explanation/reading_json.js";
import { readingSvg, type ReadingView, readingViews } from "../../explanation/reading_svg.js";
import { readingSummary } from "../../explanation/reading_words.js";
import { WordloomError } from "../../errors.js";
import { DEVICES } from "../../runtime/backend.js";
import { writeFileAtomic } from "../../storage/atomic_file.js";
import { ConversionRemarks } from "../conversion_remarks.js";
import { refuseFlags } from "../foreign_flags.js";
import { isFile } from "../input_lines.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber, parseNumberOrText } from "../options.js";
import { counted } from "../../text/corpus.js";
import { terminalSettings } from "../terminal/output.js";
import { readingLines } from "../terminal/reading_lines.js";
import { asTyped } from "../typed_options.js";

const EXAMPLES = `
Examples:
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.html
  $ wordloom explain runs/poems-transformer "The sea was calm"
  $ wordloom explain runs/poems-lstm "The sea was calm" --out reading.html
  $ wordloom explain runs/poems-transformer "The sea was calm" --show lens --out lens.svg
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.json
  $ wordloom explain runs/stories-vae stories --out space.html`;

interface ExplainFlags extends ExplainOptions, Omit<ExplainLatentOptions, "signal">, LoadOptions {
  readonly out?: string;
  readonly show?: string;
}

/** Adds `explain` to the program. */
export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("Shows how a run reads a text, what it attends to while it converts one, or where a file's sentences lie in a latent space.")
    .argument("<run>", "the folder that training wrote")
    .argument("<text>", "the text to convert or to read; of a variational autoencoder a file of sentences")
    .option("--out <file>", "an .html page to explore, an .svg picture or .json; a language model's reading goes to the terminal without it")
    .optionsGroup("A language model:")
    .option("--token <n>", "the token whose probability saliency explains: its number, last or all (all of 64 or fewer, else the last)", parseNumberOrText)
    .option("--show <view>", `what an .svg shows: ${readingViews.join(" | ")} (${readingViews[0]})`)
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

/** What each form of a picture is made by. */
type Drawing<Shown> = Readonly<Record<PictureFormat, (shown: Shown) => unknown>>;

/** The contents of a file of the form that its name asks for. */
function drawn<Shown>(shown: Shown, file: string, drawing: Drawing<Shown>): string {
  const format = pictureFormatOf(file);
  const picture = drawing[format](shown);
  return format === "json" ? `${JSON.stringify(picture, null, 1)}\n` : String(picture);
}

async function explain(run: string, text: string, flags: ExplainFlags): Promise<void> {
  const { out, device, threads } = flags;
  if (out !== undefined) pictureFormatOf(out); // before the work
  checkView(flags);
  const model = await load(run, { device, threads });
  const { kind } = model.description;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  try {
    if (kind !== "language") refuseFlags(flags, ["token", "show"], `is for language models, but the run in "${run}" is none`);
    if (kind === "language") await explainReading(model, run, text, flags, interruption.signal);
    else if (out === undefined) throw new WordloomError("invalid_argument", `What the run in "${run}" does is shown as a picture; say where it goes: --out picture.html, .svg or .json.`);
    else if (kind === "latent") await explainSpace(model, run, text, { ...flags, out }, interruption.signal);
    else await explainAttention(model, run, text, { ...flags, out }, interruption.signal);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
    await model.release();
  }
}

/** @throws WordloomError "invalid_argument" for a view that there is not, or that only another form of picture has */
function checkView({ show, out }: ExplainFlags): void {
  if (show === undefined) return;
  if (!readingViews.some((view) => view === show)) throw new WordloomError("invalid_argument", `There is no view ${JSON.stringify(show)}; choose one of ${readingViews.join(", ")}.`);
  if (out === undefined || pictureFormatOf(out) !== "svg") throw new WordloomError("invalid_argument", "The option --show chooses what an .svg picture shows, and all else shows everything; give --out picture.svg or leave it out.");
}

type WithFile = ExplainFlags & { readonly out: string };

async function explainSpace(model: Model, run: string, data: string, { out, column, label, ...others }: WithFile, signal: AbortSignal): Promise<void> {
  refuseFlags(others, ["target", "targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a variational autoencoder`);
  if (/\s/u.test(data) && !isFile(data)) throw new WordloomError("file_not_found", `There is no file "${data}", and of a variational autoencoder explain draws where the sentences of a file lie; give a file of sentences.`);
  const { notices, data: read, ...space } = await model.explainLatent(data, { ...(column === undefined ? {} : { column }), ...(label === undefined ? {} : { label }), signal });
  const map: LatentMap = { run: basename(run), data: basename(read), ...space };
  writeFileAtomic(out, drawn(map, out, { html: latentHtml, svg: (shown) => latentSvg(shown), json: latentJson }));
  const active = space.units.filter(isActive).length;
  process.stderr.write(`${[...notices.map(asTyped), `${counted(space.texts.length, "sentence")}, ${active} of ${space.units.length} dimensions active.`, `Drawn in ${out}.`].join("\n")}\n`);
}

/** @throws WordloomError "invalid_argument" where a file of texts is given for a text */
function refuseFile(text: string): void {
  if (isFile(text)) throw new WordloomError("invalid_argument", `"${text}" is a file, and explain takes a text; give one of its texts itself.`);
}

async function explainReading(model: Model, run: string, text: string, { out, token, show, target, targetLanguage, beams, column, label }: ExplainFlags, signal: AbortSignal): Promise<void> {
  refuseFlags({ column, label }, ["column", "label"], `is for variational autoencoders, but the run in "${run}" is none`);
  refuseFlags({ target, targetLanguage, beams }, ["target", "targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a language model`);
  refuseFile(text);
  const { reading, ...read } = await model.explain(text, { ...(token === undefined ? {} : { token }), signal });
  if (!reading) throw new WordloomError("internal", "A language model's explanation has no reading.");
  const remarks = new ConversionRemarks();
  remarks.note(read);
  const sentences = remarks.sentences(reading.read);
  if (out === undefined) {
    const { isTerminal, color } = terminalSettings(process.stdout);
    process.stdout.write(`${readingLines(reading, { color, columns: isTerminal ? process.stdout.columns : Infinity }).join("\n")}\n`);
  } else {
    const view = show as ReadingView | undefined;
    writeFileAtomic(out, drawn(reading, out, { html: readingHtml, svg: (shown) => readingSvg(shown, view), json: readingJson }));
    sentences.unshift(withoutIsolates(readingSummary(reading)));
    sentences.push(`Drawn in ${out}.`);
  }
  if (sentences.length > 0) process.stderr.write(`${sentences.join("\n")}\n`);
}

async function explainAttention(model: Model, run: string, text: string, { out, target, targetLanguage, beams, column, label }: WithFile, signal: AbortSignal): Promise<void> {
  refuseFlags({ column, label }, ["column", "label"], `is for variational autoencoders, but the run in "${run}" is none`);
  refuseFile(text);
  const asked = { target, targetLanguage, beams };
  const map = await model.explain(text, { ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)), signal });
  writeFileAtomic(out, drawn(map, out, { html: attentionHtml, svg: (shown) => attentionSvg(shown), json: attentionJson }));
  const { title } = attentionWords(map);
  const remarks = new ConversionRemarks();
  remarks.note(map);
  const sentences = [...remarks.sentences(model.description.contextLength), `Drawn in ${out}.`];
  // Only a terminal sets a title's two texts in their own directions.
  process.stderr.write(`${[terminalSettings(process.stderr).isTerminal ? title : withoutIsolates(title), ...sentences].join("\n")}\n`);
}
