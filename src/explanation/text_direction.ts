// Which way a text runs, so that labels and rows of tokens are set as their readers read them.

/** Scripts of Unicode 15 whose letters have the bidirectional class R or AL. */
const RIGHT_TO_LEFT_SCRIPTS = [
  "Adlam Arabic Avestan Chorasmian Cypriot Elymaic Hanifi_Rohingya Hatran Hebrew Imperial_Aramaic",
  "Inscriptional_Pahlavi Inscriptional_Parthian Kharoshthi Lydian Mandaic Manichaean Mende_Kikakui Meroitic_Cursive",
  "Meroitic_Hieroglyphs Nabataean Nko Old_Hungarian Old_North_Arabian Old_Sogdian Old_South_Arabian Old_Turkic",
  "Old_Uyghur Palmyrene Phoenician Psalter_Pahlavi Samaritan Sogdian Syriac Thaana Yezidi",
].flatMap((line) => line.split(" "));

const scripts = RIGHT_TO_LEFT_SCRIPTS.map((script) => `\\p{Script_Extensions=${script}}`).join("");
// Letters, and the marks that are invisible letters for this purpose: RLM and ALM, LRM.
const rightToLeft = new RegExp(`^(?:(?=\\p{L})[${scripts}]|[\\u200F\\u061C])$`, "u");
const leftToRight = /^[\p{L}\p{Mc}\p{Nl}\u200E]$/u;

const ISOLATE_STARTS = "\u2066\u2067\u2068";
const ISOLATE_END = "\u2069";

/**
 * The direction of a text's first letter (Unicode Standard Annex #9, rules P2 and P3; what `dir="auto"` does):
 * `neutral` if it has none, as in digits, punctuation and emoji. Text inside isolates is passed over.
 */
export function textDirection(text: string): "ltr" | "rtl" | "neutral" {
  let depth = 0;
  for (const character of text) {
    if (ISOLATE_STARTS.includes(character)) depth++;
    else if (character === ISOLATE_END) depth = Math.max(0, depth - 1);
    else if (depth === 0) {
      if (rightToLeft.test(character)) return "rtl";
      if (leftToRight.test(character)) return "ltr";
    }
  }
  return "neutral";
}

/** The direction of a row of tokens: `rtl` if more of them run right to left than left to right. */
export function sequenceDirection(tokens: readonly string[]): "ltr" | "rtl" {
  let balance = 0;
  for (const token of tokens) {
    const direction = textDirection(token);
    if (direction !== "neutral") balance += direction === "rtl" ? 1 : -1;
  }
  return balance > 0 ? "rtl" : "ltr";
}

/** The direction of each token's label: its own, or that of the whole row where a token has none, as a comma. */
export function labelDirections(tokens: readonly string[]): ("ltr" | "rtl")[] {
  const usual = sequenceDirection(tokens);
  return tokens.map((token) => {
    const direction = textDirection(token);
    return direction === "neutral" ? usual : direction;
  });
}
