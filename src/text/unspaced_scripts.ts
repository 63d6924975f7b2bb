// Scripts that are written without spaces between words: the one list for all who ask where a word begins or ends.

const inClass = (names: readonly string[]): string => names.map((name) => `\\p{Script=${name}}`).join("");

const BESIDE_HAN = ["Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"];

/** Inside a character class: every letter of such a script. */
export const unspacedClass = inClass(["Han", ...BESIDE_HAN]);

/** The same without Han characters, which Korean and Japanese write too, but nearly always beside others. */
export const unspacedClassWithoutHan = inClass(BESIDE_HAN);

const besideHan = new RegExp(`[${unspacedClassWithoutHan}]`, "u");

/** Whether most of some texts have letters of such scripts, Han aside: Japanese, Thai, Khmer. */
export const areUnspaced = (texts: readonly string[]): boolean => 2 * texts.filter((text) => besideHan.test(text)).length > texts.length;

/**
 * Han and kana alone, where every character may be taken for a word. It is spelled out because regular expression engines
 * disagree about what a script contains, and in escapes because normalizing this file would change some of them.
 */
export const hanAndKana = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3fffd}";
