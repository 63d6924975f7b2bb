// Which training options belong to which family: an option that would mean nothing is refused, not passed over.

import { WordloomError } from "../errors.js";
import type { TrainOptions } from "./train_options.js";

type OptionName = keyof TrainOptions;

/** Options of pairs of texts alone. */
export const PAIR_OPTIONS: readonly OptionName[] = [
  "source",
  "target",
  "language",
  "targetFile",
  "validationTarget",
  "view",
  "lowercase",
  "longPairs",
  "joint",
  "cell",
  "attention",
  "inputFeeding",
  "labelSmoothing",
  "norm",
  "feedForward",
  "embeddings",
  "batchTokens",
];

/** Options of language models alone, and what to do instead. */
const LANGUAGE_OPTIONS: Partial<Record<OptionName, string>> = {
  dialect: "leave it out",
  lines: "leave it out",
  column: "leave it out and give --source and --target",
  keyValueHeads: "leave it out",
  tie: "leave it out",
  batch: "leave it out and give --batch-tokens",
};

/** Options of encoder–decoders that only Transformers have, or only recurrent ones. */
const TRANSFORMER_OPTIONS: readonly OptionName[] = ["heads", "norm", "feedForward"];
const RECURRENT_OPTIONS: readonly OptionName[] = ["attention", "inputFeeding", "embedding"];

/** The flag of an option: `weightDecay` is `--weight-decay`. */
export const flagOf = (option: string): string => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Switches that are off of themselves: switching one off asks for nothing. */
const SWITCHES: ReadonlySet<OptionName> = new Set(["lowercase", "inputFeeding"]);

/** Whether anything was asked for with an option. */
export function isGiven(options: object, name: OptionName): boolean {
  const value = (options as Partial<TrainOptions>)[name];
  return value !== undefined && !(value === false && SWITCHES.has(name));
}

/** Whether options say by themselves that a language model is meant, or which family. */
export const namesFamily = (given: object): boolean => (["family", ...Object.keys(LANGUAGE_OPTIONS)] as OptionName[]).some((name) => isGiven(given, name));

const wrong = (sentence: string): WordloomError => new WordloomError("invalid_argument", sentence);

/**
 * Checks options against each other.
 * @param options complete, @param given as they were given: a default is nothing that was asked for
 * @throws WordloomError "invalid_argument" for an option that the family does not have
 */
export function checkFamilyOptions(options: TrainOptions, given: object): void {
  if (options.family === "seq2seq") checkPairOptions(options, given);
  else checkLanguageOptions(options, given);
}

function checkPairOptions({ cell, attention, embedding, validation, inputFeeding }: TrainOptions, given: object): void {
  const among = (names: readonly OptionName[]): OptionName | undefined => names.find((name) => isGiven(given, name));
  const foreign = among(Object.keys(LANGUAGE_OPTIONS) as OptionName[]);
  if (foreign) throw wrong(`A model of pairs of texts does not take ${flagOf(foreign)}; ${LANGUAGE_OPTIONS[foreign]}.`);
  const other = among(cell === "transformer" ? RECURRENT_OPTIONS : TRANSFORMER_OPTIONS);
  if (other) throw wrong(`The option ${flagOf(other)} is not for the cell ${cell}; leave it out or set --cell ${cell === "transformer" ? "gru or lstm" : "transformer"}.`);
  if (embedding === 0) throw wrong("A model of pairs of texts has no one-hot input; give --embedding a width of 1 or more.");
  if (inputFeeding && attention === "none") throw wrong("With --attention none there is nothing attended to that --input-feeding could feed; leave one of them out.");
  if (isGiven(given, "validationTarget") && typeof validation === "number") {
    throw wrong("The option --validation-target is the file of targets of a --validation file, but no such file was given; give both or neither.");
  }
  if (isGiven(given, "validationTarget") && isGiven(given, "language")) {
    throw wrong("The files of --validation and --validation-target have no column that says which language each target is in, as --language asks; validate on one table that has it.");
  }
}

function checkLanguageOptions({ family, dialect, heads, keyValueHeads, embedding }: TrainOptions, given: object): void {
  const foreign = PAIR_OPTIONS.find((name) => isGiven(given, name));
  if (foreign) throw wrong(`The option ${flagOf(foreign)} is for pairs of texts, which the family ${family} does not read; set --family seq2seq or leave it out.`);
  if (family !== "transformer" && (heads !== undefined || keyValueHeads !== undefined)) {
    throw wrong(`A model of the family ${family} has no attention heads; leave --heads and --key-value-heads out.`);
  }
  if (family === "transformer" && embedding !== undefined) throw wrong("A Transformer's embedding is as wide as the model; leave --embedding out.");
  if (keyValueHeads !== undefined && dialect !== "llama") {
    throw wrong("Only the dialect llama shares keys and values among heads; leave --key-value-heads out or set --dialect llama.");
  }
}
