// The sentences that stand beside a picture of attention, the same in every form of it.

import type { AttentionMap } from "./attention_map.js";
import { tokenLabel, visibleText } from "./token_label.js";

// Keeps a label's own direction from turning the sentence around it (Unicode Standard Annex #9, FSI and PDI).
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

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

/** The words for a map. */
export function attentionWords(map: AttentionMap): AttentionWords {
  const title = visibleText(map.title ?? "").trim();
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
  return `“${FIRST_STRONG_ISOLATE}${tokenLabel(token)}${POP_ISOLATE}”`;
}
