// The data of a comparison: split once into three parts, which all families read from the same files.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isTable, readText } from "../api/data.js";
import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { writeFileAtomic } from "../storage/atomic_file.js";
import { charactersIn, counted, readable, type Corpus } from "../text/corpus.js";
import { splitCorpus } from "../text/split.js";
import type { ComparedData, ComparedPart } from "./comparison.js";
import type { CompareOptions } from "./compare_options.js";

export type PartName = "train" | "validation" | "test";

export interface PreparedData {
  readonly described: ComparedData;
  readonly corpus: Corpus;
  readonly parts: Readonly<Record<PartName, readonly string[]>>;
  readonly notices: readonly string[];
}

type Reading = Pick<CompareOptions, "data" | "lines" | "column" | "stories" | "validation" | "test" | "seed">;

const partOf = (texts: readonly string[]): ComparedPart => ({ texts: texts.length, characters: charactersIn(texts) });
const asCorpus = (corpus: Corpus, texts: readonly string[]): Corpus => ({ ...corpus, texts, characters: partOf(texts).characters });

/**
 * Reads and splits: of one long text the end is measured on and what stands before it chooses the best weights; of separate
 * texts both are a random choice.
 * @throws WordloomError as `readCorpus` and `splitCorpus` do
 */
export async function prepareData({ data, lines, column, stories, validation, test, seed }: Reading): Promise<PreparedData> {
  const corpus = await readText(data, { lines: lines ?? null, column: column ?? null, stories: stories ?? null });
  const random = new RandomStream(seed, "comparison split");
  const beside = typeof test === "string" ? await readText(test, { lines: corpus.kind === "samples" && !isTable(test) ? true : isTable(test) ? null : false, column: isTable(test) ? (column ?? null) : null, stories: null }) : null;
  if (beside && beside.kind !== corpus.kind) {
    throw new WordloomError("invalid_data", `"${data}" is read as ${corpus.kind === "stream" ? "one long text" : "separate texts"}, but "${String(test)}", to measure on, as ${beside.kind === "stream" ? "one long text" : "separate texts"}; give files of one kind.`);
  }
  const outer = typeof test === "string" ? splitCorpus(corpus, random, { corpus: beside! }) : splitCorpus(corpus, random, { fraction: test });
  const rest = asCorpus(corpus, outer.train);
  const share = typeof test === "string" ? validation : validation / (1 - test);
  const inner = splitCorpus(rest, random, { fraction: share });
  const parts = { train: inner.train, validation: inner.validation, test: outer.validation };
  if (beside?.sha256 === corpus.sha256) throw new WordloomError("invalid_argument", `"${String(test)}" is the data itself, and nothing can be measured on what was learnt; give another file, or a share (--test).`);
  const described = { name: corpus.name, file: data, sha256: corpus.sha256, testSha256: beside?.sha256 ?? null, kind: corpus.kind, train: partOf(parts.train), validation: partOf(parts.validation), test: partOf(parts.test) };
  return { described, corpus, parts, notices: [...corpus.notices, ...(beside?.notices ?? []), ...seenBefore(corpus.kind, parts)] };
}

/** What must be known of separate texts that stand in two parts. */
function seenBefore(kind: Corpus["kind"], { train, test }: PreparedData["parts"]): string[] {
  if (kind === "stream") return [];
  const known = new Set(train.map((text) => text.trim()));
  const seen = test.filter((text) => known.has(text.trim())).length;
  return seen === 0 ? [] : [`Of the ${counted(test.length, "text")} to measure on, ${readable(seen)} stand in the part to learn from too.`];
}

/** Where a part stands in a comparison's folder; texts with line breaks of their own stand in a table. */
export function partFile(folder: string, { parts, described }: Pick<PreparedData, "parts" | "described">, part: PartName): string {
  const lines = described.kind === "stream" || !Object.values(parts).some((texts) => texts.some((text) => text.includes("\n")));
  return join(folder, "data", `${part}.${lines ? "txt" : "jsonl"}`);
}

/** Writes the three parts, as files that every command reads. */
export function writeParts(folder: string, data: Pick<PreparedData, "parts" | "described">): void {
  mkdirSync(join(folder, "data"), { recursive: true });
  for (const part of ["train", "validation", "test"] as const) {
    const file = partFile(folder, data, part);
    const texts = data.parts[part];
    const written = data.described.kind === "stream" ? texts.join("") : texts.map((text) => (file.endsWith(".jsonl") ? `${JSON.stringify({ text })}\n` : `${text}\n`)).join("");
    writeFileAtomic(file, [Buffer.from(written)]);
  }
}
