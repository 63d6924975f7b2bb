// Which pairs a run is measured on: those of a file, as far as it did not train on them.

import { counted } from "../text/corpus.js";
import { embeddedPairNames } from "../text/pairs/embedded_pairs.js";
import type { PairCorpus, TextPair } from "../text/pairs/pair_corpus.js";
import { readPairData, readTextPairs, type PairReading } from "./pair_data.js";
import type { PairSettings } from "./pair_settings.js";

export interface UnseenPairs {
  readonly corpus: PairCorpus;
  readonly pairs: readonly TextPair[];
  /** Sentences to show: what was read, and what was left out because the run trained on it. */
  readonly notices: readonly string[];
}

/** Pairs of an embedded task that a run is measured on, unless said otherwise. */
const DRAWN = 1000;
/** Other pairs than training and validation draw. */
const MEASURING_SEED = 1;

/**
 * The pairs of a file or an embedded task that a run did not train on. Embedded tasks are drawn anew; of the very file that
 * the run was trained on only the part is taken that was held out.
 */
export async function unseenPairs(settings: PairSettings, data: string, targetFile: string | null, reading: PairReading): Promise<UnseenPairs> {
  if (embeddedPairNames.includes(data)) return drawnAnew(settings, data, reading);
  const corpus = await readTextPairs(data, targetFile, reading);
  const { sha256, validation, validationTarget } = settings.data;
  if (corpus.sha256 !== sha256 || typeof validation === "string") return { corpus, pairs: corpus.pairs, notices: corpus.notices };
  const split = await readPairData({ path: data, targetFile, reading: settings.data.reading, validation, validationTarget, seed: settings.seed });
  return { corpus, pairs: split.validation, notices: [...corpus.notices, `The run was trained on this file: measured on the ${counted(split.validation.length, "pair")} that it held out.`] };
}

async function drawnAnew(settings: PairSettings, data: string, reading: PairReading): Promise<UnseenPairs> {
  const wanted = reading.count ?? DRAWN;
  if (data === "dates") {
    // A tenth as many are drawn of days that no training ever has.
    const corpus = await readTextPairs(data, null, { ...reading, count: 10 * wanted }, MEASURING_SEED);
    const pairs = corpus.validationPairs ?? [];
    return { corpus, pairs, notices: [`Drew ${counted(pairs.length, "date")} of days that no training has.`] };
  }
  const corpus = await readTextPairs(data, null, { ...reading, count: wanted }, MEASURING_SEED);
  const trained = settings.data.file === data ? new Set((await readTextPairs(data, null, settings.data.reading)).pairs.map((pair) => pair.source)) : new Set<string>();
  const pairs = corpus.pairs.filter((pair) => !trained.has(pair.source));
  return { corpus, pairs, notices: [`Drew ${counted(pairs.length, "pair")} that the run was not trained on.`] };
}
