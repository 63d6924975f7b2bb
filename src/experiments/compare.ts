// wordloom's comparison of families: the same data, the same budget; one that fails does not stop the rest, what is done is not done again.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { tokenizerOfSentences } from "../api/begin_sentences.js";
import { flagOf } from "../api/family_options.js";
import { tokenizerOfLength } from "../api/training_settings.js";
import { WordloomError } from "../errors.js";
import { prepareData, type PreparedData } from "./compare_data.js";
import { COMPARISON, readComparison, type ComparisonIdentity, type ComparisonState } from "./compare_folder.js";
import { parseCompareOptions, type CompareOptions, type CompareOptionsInput } from "./compare_options.js";
import { ComparisonStudy, type CompareControl, type CompareOutcome, type ComparisonPlan } from "./compare_study.js";
import { StudyFolder } from "./study_folder.js";

export type { CompareControl, CompareOutcome } from "./compare_study.js";

const DEFAULT_MINUTES = 5;

/** One tokenizer for all: that of the language models for one long text; words for separate texts that are made of words. */
function tokenizerOf({ tokenizer }: Pick<CompareOptions, "tokenizer">, { corpus, parts }: PreparedData): "character" | "word" | "bpe" {
  if (tokenizer) return tokenizer;
  if (corpus.kind === "stream") return tokenizerOfLength(corpus.characters) === "byte_pair" ? "bpe" : "character";
  return tokenizerOfSentences(parts.train.map((text) => ({ source: text, target: text })));
}

/** Of a plan, what it decides. */
function fromPlan(options: CompareOptions): { readonly identity: Omit<ComparisonIdentity, "data">; readonly plan: ComparisonPlan; readonly sha256: string; readonly testSha256: string | null } {
  const { identity: { data: { sha256, testSha256 }, ...identity }, plan, members } = readComparison(options.plan!);
  const unplanned = members.find(({ family }) => !plan.some((planned) => planned.family === family));
  if (unplanned) throw new WordloomError("invalid_argument", `The plan "${options.plan!}" does not say how ${unplanned.family} is trained, since that comparison did not come so far; go on with it first.`);
  return { identity, plan: { families: plan, members }, sha256, testSha256 };
}

function identityOf(options: CompareOptions, data: PreparedData): ComparisonIdentity {
  const { minutes, steps, seed, validation, test, lines, column, stories, vocabulary, samples, temperatures, threads } = options;
  return {
    data: data.described,
    budget: steps === undefined ? { minutes: minutes ?? DEFAULT_MINUTES } : { steps },
    reading: { seed, validation, test: typeof test === "number" ? test : null, lines: lines ?? null, column: column ?? null, stories: stories ?? null },
    tokenizer: tokenizerOf(options, data),
    vocabulary: vocabulary ?? null,
    samples,
    temperatures,
    threads: threads ?? availableParallelism(),
  };
}

/** In what a comparison is not the one that is asked for; null where it is the same but for further families and seeds. */
function differenceOf(begun: ComparisonIdentity, asked: ComparisonIdentity): string | null {
  if (begun.data.sha256 !== asked.data.sha256 || begun.data.testSha256 !== asked.data.testSha256) return "of other data, or of this data before it was changed";
  for (const name of Object.keys(begun) as (keyof ComparisonIdentity)[]) {
    if (name === "data" || isDeepStrictEqual(begun[name], asked[name])) continue;
    const shown = (value: unknown): string => JSON.stringify(value).replaceAll(/[{}"]/g, "").replaceAll(":", " ").replaceAll(",", ", ");
    return name === "reading" ? `whose data was read or split in another way (${shown(begun[name])})` : `with ${name === "budget" ? "" : `${flagOf(name)} `}${shown(begun[name])}, but ${shown(asked[name])} was asked for`;
  }
  return null;
}

/**
 * Trains several families on the same text under the same budget and measures each: how well it predicts, and what it writes.
 * Everything stands in the folder `out`; the same call goes on where an earlier one was interrupted.
 *
 * @example
 * const { comparison } = await compare({ data: "poems.txt", families: ["lstm", "transformer"], minutes: 5 });
 * for (const { name, prediction } of comparison.members) console.log(name, prediction?.bitsPerCharacter.value);
 * @throws WordloomError for a wrong option, data that cannot be read, a folder that holds something else; a family that cannot
 *   be trained is recorded as failed instead
 */
export async function compare(input: CompareOptionsInput, control: CompareControl = {}): Promise<CompareOutcome> {
  const options = parseCompareOptions(input);
  const planned = options.plan === undefined ? null : fromPlan(options);
  const reading = planned ? { ...options, ...planned.identity.reading, lines: planned.identity.reading.lines ?? undefined, column: planned.identity.reading.column ?? undefined, stories: planned.identity.reading.stories ?? undefined, test: planned.identity.reading.test ?? options.test } : options;
  const data = await prepareData(reading);
  if (planned && (planned.sha256 !== data.described.sha256 || planned.testSha256 !== data.described.testSha256)) {
    throw new WordloomError("invalid_argument", `The plan "${options.plan!}" is of other data than "${options.data}", or of this before it was changed; give the same data${planned.identity.reading.test === null ? ", and with --test the same file to measure on" : ""}.`);
  }
  if (planned && planned.identity.reading.test !== null && (input as { readonly test?: unknown }).test !== undefined) {
    throw new WordloomError("invalid_argument", `The plan "${options.plan!}" sets a share aside to measure on; leave --test out.`);
  }
  const identity = planned ? { ...planned.identity, data: data.described } : identityOf(options, data);
  const path = options.out ?? join("runs", `${data.described.name}-comparison`);
  const goneOnWith = (): ComparisonState | null => {
    const begun = StudyFolder.peek(path, COMPARISON);
    const other = begun && differenceOf(begun.identity, identity);
    if (other) throw new WordloomError("invalid_argument", `The folder "${path}" holds a comparison ${other}; repeat its command to go on with it, or choose another folder (--out).`);
    return begun;
  };
  goneOnWith(); // before anything is written
  const folder = StudyFolder.open(path, COMPARISON);
  try {
    const begun = goneOnWith(); // by a process that had it open until now
    const study = new ComparisonStudy({ path, folder, data, identity, options, control, begun, plan: planned?.plan ?? null });
    return await study.run();
  } finally {
    folder.release();
  }
}
