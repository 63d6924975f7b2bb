// Which pairs a run is measured on: those of a file, as far as the run did not train on them or says that it did.

import { basename } from "node:path";
import { WordloomError } from "../errors.js";
import { counted } from "../text/corpus.js";
import { checkPairCount, embeddedPairNames } from "../text/pairs/embedded_pairs.js";
import type { PairCorpus, TextPair } from "../text/pairs/pair_corpus.js";
import { readPairData, readTextPairs, type PairReading } from "./pair_data.js";
import type { PairSettings } from "./pair_settings.js";

export interface UnseenPairs {
  readonly corpus: PairCorpus;
  readonly pairs: readonly TextPair[];
  /** Sentences to show: what was read, and what was left out, or was not, though the run trained on it. */
  readonly notices: readonly string[];
}

/** Pairs of an embedded task that a run is measured on, unless said otherwise. */
const DRAWN = 1000;
/** Other pairs than training and validation draw. */
const MEASURING_SEED = 1;

/**
 * The pairs of a file or an embedded task to measure a run on. Embedded tasks are drawn anew; of the very file that the run
 * was trained on only the part is taken that was held out, and all of it, which a notice says, where validation was
 * on another file. Pairs of other files are all taken: whether training had some of them is not known.
 * @throws WordloomError as `readPairs` does; "invalid_argument" for other columns of the file that the run was trained on
 *   than training's, where these decided what was held out
 */
export async function unseenPairs(settings: PairSettings, data: string, targetFile: string | null, reading: PairReading): Promise<UnseenPairs> {
  if (embeddedPairNames.includes(data)) return drawnAnew(settings, data, reading);
  const corpus = await readTextPairs(data, targetFile, reading);
  const { sha256, validation, validationTarget } = settings.data;
  if (corpus.sha256 !== sha256) return { corpus, pairs: corpus.pairs, notices: corpus.notices };
  if (typeof validation === "string") {
    return { corpus, pairs: corpus.pairs, notices: [...corpus.notices, `The run was trained on the whole of this file (it was validated on "${basename(validation)}"), so that these measures say nothing of texts that are new to it.`] };
  }
  const split = await readPairData({ path: data, targetFile, reading: settings.data.reading, validation, validationTarget, seed: settings.seed });
  if (!areSame(corpus.pairs, split.corpus.pairs)) {
    throw new WordloomError("invalid_argument", `The run was trained on "${data}", of which only what it held out can be measured on, in the columns of training; leave --source, --target and --language out, or give another file.`);
  }
  return { corpus, pairs: split.validation, notices: [...corpus.notices, `The run was trained on this file: measured on the ${counted(split.validation.length, "pair")} that it held out.`] };
}

/** Whether two readings of a file gave the same, however their columns were named. */
function areSame(some: readonly TextPair[], others: readonly TextPair[]): boolean {
  return some.length === others.length && some.every(({ source, target, language }, i) => source === others[i].source && target === others[i].target && language === others[i].language);
}

async function drawnAnew(settings: PairSettings, data: string, reading: PairReading): Promise<UnseenPairs> {
  const wanted = reading.count ?? DRAWN;
  if (data === "dates") {
    checkPairCount(wanted);
    // What counts is drawn besides, of days that no training ever has.
    const corpus = await readTextPairs(data, null, { ...reading, count: 1 }, MEASURING_SEED, wanted);
    const pairs = corpus.validationPairs ?? [];
    return { corpus, pairs, notices: [`Drew ${counted(pairs.length, "date")} of days that no training has.`] };
  }
  const corpus = await readTextPairs(data, null, { ...reading, count: wanted }, MEASURING_SEED);
  const trained = settings.data.file === data ? new Set((await readTextPairs(data, null, settings.data.reading)).pairs.map((pair) => pair.source)) : new Set<string>();
  const pairs = corpus.pairs.filter((pair) => !trained.has(pair.source));
  return { corpus, pairs, notices: [`Drew ${counted(pairs.length, "pair")} that the run was not trained on.`] };
}
