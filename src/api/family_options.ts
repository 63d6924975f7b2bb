// Which training options belong to which family: an option that would mean nothing is refused, not passed over.

import { WordloomError } from "../errors.js";
import { isPairwise } from "../models/adversarial_loss.js";
import { ADVERSARIAL_OPTIONS } from "./adversarial_options.js";
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
  "longPairs",
  "joint",
  "attention",
  "inputFeeding",
  "labelSmoothing",
  "embeddings",
];

/** Options of variational autoencoders alone. */
export const LATENT_OPTIONS: readonly OptionName[] = ["latent", "label", "annealing", "annealingSteps", "cycles", "beta", "freeBits", "freeBitsTotal", "wordDropout", "aggressive"];

/** Options of all families that have an encoder and a decoder. */
export const ENCODER_OPTIONS: readonly OptionName[] = ["cell", "norm", "feedForward", "batchTokens", "lowercase"];

/** Options of language models alone, and what to do instead. */
const LANGUAGE_OPTIONS: Partial<Record<OptionName, string>> = {
  dialect: "leave it out",
  keyValueHeads: "leave it out",
  tie: "leave it out",
  batch: "leave it out and give --batch-tokens",
};

/** Options of single texts, which pairs do not have, and what to do instead. */
const TEXT_OPTIONS: Partial<Record<OptionName, string>> = {
  lines: "leave it out",
  column: "leave it out and give --source and --target",
};

/** Options of models with an encoder and a decoder that only Transformers have, or only recurrent ones. */
const TRANSFORMER_OPTIONS: readonly OptionName[] = ["heads", "norm", "feedForward"];
const RECURRENT_OPTIONS: readonly OptionName[] = ["attention", "inputFeeding", "embedding"];

/** The flag of an option: `weightDecay` is `--weight-decay`. */
export const flagOf = (option: string): string => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Switches that are off of themselves: switching one off asks for nothing. */
const SWITCHES: ReadonlySet<OptionName> = new Set(["lowercase", "inputFeeding", "spectralNorm"]);

/** Whether anything was asked for with an option. */
export function isGiven(options: object, name: OptionName): boolean {
  const value = (options as Partial<TrainOptions>)[name];
  return value !== undefined && !(value === false && SWITCHES.has(name));
}

const names = (table: Partial<Record<OptionName, string>>): readonly OptionName[] => Object.keys(table) as OptionName[];

/** Whether options say by themselves which family is meant, or that it is not one of pairs. */
export const namesFamily = (given: object): boolean => (["family", ...names(LANGUAGE_OPTIONS), ...names(TEXT_OPTIONS), ...LATENT_OPTIONS, ...ADVERSARIAL_OPTIONS] as OptionName[]).some((name) => isGiven(given, name));

const wrong = (sentence: string): WordloomError => new WordloomError("invalid_argument", sentence);

/**
 * Checks options against each other.
 * @param options complete, @param given as they were given: a default is nothing that was asked for
 * @throws WordloomError "invalid_argument" for an option that the family does not have
 */
export function checkFamilyOptions(options: TrainOptions, given: object): void {
  const adversarial = options.family === "gan" ? undefined : among(given, ADVERSARIAL_OPTIONS);
  if (adversarial) throw wrong(`The option ${flagOf(adversarial)} is for generators that learn against a discriminator; set --family gan or leave it out.`);
  switch (options.family) {
    case "gan":
      return checkAdversarialOptions(options, given);
    case "seq2seq":
      return checkPairOptions(options, given);
    case "vae":
      return checkLatentOptions(options, given);
    default:
      return checkLanguageOptions(options, given);
  }
}

const among = (given: object, options: readonly OptionName[]): OptionName | undefined => options.find((name) => isGiven(given, name));

/** Refuses what is not for a model with an encoder and a decoder. @param what such models are called */
function checkEncoderOptions({ cell, embedding, width }: TrainOptions, given: object, what: string, foreign: Partial<Record<OptionName, string>>): void {
  const name = among(given, names(foreign));
  if (name) throw wrong(`${what} does not take ${flagOf(name)}; ${foreign[name]}.`);
  const other = among(given, cell === "transformer" ? RECURRENT_OPTIONS : TRANSFORMER_OPTIONS);
  if (other) throw wrong(`The option ${flagOf(other)} is not for the cell ${cell}; leave it out or set --cell ${cell === "transformer" ? "gru or lstm" : "transformer"}.`);
  if (cell !== "transformer" && width !== undefined && width % 2 !== 0) throw wrong(`The width ${width} cannot be divided among the encoder's two directions; give --width an even number.`);
  if (embedding === 0) throw wrong(`${what} has no one-hot input; give --embedding a width of 1 or more.`);
}

function checkPairOptions(options: TrainOptions, given: object): void {
  const { attention, validation, inputFeeding } = options;
  checkEncoderOptions(options, given, "A model of pairs of texts", { ...LANGUAGE_OPTIONS, ...TEXT_OPTIONS });
  const latent = among(given, LATENT_OPTIONS);
  if (latent) throw wrong(`The option ${flagOf(latent)} is for variational autoencoders; set --family vae or leave it out.`);
  if (inputFeeding && attention === "none") throw wrong("With --attention none there is nothing attended to that --input-feeding could feed; leave one of them out.");
  if (isGiven(given, "validationTarget") && typeof validation === "number") {
    throw wrong("The option --validation-target is the file of targets of a --validation file, but no such file was given; give both or neither.");
  }
  if (isGiven(given, "validationTarget") && isGiven(given, "language")) {
    throw wrong("The files of --validation and --validation-target have no column that says which language each target is in, as --language asks; validate on one table that has it.");
  }
}

