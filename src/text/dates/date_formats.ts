// The ways a language writes a date, as Node's locale data has them.
import { calendarDay, type CalendarDay, timeOf } from "./calendar_day.js";
import { dateLocales } from "./date_locales.js";

/** A stretch of a written date: words and signs, or one number and what it counts. */
export interface DatePart {
  readonly kind: "text" | "number";
  readonly value: string;
  /** What the stretch tells: "day", "month", "year", "weekday", or "literal" for what stands between. */
  readonly role: string;
}

/** One way to write dates in one language. */
export class DateFormat {
  private readonly format: Intl.DateTimeFormat;

  constructor(
    readonly locale: string,
    options: Intl.DateTimeFormatOptions,
  ) {
    this.format = new Intl.DateTimeFormat(locale, { ...options, calendar: "gregory", timeZone: "UTC" });
  }

  /** The day as text, as a person would type it: with plain spaces, and no invisible marks of direction. */
  write(day: CalendarDay): string {
    return typed(this.format.format(timeOf(day)));
  }

  /** The same text in parts, numbers apart from words. */
  parts(day: CalendarDay): DatePart[] {
    return this.format.formatToParts(timeOf(day)).flatMap(({ type, value }) =>
      [...typed(value).matchAll(/\p{Nd}+|\P{Nd}+/gu)].map(([piece]): DatePart => {
        return { kind: /\p{Nd}/u.test(piece) ? "number" : "text", value: piece, role: type };
      }),
    );
  }
}

const invisibleMarks = /[\u061c\u200e\u200f]/g;
const unusualSpaces = /[\u00a0\u2009\u202f]/g;

function typed(text: string): string {
  return text.replace(invisibleMarks, "").replace(unusualSpaces, " ");
}

/** With the month as a word or a number, the weekday in full, short or not at all. */
const styles: readonly Intl.DateTimeFormatOptions[] = [
  { dateStyle: "full" },
  { dateStyle: "long" },
  { dateStyle: "medium" },
  { dateStyle: "short" },
  { year: "numeric", month: "short", day: "numeric" },
  { year: "numeric", month: "numeric", day: "numeric" },
  { year: "numeric", month: "2-digit", day: "2-digit" },
  { year: "numeric", month: "long", day: "numeric", weekday: "short" },
  { year: "numeric", month: "short", day: "numeric", weekday: "short" },
];

/** Days that any two different formats of a language tell apart: one- and two-digit days, long and short month names. */
const tellingDays = [calendarDay(2021, 3, 4), calendarDay(1999, 9, 28), calendarDay(2024, 5, 1)] as CalendarDay[];

let formats: ReadonlyMap<string, readonly DateFormat[]> | undefined;

/** Every language's different formats; those that leave the century out are not among them. */
export function dateFormats(): ReadonlyMap<string, readonly DateFormat[]> {
  formats ??= new Map(dateLocales().map((locale) => [locale, formatsOf(locale)]));
  return formats;
}

function formatsOf(locale: string): DateFormat[] {
  const kept = new Map<string, DateFormat>();
  for (const style of styles) {
    const format = new DateFormat(locale, style);
    const year = format.parts(tellingDays[0]).find((part) => part.role === "year" && part.kind === "number");
    const samples = tellingDays.map((day) => format.write(day)).join("\n");
    if (year?.value.length === 4 && !kept.has(samples)) kept.set(samples, format);
  }
  return [...kept.values()];
}
