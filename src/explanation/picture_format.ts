// In which form a picture is written: the file's name says it.

import { extname } from "node:path";
import { WordloomError } from "../errors.js";

/** The forms of a picture: a page to explore, one picture, the numbers. */
export type PictureFormat = "html" | "svg" | "json";

const formats = new Map<string, PictureFormat>([
  [".html", "html"],
  [".htm", "html"],
  [".svg", "svg"],
  [".json", "json"],
]);

/**
 * The form that a file's name asks for by its extension, upper or lower case.
 * @throws WordloomError `invalid_argument` for any other extension
 */
export function pictureFormatOf(fileName: string): PictureFormat {
  const format = formats.get(extname(fileName).toLowerCase());
  if (format !== undefined) return format;
  const advice = "give it the extension .html (a page to explore), .svg (a picture) or .json (the numbers)";
  throw new WordloomError("invalid_argument", `A picture cannot be written to ${JSON.stringify(fileName)}; ${advice}.`);
}
