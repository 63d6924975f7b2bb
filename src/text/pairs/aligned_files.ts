// Two text files whose lines belong together: line n of one is the counterpart of line n of the other.
import { WordloomError } from "../../errors.js";
import { readable } from "../corpus.js";
import { splitLines } from "../read_plain_text.js";

/**
 * The lines of two aligned texts, side by side.
 * @throws WordloomError "invalid_data" if one has more lines than the other, with the first line that has no partner
 */
export function alignLines(
  source: { readonly text: string; readonly path: string },
  target: { readonly text: string; readonly path: string },
): [string, string][] {
  const sources = splitLines(source.text);
  const targets = splitLines(target.text);
  if (sources.length === targets.length) return sources.map((line, i) => [line, targets[i]]);
  const shorter = Math.min(sources.length, targets.length);
  const longer = sources.length > shorter ? source : target;
  throw new WordloomError(
    "invalid_data",
    `${source.path} has ${readable(sources.length)} lines but ${target.path} ${readable(targets.length)}, so that line ` +
      `${readable(shorter + 1)} of ${longer.path} has no partner; give files whose lines belong together one by one.`,
  );
}
