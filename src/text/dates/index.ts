// The dates task: written dates of many languages to ISO 8601, with unseen days to validate on.
import { counted } from "../corpus.js";
import { type PairCorpus, pairCorpus } from "../pairs/pair_corpus.js";
import { dateLocales } from "./date_locales.js";
import { drawDates } from "./draw_dates.js";

export { isHeldOutDate } from "./calendar_day.js";
export { dateLocales } from "./date_locales.js";
export { datesOf } from "./date_reader.js";
export { drawDates, type DrawnDays, type WrittenDate } from "./draw_dates.js";

/**
 * `count` pairs to train on and others to validate with, on days that none of the former has: a model that is right there
 * has learnt to read dates, not learnt them by heart.
 * @param held how many to validate with; a tenth as many unless given
 */
export function datesCorpus(count: number, seed: number, held: number = Math.ceil(count / 10)): PairCorpus {
  const pairs = drawDates(count, seed, "training").map(({ source, target }) => ({ source, target }));
  const unseen = drawDates(held, seed, "heldOut");
  const languages = new Set(dateLocales().map((locale) => new Intl.Locale(locale).language));
  return pairCorpus("dates", pairs, {
    validationPairs: unseen.map(({ source, target }) => ({ source, target })),
    notices: [
      `Drew ${counted(count, "date")} as ${languages.size} languages write them with seed ${seed}; a tenth of all days is ` +
        "kept from training.",
    ],
  });
}
