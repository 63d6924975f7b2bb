// The tag that tells a model of several languages which one to translate into: the one place that knows its form.
import { WordloomError } from "../../errors.js";
import type { TextPair } from "./pair_corpus.js";

/**
 * The tag as it stands before a source: `<2zh>` (Johnson et al. 2017, "Google's multilingual neural machine translation
 * system", section 3). It is ordinary text, which every tokenizer spells and learns as it does any other.
 * @param language letters and digits with "-" or "_" between them: "zh", "pt-BR"
 * @throws WordloomError "invalid_argument" for anything else
 */
export function languageTag(language: string): string {
  if (!isLanguageName(language)) {
    throw new WordloomError(
      "invalid_argument",
      `${JSON.stringify(language)} is no name of a language to translate into; give one such as "zh" or "pt-BR".`,
    );
  }
  return `<2${language}>`;
}

/** Letters and digits with "-" or "_" between them. */
export function isLanguageName(language: string): boolean {
  return /^[\p{L}\p{N}]+([-_][\p{L}\p{N}]+)*$/u.test(language);
}

/** The source with its tag in front, `<2zh> text`; the source alone when no language is given. */
export function taggedSource(text: string, language?: string): string {
  return language === undefined ? text : `${languageTag(language)} ${text}`;
}

/** All sources as a model reads them, tags included: what a source tokenizer is trained on. */
export function taggedSources(pairs: readonly TextPair[]): string[] {
  return pairs.map(({ source, language }) => taggedSource(source, language));
}