function checkLatentOptions(options: TrainOptions, given: object): void {
  const { annealing, lines } = options;
  const pairs = among(given, PAIR_OPTIONS);
  if (pairs) throw wrong(`The option ${flagOf(pairs)} is for pairs of texts, but a variational autoencoder reads single ones; leave it out.`);
  checkEncoderOptions(options, given, "A variational autoencoder", LANGUAGE_OPTIONS);
  if (lines === false) throw wrong("A variational autoencoder makes a point of each line and cannot read one long text; leave --no-lines out.");
  if (annealing === "none" && isGiven(given, "annealingSteps")) throw wrong("With --annealing none the weight never grows; leave --annealing-steps out.");
  if (annealing !== "cyclical" && isGiven(given, "cycles")) throw wrong("Only --annealing cyclical has cycles; leave --cycles out or set it.");
}

/** What a generator does not take, and what to do instead. */
const NOT_ADVERSARIAL: Partial<Record<OptionName, string>> = {
  norm: "leave it out",
  feedForward: "leave it out",
  batchTokens: "leave it out and give --batch",
  accumulation: "leave it out and give a larger --batch",
  evaluateEvery: "leave it out",
  steps: "give --likelihood-steps and --rounds",
  tie: "leave it out",
};

function checkAdversarialOptions({ cell, dialect, embedding, estimator, lines, gradientPenalty, keyValueHeads, objective, spectralNorm }: TrainOptions, given: object): void {
  const pairs = among(given, PAIR_OPTIONS);
  if (pairs) throw wrong(`The option ${flagOf(pairs)} is for pairs of texts, but a generator against a discriminator reads single ones; leave it out.`);
  const latent = among(given, LATENT_OPTIONS.filter((name) => name !== "label"));
  if (latent) throw wrong(`The option ${flagOf(latent)} is for variational autoencoders; set --family vae or leave it out.`);
  const name = among(given, names(NOT_ADVERSARIAL));
  if (name) throw wrong(`A generator that learns against a discriminator does not take ${flagOf(name)}; ${NOT_ADVERSARIAL[name]}.`);
  if (lines === false) throw wrong("A generator that learns against a discriminator writes lines and cannot learn from one long text; leave --no-lines out.");
  const other = among(given, cell === "transformer" ? ["embedding"] : ["heads", "keyValueHeads", "dialect"]);
  if (other) throw wrong(`The option ${flagOf(other)} is not for a generator of the cell ${cell}; leave it out or set --cell ${cell === "transformer" ? "lstm" : "transformer"}.`);
  checkSharedHeads(keyValueHeads, dialect);
  const policy = among(given, estimator === "policy" ? ["finalTemperature"] : ["rollOuts", "baseline"]);
  if (policy) throw wrong(`The option ${flagOf(policy)} is not for the estimator ${estimator}; leave it out or set --estimator ${estimator === "policy" ? "gumbel" : "policy"}.`);
  if (embedding === 0) throw wrong("A generator against a discriminator has no one-hot input; give --embedding a width of 1 or more.");
  if (estimator === "policy" && objective !== undefined && isPairwise(objective)) {
    throw wrong(`With the objective ${objective} only the difference of two verdicts means anything, and the policy gradient has but one; set --estimator gumbel, or --objective standard or hinge.`);
  }
  if (objective === "wasserstein" && gradientPenalty === undefined && !spectralNorm) {
    throw wrong("The objective wasserstein needs a discriminator whose steepness is bounded; give --gradient-penalty or --spectral-norm.");
  }
  if (gradientPenalty === undefined && isGiven(given, "penaltyWeight")) throw wrong("There is no penalty that --penalty-weight could weigh; give --gradient-penalty or leave it out.");
}

function checkLanguageOptions({ family, dialect, heads, keyValueHeads, embedding }: TrainOptions, given: object): void {
  const pairs = among(given, PAIR_OPTIONS);
  if (pairs) throw wrong(`The option ${flagOf(pairs)} is for pairs of texts, which the family ${family} does not read; set --family seq2seq or leave it out.`);
  const encoder = among(given, ENCODER_OPTIONS);
  if (encoder) throw wrong(`The option ${flagOf(encoder)} is for models with an encoder or a discriminator, which the family ${family} has not; set --family seq2seq, vae or gan, or leave it out.`);
  const latent = among(given, LATENT_OPTIONS);
  if (latent) throw wrong(`The option ${flagOf(latent)} is for variational autoencoders, and the family is ${family}; set --family vae or leave it out.`);
  if (family !== "transformer" && (heads !== undefined || keyValueHeads !== undefined)) {
    throw wrong(`A model of the family ${family} has no attention heads; leave --heads and --key-value-heads out.`);
  }
  if (family === "transformer" && embedding !== undefined) throw wrong("A Transformer's embedding is as wide as the model; leave --embedding out.");
  checkSharedHeads(keyValueHeads, dialect);
}

function checkSharedHeads(keyValueHeads: number | undefined, dialect: TrainOptions["dialect"]): void {
  if (keyValueHeads === undefined || dialect === "llama") return;
  throw wrong("Only the dialect llama shares keys and values among heads; leave --key-value-heads out or set --dialect llama.");
}
