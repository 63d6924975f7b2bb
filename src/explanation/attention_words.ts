// The sentences that stand beside a picture of attention, the same in every form of it.

import type { AttentionMap } from "./attention_map.js";
import { tokenLabel, visibleText } from "./token_label.js";

// Keeps a label's own direction from turning the sentence around it (Unicode Standard Annex #9, FSI and PDI).
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** A text whose direction does not turn what stands beside it. */
export const isolated = (text: string): string => `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}`;

/** A title without its isolates, for what is not shown with directions: logs, and other programs. */
export const withoutIsolates = (title: string): string => title.replaceAll(FIRST_STRONG_ISOLATE, "").replaceAll(POP_ISOLATE, "");

/** What the words of a picture are. */
export interface AttentionWords {
  readonly title: string;
  /** What a row and a column are, in a sentence or two. */
  readonly about: string;
  /** Names of the axes, without arrows. */
  readonly rowAxis: string;
  readonly columnAxis: string;
  /** What stands between two tokens: `output “x”` + this + `“y”`. */
  readonly between: string;
}

/** A title of which all can be seen but the isolates around its parts, which keep the direction of each to itself. */
export function visibleTitle(title: string): string {
  const parts = title.split(/(\u2068[^\u2066-\u2069]*\u2069)/u).map((part, index) => (index % 2 === 1 ? isolated(visibleText(part.slice(1, -1))) : visibleText(part)));
  return parts.join("").trim();
}

/** The words for a map. */
export function attentionWords(map: AttentionMap): AttentionWords {
  const title = visibleTitle(map.title ?? "");
  if (map.kind === "self") {
    return {
      title: title || "Attention of a text on itself",
      about: "A row is a token, the columns are the tokens it attends to; a row sums to 100 %.",
      rowAxis: "token",
      columnAxis: "attends to",
      between: " attends to ",
    };
  }
  return {
    title: title || "Attention of the output on the source",
    about: "A row is an output token, the columns are the source tokens it attends to; a row sums to 100 %.",
    rowAxis: "output",
    columnAxis: "source",
    between: ", source ",
  };
}

/** Said where the columns are set from right to left. */
export const REVERSED_NOTE = "The source reads from right to left: its first token is the column at the right.";

/** A token inside a sentence of another script. */
export function quoteToken(token: string): string {
  return `“${isolated(tokenLabel(token))}”`;
}
