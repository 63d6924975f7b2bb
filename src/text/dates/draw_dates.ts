// Draws of the dates task: a day as people of some language write it, and the same day in ISO 8601.
import { RandomStream } from "../../runtime/random.js";
import { type CalendarDay, firstDay, isHeldOutDate, isoDate, lastDay } from "./calendar_day.js";
import { type DateFormat, dateFormats } from "./date_formats.js";
import { daysOf } from "./date_reader.js";

export interface WrittenDate {
  /** As written in the language: "Donnerstag, 4. März 2021". */
  readonly source: string;
  /** In ISO 8601: "2021-03-04". */
  readonly target: string;
  /** One of `dateLocales()`. */
  readonly locale: string;
}

/** `training`: no day that `isHeldOutDate`; `heldOut`: only such days; `all`: any day. */
export type DrawnDays = "all" | "training" | "heldOut";

/**
 * Independent draws: a day from 1900 to 2099, one of the languages and one of its formats, each equally likely. A text
 * that could mean another day too, in whatever language of the task, is drawn anew, so that every source has exactly one
 * right target (03/04/2021 never occurs; 13/04/2021 may). The same seed gives the same dates on one version of Node,
 * whose locale data they come from.
 */
export function drawDates(count: number, seed: number, days: DrawnDays = "all"): WrittenDate[] {
  const random = new RandomStream(seed, days === "heldOut" ? "held-out dates" : "dates");
  const languages = [...dateFormats().values()];
  return Array.from({ length: count }, () => {
    for (;;) {
      const day = drawDay(random, days);
      const formats = languages[random.integer(languages.length)];
      const date = writtenDate(day, formats[random.integer(formats.length)]);
      if (date !== undefined) return date;
    }
  });
}

/** @returns undefined for a text that has more than one meaning */
function writtenDate(day: CalendarDay, format: DateFormat): WrittenDate | undefined {
  const source = format.write(day);
  const meanings = daysOf(source);
  if (meanings.length !== 1 || meanings[0] !== day) return undefined;
  return { source, target: isoDate(day), locale: format.locale };
}

function drawDay(random: RandomStream, days: DrawnDays): CalendarDay {
  for (;;) {
    const day = firstDay + random.integer(lastDay - firstDay + 1);
    if (days === "all" || isHeldOutDate(isoDate(day)) === (days === "heldOut")) return day;
  }
}
