// Whether a text that is no file was meant as the path of one: a slip of the finger must not be converted as if it were text.

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { WordloomError } from "../errors.js";
import { nearest } from "../text/similar_names.js";
import { unspacedClass } from "../text/unspaced_scripts.js";

/** Two to eight letters and digits in small letters, or two to four capitals: "txt", "de", "jsonl", "TXT". */
const EXTENSION = /\.(?:[a-z][a-z0-9]{1,7}|[A-Z]{2,4})$/;

/** Without spaces a whole sentence may look like a name: "我用Node.js". */
const UNSPACED = new RegExp(`[${unspacedClass}]`, "u");

/**
 * Whether a text can only be meant as a path: it has no white space, and it ends like a file's name ("test.tx"), begins
 * like a path ("./data", "/data", "~/data"), names something in a folder that exists, or leads through several folders.
 * "12/05/2021", "12.05.2021", "km/h", "https://example.com/a" and "me@example.com" are texts.
 */
export function looksLikePath(text: string): boolean {
  if (/\s/u.test(text) || !/\p{L}/u.test(text) || text.includes("://") || text.includes("@")) return false;
  const name = basename(text);
  const isNamed = EXTENSION.test(name) && /\p{L}/u.test(name.replace(EXTENSION, "")); // "3.mai" is none
  if (isNamed) return !UNSPACED.test(name) || nearName(text) !== undefined;
  if (/^(?:\.{1,2}|~)?[/\\]\p{L}/u.test(text) || /^[A-Za-z]:\\/.test(text)) return true;
  const parts = text.split("/");
  if (parts.length === 1 || !parts.every((part) => part === "" || /^\.{1,2}$|\p{L}/u.test(part))) return false;
  return isFolder(dirname(text)) || isFolder(text) || parts.length > 2;
}

/**
 * The error for it, with the nearest name in its folder if one is near, and how a text is given that looks like a path.
 * @param what the argument is called
 * It is "file_unreadable" for a folder, else "file_not_found".
 */
export function noSuchInput(path: string, what = "--input"): WordloomError {
  const otherwise = `if it is the text itself, give it through the standard input (${what === "--input" ? "--input -" : `- as the ${what}`})`;
  if (isFolder(path)) return new WordloomError("file_unreadable", `"${path}" is a folder and not a file of texts; name a file in it, or ${otherwise}.`);
  const folder = dirname(path);
  if (!isFolder(folder)) return new WordloomError("file_not_found", `There is no folder "${folder}" to read "${basename(path)}" from; check the path, or ${otherwise}.`);
  const near = nearName(path);
  const advice = near === undefined ? "check the path" : `perhaps "${join(folder, near)}" is meant`;
  return new WordloomError("file_not_found", `There is no file "${path}"; ${advice}, or ${otherwise}.`);
}

/** The name that a mistyped one may be meant for, in its folder. */
function nearName(path: string): string | undefined {
  try {
    return nearest(basename(path), readdirSync(dirname(path)));
  } catch {
    return undefined;
  }
}

/** Whether there is a folder of the path. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
