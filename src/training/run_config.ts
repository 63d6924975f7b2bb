// What every run's config.json says about itself, and which formats of a run this version can read.
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { readJsonFile, writeJsonFile } from "../storage/json_file.js";
import { packageVersion } from "../storage/package_version.js";

/** The format that this version writes; it rises when an older version could not read what a newer one writes. */
export const runFormat = 1;

/** What every run's config.json holds; all else in it belongs to the family. Extend it to read your own fields. */
export const runConfigSchema = z.looseObject({
  wordloom_format: z.int().positive(),
  wordloom_version: z.string(),
});

export type RunConfig = z.infer<typeof runConfigSchema>;

const what = "the run's configuration";

/**
 * Reads a config.json.
 * @param schema `runConfigSchema` or an extension of it
 * @throws WordloomError `invalid_run` with the line or the field that is wrong
 */
export function readRunConfig<T>(file: string, schema: z.ZodType<T>): T {
  return readJsonFile(file, schema, what);
}

/** Writes a config.json: the family's fields, and the format and version of Wordloom. */
export function writeRunConfig(file: string, config: Readonly<Record<string, unknown>>): void {
  writeJsonFile(file, { ...config, wordloom_format: runFormat, wordloom_version: packageVersion });
}

/** Whether a config.json is one of Wordloom, of whatever format. */
export function isRunConfig(file: string): boolean {
  try {
    return "wordloom_format" in readJsonFile(file, z.looseObject({}), what);
  } catch {
    return false;
  }
}

/**
 * Checks that this version can read a run. The format is looked at before all else, for a newer one may have changed
 * all else.
 * @throws WordloomError `unsupported_version`, or `invalid_run` if it is no config.json of Wordloom
 */
export function checkRunFormat(file: string): void {
  const { wordloom_format: format, wordloom_version: version } = readRunConfig(file, z.looseObject({}));
  if (format === undefined) {
    const sentence = `"${file}" is not of a run: it has no "wordloom_format"; give the folder that training wrote.`;
    throw new WordloomError("invalid_run", sentence);
  }
  if (typeof format === "number" && format > runFormat) {
    // The file may be hostile: only what looks like a version is shown.
    const known = typeof version === "string" && /^[\w.+-]{1,40}$/.test(version);
    const writer = known ? `Wordloom ${version}` : "a newer Wordloom";
    const reader = `this is Wordloom ${packageVersion}, which reads up to format ${runFormat}`;
    const sentence = `"${file}" was written by ${writer} in format ${format}, but ${reader}; upgrade Wordloom.`;
    throw new WordloomError("unsupported_version", sentence);
  }
  readRunConfig(file, runConfigSchema);
}
