// Which trainings may be held against each other: an option that changes what a loss is of cannot be varied.

import { flagOf } from "../api/family_options.js";
import type { Family } from "../api/train_options.js";
import { WordloomError } from "../errors.js";
import type { SweepGrid } from "./sweep_grid.js";

/** What trainings are ranked by: nats a token, or bits a character where tokens differ. */
export type Measure = "loss" | "bitsPerCharacter";

/** Options that decide what is held out, and what is read of it. */
const DATA_OPTIONS: ReadonlySet<string> = new Set(["lines", "column", "source", "target", "language", "targetFile", "view", "lowercase", "longPairs", "validation", "validationTarget", "stories", "label"]);
/** Options that decide which tokens the held-out text has. */
const TOKEN_OPTIONS: ReadonlySet<string> = new Set(["tokenizer", "vocabulary", "joint"]);
const LANGUAGE_FAMILIES: ReadonlySet<Family> = new Set(["transformer", "rnn", "lstm", "gru"]);

const kindOf = (family: Family): string => (LANGUAGE_FAMILIES.has(family) ? "language model" : family);

/**
 * What the trainings of a grid are compared by.
 * @param families those that its combinations are of
 * @throws WordloomError "invalid_argument" where their losses would not compare
 */
export function comparedBy(grid: SweepGrid, families: ReadonlySet<Family>): Measure {
  const refuse = (name: string, why: string): never => {
    throw new WordloomError("invalid_argument", `The grid varies ${flagOf(name)}, ${why}.`);
  };
  if (families.has("gan")) {
    throw new WordloomError("invalid_argument", "A generator that learns against a discriminator goes through phases that cannot be cut short and compared; sweep over another family.");
  }
  const language = [...families].every((family) => LANGUAGE_FAMILIES.has(family));
  const valuesOf = (name: string): SweepGrid["varied"][number]["values"] | undefined => grid.varied.find((option) => option.name === name)?.values;
  if (new Set([...families].map(kindOf)).size > 1) {
    refuse("family", `but losses of ${[...families].join(" and ")} are not of the same thing; sweep over each kind by itself`);
  }
  for (const { name } of grid.varied) {
    if (DATA_OPTIONS.has(name)) refuse(name, "which decides what the trainings are measured on, and their losses would not compare; give it one value");
    if (!language && TOKEN_OPTIONS.has(name)) refuse(name, "which decides what a token is, and losses a token of pairs and sentences would not compare; give it one value");
  }
  if (!language && valuesOf("context")) refuse("context", "but longer texts would be cut or left out, and losses would not compare; give it one value");
  for (const name of ["freeBits", "freeBitsTotal"]) if (valuesOf(name)) refuse(name, "but free bits count in the loss, and losses would not compare; give it one value");
  if (valuesOf("latent") && grid.constants.freeBits !== 0 && grid.constants.freeBitsTotal === undefined) {
    refuse("latent", `but each dimension has its free bits in the loss, and losses would not compare; add "freeBits": 0 to the grid`);
  }
  if (valuesOf("tokenizer")?.includes("word")) {
    refuse("tokenizer", "but words that were never seen count as one <unk>, and losses would not compare; leave the value word out");
  }
  if (valuesOf("vocabulary") && grid.constants.tokenizer !== "bpe") {
    refuse("vocabulary", `but only byte pairs can write every text whatever the size; add "tokenizer": "bpe" to the grid`);
  }
  return grid.varied.some(({ name }) => TOKEN_OPTIONS.has(name)) ? "bitsPerCharacter" : "loss";
}
