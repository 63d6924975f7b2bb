// Every day that a text can mean in any language of the task: what makes sure that a source has one right answer.
import { calendarDay, type CalendarDay, firstYear, isoDate } from "./calendar_day.js";
import { type DateFormat, dateFormats, type DatePart } from "./date_formats.js";

/** A format in one month, with what its numbers count in order of appearance. */
interface Template {
  readonly format: DateFormat;
  readonly month: number;
  readonly roles: readonly string[];
}

/**
 * The days, in ISO 8601, that some format of some language writes as exactly this text, in ascending order. None for
 * what no format writes, more than one for a text such as 03/04/2021.
 */
export function datesOf(text: string): string[] {
  return daysOf(text).map(isoDate).sort();
}

/** As `datesOf`, the days as numbers and in no order. */
export function daysOf(text: string): CalendarDay[] {
  const numbers: number[] = [];
  const key = text.replace(/\p{Nd}+/gu, (digits) => {
    numbers.push(valueOf(digits));
    return numberSign;
  });
  const found = new Set<CalendarDay>();
  for (const template of templates().get(key) ?? []) {
    const day = interpret(template, numbers);
    if (day !== undefined && !found.has(day) && template.format.write(day) === text) found.add(day);
  }
  return [...found];
}

const numberSign = "\u0000"; // in no written date

function interpret({ month, roles }: Template, numbers: readonly number[]): CalendarDay | undefined {
  const said = (role: string): number | undefined => {
    const at = roles.indexOf(role);
    return at < 0 ? undefined : numbers[at];
  };
  return calendarDay(said("year") ?? 0, said("month") ?? month, said("day") ?? 0);
}

let index: Map<string, Template[]> | undefined;

/**
 * All templates by their text with every number replaced by a sign. Words depend on the month and the weekday only, so
 * a day of each weekday in each month shows them all; `daysOf` writes what it has read, so that a language in which they
 * depended on more would lose dates, not mistake them.
 */
function templates(): ReadonlyMap<string, readonly Template[]> {
  if (index !== undefined) return index;
  index = new Map();
  for (const format of [...dateFormats().values()].flat()) {
    const namesWeekday = format.parts(0).some(({ role }) => role === "weekday");
    for (let month = 1; month <= 12; month++) {
      for (let day = 1; day <= (namesWeekday ? 7 : 1); day++) {
        const parts = format.parts(calendarDay(firstYear, month, day) as CalendarDay);
        const key = parts.map(({ kind, value }) => (kind === "number" ? numberSign : value)).join("");
        add(index, key, { format, month, roles: rolesOf(parts) });
      }
    }
  }
  return index;
}

function rolesOf(parts: readonly DatePart[]): string[] {
  return parts.filter(({ kind }) => kind === "number").map(({ role }) => role);
}

function add(index: Map<string, Template[]>, key: string, template: Template): void {
  const others = index.get(key);
  if (others === undefined) index.set(key, [template]);
  else if (!others.some((other) => isSame(other, template))) others.push(template);
}

/** Where the month is a number, one template stands for all months. */
function isSame(a: Template, b: Template): boolean {
  const told = a.roles.includes("month") || a.month === b.month;
  return a.format === b.format && told && a.roles.join() === b.roles.join();
}

/** The number that decimal digits of any one script write. */
function valueOf(digits: string): number {
  let value = 0;
  for (const digit of digits) value = 10 * value + digitValue(digit.codePointAt(0) as number);
  return value;
}

/** Unicode keeps the ten decimal digits of a script together, in ascending order. */
function digitValue(codePoint: number): number {
  let known = digitValues.get(codePoint);
  if (known === undefined) {
    let zero = codePoint;
    while (zero > codePoint - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    known = codePoint - zero;
    digitValues.set(codePoint, known);
  }
  return known;
}

const digitValues = new Map<number, number>();
