// Several targets of one source are several right answers, not several questions: pairs become sources with references.

import type { TextPair } from "../text/pairs/pair_corpus.js";

/** A text to convert, once, and all that would be right. */
export interface MeasuredSource {
  readonly source: string;
  /** The language to translate into, where a model knows several. */
  readonly language?: string;
  /** The different targets that the pairs give for it, in their order; at least one. */
  readonly references: readonly string[];
}

/**
 * The different sources of some pairs, in the order of their first occurrence. A source that is to be translated into two
 * languages is two; a pair that occurs twice is one.
 */
export function groupBySource(pairs: readonly TextPair[]): MeasuredSource[] {
  const groups = new Map<string, { readonly pair: TextPair; readonly references: Set<string> }>();
  for (const pair of pairs) {
    const key = JSON.stringify([pair.language ?? null, pair.source]);
    const group = groups.get(key);
    if (group) group.references.add(pair.target);
    else groups.set(key, { pair, references: new Set([pair.target]) });
  }
  return Array.from(groups.values(), ({ pair: { source, language }, references }) => ({
    source,
    ...(language === undefined ? {} : { language }),
    references: [...references],
  }));
}
