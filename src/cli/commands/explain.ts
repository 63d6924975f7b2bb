// wordloom explain: how a trained run reads or writes a text, what it attends to, or how its latent space is used.

import { basename } from "node:path";
import type { Command } from "commander";
import { given } from "../../api/given_options.js";
import { load, type Model } from "../../api/load.js";
import type { ExplainedText } from "../../api/explain_jobs.js";
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
import { isFolder, looksLikePath } from "../mistyped_path.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber, parseNumberOrText } from "../options.js";
import { counted } from "../../text/corpus.js";
import { embeddedCorpora } from "../../text/embedded_corpus.js";
import { terminalSettings } from "../terminal/output.js";
import { readingLines } from "../terminal/reading_lines.js";
import { asTyped } from "../typed_options.js";

const EXAMPLES = `
Examples:
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --out map.html
  $ wordloom explain runs/poems-transformer "The sea was calm"
  $ wordloom explain runs/poems-lstm "The sea was calm" --out reading.html
  $ wordloom explain runs/poems-transformer "The sea was calm" --show lens --out lens.svg
  $ wordloom explain runs/dates-seq2seq "3 mars 1987" --show saliency --token 1 --out year.svg
  $ wordloom explain runs/stories-vae "Emma was tired."
  $ wordloom explain runs/stories-vae stories --out space.html`;

/** What a model of pairs can show, first what a file shows of one that attends. */
const PAIR_VIEWS: readonly string[] = ["attention", "surprisal", "saliency"] satisfies ReadingView[];

interface ExplainFlags extends Omit<ExplainOptions, "only">, Omit<ExplainLatentOptions, "signal">, LoadOptions {
  readonly out?: string;
  readonly show?: string;
}

/** Adds `explain` to the program. */
export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("Shows how a run reads or writes a text, token by token, what it attends to meanwhile, or where a file's sentences lie in a latent space.")
    .argument("<run>", "the folder that training wrote")
    .argument("<text>", "the text to read or to convert; of a variational autoencoder a sentence, or a file of sentences")
    .option("--out <file>", "an .html page to explore, an .svg picture or .json; without it a text goes to the terminal, token by token")
    .option("--token <n>", "the token whose probability saliency explains: its number, last or all (all of 64 or fewer, else the last)", parseNumberOrText)
    .option("--show <view>", `what an .svg shows: ${readingViews.join(" | ")} (${readingViews[0]}, and with --token saliency); of a model of pairs what any file does: ${PAIR_VIEWS.join(" | ")} (${PAIR_VIEWS[0]})`)
    .optionsGroup("A variational autoencoder:")
    .option("--column <name>", "the column of a table (training's)")
    .option("--label <name>", "of a file the column of labels to colour by (training's; of stories: mood), of a sentence its label (the likeliest)")
    .optionsGroup("A model of pairs of texts, or a sentence's variational autoencoder:")
    .option("--target <text>", "explain the writing of this text, not of what the model makes of it or of the sentence itself")
    .optionsGroup("A model of pairs of texts:")
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
  const { out, device, threads, show } = flags;
  if (out !== undefined) pictureFormatOf(out); // before the work
  if (show !== undefined && !readingViews.some((view) => view === show)) throw new WordloomError("invalid_argument", `There is no view ${JSON.stringify(show)}; choose one of ${readingViews.join(", ")}.`);
  const model = await load(run, { device, threads });
  const { kind } = model.description;
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  try {
    if (kind === "pairs") await explainPair(model, run, text, flags, interruption.signal);
    else if (kind === "latent" && isData(text)) await explainSpace(model, run, text, flags, interruption.signal);
    else await explainText(model, run, text, flags, interruption.signal);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
    await model.release();
  }
}

/** Whether a text is a file of texts, was meant as one, or is the name of an embedded corpus. */
const isData = (text: string): boolean => isFile(text) || isFolder(text) || looksLikePath(text) || embeddedCorpora.includes(text);

