// Writes a run's README.md: what was trained on what, how good it is, how it sounds, and how to do it again.

import { shellArgument } from "./shell_argument.js";

/** A text that was trained or measured on. */
export interface CardData {
  /** The file's name as a person would say it; no path. */
  readonly name: string;
  readonly bytes: number;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
  /** In words: "the last 10 % held out for validation". */
  readonly split: string;
  readonly trainingTokens: number;
  readonly validationTokens: number;
}

/** All that a card says; plain values, so that it can pass between threads. */
export interface ModelCard {
  /** The run's name, the card's title. */
  readonly name: string;
  /** As in `--family`: "lstm". */
  readonly family: string;
  /** Hugging Face's name of the task: "text-generation". */
  readonly task: string;
  /** The class of Python's transformers that opens the folder unchanged: "GPT2LMHeadModel"; null if there is none. */
  readonly transformersClass: string | null;
  /** The command that uses the run, typed in its folder; writing on from a prompt unless given. */
  readonly usage?: string;
  /** Layers, width, heads, context: whatever the family has. */
  readonly sizes: Readonly<Record<string, CardValue>>;
  readonly parameters: number;
  readonly data: readonly CardData[];
  readonly tokenizer: { readonly kind: string; readonly vocabularySize: number };
  /** Optimizer, learning rate, batch, dropout, seed: what one would change to get another result. */
  readonly hyperparameters: Readonly<Record<string, CardValue>>;
  readonly training: {
    readonly steps: number;
    readonly seconds: number;
    readonly device: string;
    readonly threads: number;
  };
  /** The evaluation whose weights were kept, its losses in nats per token; null before the first one. */
  readonly best: {
    readonly step: number;
    readonly trainLoss: number;
    readonly validationLoss: number;
    /** Null where the tokens do not add up to characters. */
    readonly bitsPerCharacter: number | null;
  } | null;
  /** Text that the model wrote. */
  readonly samples: readonly string[];
  /** The program and its arguments that repeat the run, unquoted: ["npx", "wordloom", "train", "my poems.txt"]. */
  readonly command: readonly string[];
  /** The version of Wordloom. */
  readonly version: string;
}

/** A size or a setting. */
export type CardValue = number | string | boolean | null;

/** Without characters that a terminal or an editor would act on; line breaks and tabs stay. */
function printable(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n");
  return lines.replace(/[^\P{Cc}\n\t]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd"; // the visible picture of a control character
  });
}

/** Backticks one longer than the longest row of them in the text, so that nothing in it can close them. */
function backticks(text: string, least: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((row) => row.length));
  return "`".repeat(Math.max(least, longest + 1));
}

/** A block of text that is shown as it is, whatever it holds (CommonMark 0.31, section 4.5). */
function fenced(text: string, language: string): string {
  const content = printable(text);
  const fence = backticks(content, 3);
  return `${fence}${language}\n${content}${content.endsWith("\n") ? "" : "\n"}${fence}`;
}

/** A short text within a line that is shown as it is (CommonMark 0.31, section 6.1). */
function inline(text: string): string {
  const content = printable(text).replace(/[\n\t]/g, " ");
  if (content.trim() === "") return "` `";
  const ticks = backticks(content, 1);
  return `${ticks}${ticks.length > 1 || content.startsWith(" ") ? ` ${content} ` : content}${ticks}`;
}

/** A double-quoted YAML scalar (YAML 1.2, section 7.3.1); JSON's strings are such scalars once all else is ASCII. */
function yamlText(text: string): string {
  const escape = (character: string): string => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, escape);
}

function whole(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

function shown(value: CardValue): string {
  return typeof value === "string" ? inline(value) : String(value ?? "none");
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  // A table is cut into cells before anything in them is looked at.
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), "| --- | --- |", ...rows.map(line)].join("\n");
}

function frontMatter(card: ModelCard): string {
  const tags = ["wordloom", card.family];
  const library = card.transformersClass === null ? "wordloom" : "transformers";
  const lines = [`library_name: ${library}`, `pipeline_tag: ${yamlText(card.task)}`];
  return ["---", ...lines, "tags:", ...tags.map((tag) => `  - ${yamlText(tag)}`), "---"].join("\n");
}

function qualitySection({ best, training }: ModelCard): string {
  const effort = `Trained for ${whole(training.steps)} steps in ${duration(training.seconds)}`;
  const threads = training.threads === 1 ? "1 thread" : `${training.threads} threads`;
  const machine = `on ${inline(training.device)} with ${threads}`;
  if (best === null) return `## Quality\n\n${effort} ${machine}. Not evaluated yet.`;
  const rows: [string, string][] = [
    ["training loss, nats per token", best.trainLoss.toFixed(4)],
    ["validation loss, nats per token", best.validationLoss.toFixed(4)],
    ["validation perplexity per token", Math.exp(best.validationLoss).toPrecision(5)],
  ];
  if (best.bitsPerCharacter !== null) rows.push(["validation bits per character", best.bitsPerCharacter.toFixed(4)]);
  const kept = `The weights are those of step ${whole(best.step)}, the best evaluation.`;
  return `## Quality\n\n${effort} ${machine}. ${kept}\n\n${table(["measure", "value"], rows)}`;
}

function dataSection(card: ModelCard): string {
  const blocks = card.data.map((data) => {
    const tokens = `${whole(data.trainingTokens)} for training, ${whole(data.validationTokens)} for validation`;
    return table(
      ["data", inline(data.name)],
      [
        ["size", `${whole(data.bytes)} bytes`],
        ["SHA-256", inline(data.sha256)],
        ["split", inline(data.split)],
        ["tokens", tokens],
      ],
    );
  });
  const { kind, vocabularySize } = card.tokenizer;
  const tokenizer = `Tokenizer: ${inline(kind)}, ${whole(vocabularySize)} tokens.`;
  return ["## Data", ...blocks, tokenizer].join("\n\n");
}

function usageSection(card: ModelCard): string {
  const parts = ["## Use", fenced(card.usage ?? 'npx wordloom generate . --prompt "..."', "sh")];
  if (card.transformersClass !== null) {
    const opened = `The folder opens unchanged in Python's transformers as ${inline(card.transformersClass)}.`;
    parts.push(opened);
  }
  return parts.join("\n\n");
}

/**
 * Writes a model card: Markdown with the front matter that the Hugging Face hub reads. Names and samples may hold
 * anything; none of it can act as Markdown, HTML or YAML.
 */
export function modelCard(card: ModelCard): string {
  const settings = (values: Readonly<Record<string, CardValue>>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [inline(name), shown(value)]);
  const model = `A model of the ${inline(card.family)} family with ${whole(card.parameters)} parameters`;
  const sections = [
    frontMatter(card),
    `# ${inline(card.name)}`,
    `${model}, trained by Wordloom ${inline(card.version)}.`,
    `## Model\n\n${table(["size", "value"], [...settings(card.sizes), ["parameters", whole(card.parameters)]])}`,
    dataSection(card),
    `## Training\n\n${table(["setting", "value"], settings(card.hyperparameters))}`,
    qualitySection(card),
  ];
  if (card.samples.length > 0) {
    sections.push(`## Samples\n\n${card.samples.map((sample) => fenced(sample, "text")).join("\n\n")}`);
  }
  sections.push(usageSection(card));
  sections.push(`## Repeat\n\n${fenced(card.command.map(shellArgument).join(" "), "sh")}`);
  return `${sections.join("\n\n")}\n`;
}
