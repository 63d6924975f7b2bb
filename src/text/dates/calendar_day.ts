// Days as whole numbers, the range of the dates task, and which of its days are never trained on.

import { hashText } from "../hash_text.js";

/** The first and the last year of the task. */
export const firstYear = 1900;
export const lastYear = 2099;

const millisecondsADay = 86_400_000;

/** A day as the number of days since 1 January 1970. */
export type CalendarDay = number;

export const firstDay: CalendarDay = Date.UTC(firstYear, 0, 1) / millisecondsADay;
export const lastDay: CalendarDay = Date.UTC(lastYear, 11, 31) / millisecondsADay;

/** @returns undefined if there is no such day in the task's years */
export function calendarDay(year: number, month: number, day: number): CalendarDay | undefined {
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1) return undefined;
  const time = Date.UTC(year, month - 1, day);
  return new Date(time).getUTCMonth() === month - 1 ? time / millisecondsADay : undefined;
}

/** Milliseconds since 1970 at the day's beginning in UTC, which `Intl` takes. */
export function timeOf(day: CalendarDay): number {
  return day * millisecondsADay;
}

/** ISO 8601, "YYYY-MM-DD". */
export function isoDate(day: CalendarDay): string {
  return new Date(timeOf(day)).toISOString().slice(0, 10);
}

/**
 * Whether a day is kept from training, whatever the language it is written in: about a tenth of all days, chosen by a
 * hash of the ISO date so that it holds for every seed and count.
 * @param date "YYYY-MM-DD"
 */
export function isHeldOutDate(date: string): boolean {
  return hashText(date) % 10 === 0;
}
