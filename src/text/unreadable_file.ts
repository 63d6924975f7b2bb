// The error for a file that could not be read, with the nearest name where there is no such file.
import type { WordloomError } from "../errors.js";
import { readingError } from "../storage/file_error.js";
import { noSuchFile } from "./similar_names.js";

/**
 * The error to throw: "file_not_found", with the nearest name in the folder, or "file_unreadable".
 * @param what what the file is, as it stands in a sentence: "the data"
 */
export async function unreadableFile(path: string, what: string, cause: unknown): Promise<WordloomError> {
  const error = readingError(path, what, cause);
  return error.code === "file_not_found" ? noSuchFile(path, cause) : error;
}