async function explainSpace(model: Model, run: string, data: string, { out, column, label, ...others }: ExplainFlags, signal: AbortSignal): Promise<void> {
  refuseFlags(others, ["targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a variational autoencoder`);
  refuseFlags(others, ["token", "show", "target"], `is for a text that is read token by token, but "${data}" is a file of sentences, or meant as one`);
  if (out === undefined) throw new WordloomError("invalid_argument", `Where the sentences of "${data}" lie is shown as a picture; say where it goes: --out picture.html, .svg or .json.`);
  const { notices, data: read, ...space } = await model.explainLatent(data, { ...given({ column, label }), signal });
  const map: LatentMap = { run: basename(run), data: basename(read), ...space };
  writeFileAtomic(out, drawn(map, out, { html: latentHtml, svg: (shown) => latentSvg(shown), json: latentJson }));
  const active = space.units.filter(isActive).length;
  process.stderr.write(`${[...notices.map(asTyped), `${counted(space.texts.length, "sentence")}, ${active} of ${space.units.length} dimensions active.`, `Drawn in ${out}.`].join("\n")}\n`);
}

/** @throws WordloomError "invalid_argument" where a file of texts is given for a text */
function refuseFile(text: string): void {
  if (isFile(text)) throw new WordloomError("invalid_argument", `"${text}" is a file, and explain takes a text; give one of its texts itself.`);
}

/** How a language model reads a text, or a variational autoencoder writes a sentence again. */
async function explainText(model: Model, run: string, text: string, { out, token, show, target, targetLanguage, beams, column, label }: ExplainFlags, signal: AbortSignal): Promise<void> {
  if (model.description.kind === "language") {
    refuseFlags({ column, label }, ["column", "label"], `is for variational autoencoders, but the run in "${run}" is none`);
    refuseFlags({ target, targetLanguage, beams }, ["target", "targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a language model`);
    refuseFile(text);
  } else {
    refuseFlags({ targetLanguage, beams }, ["targetLanguage", "beams"], `is for models of pairs of texts, but the run in "${run}" is a variational autoencoder`);
    refuseFlags({ column }, ["column"], "is for a table of sentences, but a sentence was given");
  }
  if (show !== undefined && (out === undefined || pictureFormatOf(out) !== "svg")) throw new WordloomError("invalid_argument", "The option --show chooses what an .svg picture shows, and all else shows everything; give --out picture.svg or leave it out.");
  const explained = await model.explain(text, { ...given({ token, target, label }), signal });
  showReading(explained, { out, token, show }, model.description.contextLength);
}

/** What a model of pairs attends to, or how it writes token by token. */
async function explainPair(model: Model, run: string, text: string, { out, token, show, target, targetLanguage, beams, column, label }: ExplainFlags, signal: AbortSignal): Promise<void> {
  refuseFlags({ column, label }, ["column", "label"], `is for variational autoencoders, but the run in "${run}" is none`);
  refuseFile(text);
  if (show !== undefined && !PAIR_VIEWS.includes(show)) throw new WordloomError("invalid_argument", `Of a model of pairs --show can be ${PAIR_VIEWS.join(", ")}, but ${JSON.stringify(show)} was given; choose one of these.`);
  if (show === "attention") {
    refuseFlags({ token }, ["token"], "is for saliency, but attention was asked for");
    if (out === undefined) throw new WordloomError("invalid_argument", `What the run in "${run}" attends to is shown as a picture; say where it goes: --out picture.html, .svg or .json.`);
  }
  const isMap = show === "attention" || (out !== undefined && show === undefined && token === undefined && model.description.attends);
  const explained = await model.explain(text, { ...given({ token, target, targetLanguage, beams }), only: isMap ? "attention" : "reading", signal });
  const { contextLength } = model.description;
  if (!isMap || out === undefined) return showReading(explained, { out, token, show }, contextLength);
  writeFileAtomic(out, drawn(explained, out, { html: attentionHtml, svg: (shown) => attentionSvg(shown), json: attentionJson }));
  const { title } = attentionWords(explained);
  // Only a terminal sets a title's two texts in their own directions.
  tell([terminalSettings(process.stderr).isTerminal ? title : withoutIsolates(title), ...remarksOn(explained, contextLength), `Drawn in ${out}.`]);
}

/** Says what was cut and never seen. */
function remarksOn(explained: ExplainedText, most: number): string[] {
  const remarks = new ConversionRemarks();
  remarks.note(explained);
  return remarks.sentences(most);
}

function tell(sentences: readonly string[]): void {
  if (sentences.length > 0) process.stderr.write(`${sentences.join("\n")}\n`);
}

/** Writes a reading into a file, or on the terminal. */
function showReading(explained: ExplainedText, { out, token, show }: Pick<ExplainFlags, "out" | "token" | "show">, contextLength: number): void {
  const { reading } = explained;
  if (!reading) throw new WordloomError("internal", "The explanation has no reading.");
  const remarks = remarksOn(explained, reading.source > 0 ? contextLength : reading.read);
  if (out === undefined) {
    const { isTerminal, color } = terminalSettings(process.stdout);
    process.stdout.write(`${readingLines(reading, { color, columns: isTerminal ? process.stdout.columns : Infinity }).join("\n")}\n`);
    return tell(remarks);
  }
  const view = (show as ReadingView | undefined) ?? (token === undefined ? undefined : "saliency");
  writeFileAtomic(out, drawn(reading, out, { html: readingHtml, svg: (shown) => readingSvg(shown, view), json: readingJson }));
  tell([withoutIsolates(readingSummary(reading)), ...remarks, `Drawn in ${out}.`]);
}
