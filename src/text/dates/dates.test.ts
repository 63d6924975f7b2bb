import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarDay, firstDay, isHeldOutDate, isoDate, lastDay } from "./calendar_day.js";
import { dateFormats } from "./date_formats.js";
import { dateLocales, datesCorpus, datesOf, drawDates } from "./index.js";

const anyDay = fc.integer({ min: firstDay, max: lastDay });

describe("days", () => {
  it("are those that exist from 1900 to 2099", () => {
    expect([isoDate(firstDay), isoDate(lastDay)]).toEqual(["1900-01-01", "2099-12-31"]);
    expect(lastDay - firstDay + 1).toBe(73_049); // 49 leap years: 1900 is none, 2000 is one
    expect(calendarDay(1900, 2, 29)).toBeUndefined();
    expect(calendarDay(2000, 2, 29)).toBeDefined();
    for (const [year, month, day] of [
      [1899, 12, 31],
      [2100, 1, 1],
      [2021, 13, 1],
      [2021, 0, 1],
      [2021, 4, 31],
      [2021, 4, 0],
    ]) {
      expect(calendarDay(year, month, day)).toBeUndefined();
    }
  });

  it("are held out a tenth of the time, in every month and whatever the last digit", () => {
    const byMonth = new Map<string, number>();
    const byDigit = new Map<string, number>();
    let total = 0;
    for (let day = firstDay; day <= lastDay; day++) {
      const date = isoDate(day);
      if (!isHeldOutDate(date)) continue;
      total++;
      byMonth.set(date.slice(5, 7), (byMonth.get(date.slice(5, 7)) ?? 0) + 1);
      byDigit.set(date.slice(9), (byDigit.get(date.slice(9)) ?? 0) + 1);
    }
    expect(Math.abs(total / 73_049 - 0.1)).toBeLessThan(0.005);
    for (const count of byMonth.values()) expect(Math.abs(count / (73_049 / 12) - 0.1)).toBeLessThan(0.02);
    for (const count of byDigit.values()) expect(Math.abs(count / (73_049 / 10) - 0.1)).toBeLessThan(0.02);
    expect([byMonth.size, byDigit.size]).toEqual([12, 10]);
  });
});

describe("languages", () => {
  it("are many, in many scripts", () => {
    expect(new Set(dateLocales().map((locale) => new Intl.Locale(locale).language)).size).toBeGreaterThanOrEqual(30);
    const text = drawDates(3000, 1)
      .map(({ source }) => source)
      .join("");
    const scripts = "Latin Cyrillic Greek Georgian Armenian Hebrew Arabic Devanagari Bengali Tamil Thai Khmer Ethiopic Han Hangul";
    for (const script of scripts.split(" ")) expect(text).toMatch(new RegExp(`\\p{Script=${script}}`, "u"));
    expect(text).toMatch(/[٠-٩]/); // Arabic digits
    expect(text).toMatch(/[०-९]/); // Devanagari digits
    expect(text).not.toMatch(/[\u00a0\u061c\u200e\u200f\u202f\n\t]/);
  });

  it.each(dateLocales())("%s writes no date that is read as another", (locale) => {
    const formats = dateFormats().get(locale)!;
    expect(formats.length).toBeGreaterThanOrEqual(3);
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...formats), (day, format) => {
        const text = format.write(day);
        expect(format.parts(day).map(({ value }) => value).join("")).toBe(text);
        expect(datesOf(text)).toContain(isoDate(day));
      }),
    );
  });

  it("write dates as people know them", () => {
    const texts = (locale: string): string[] =>
      dateFormats().get(locale)!.map((format) => format.write(calendarDay(2021, 3, 4)!));
    expect(texts("de")).toContain("Donnerstag, 4. März 2021");
    expect(texts("en-US")).toContain("March 4, 2021");
    expect(texts("zh-CN")).toContain("2021年3月4日");
    expect(texts("en-US").join()).not.toContain("/21"); // two digits leave the century open
  });
});

describe("meanings of a text", () => {
  it.each([
    ["03/04/2021", ["2021-03-04", "2021-04-03"]], // British and American
    ["3/4/2021", ["2021-03-04", "2021-04-03"]],
    ["04/04/2021", ["2021-04-04"]],
    ["13/04/2021", ["2021-04-13"]],
    ["4. März 2021", ["2021-03-04"]],
    ["Donnerstag, 4. März 2021", ["2021-03-04"]],
    ["Freitag, 4. März 2021", []], // it was a Thursday
    ["31. Februar 2021", []],
    ["٤ مارس ٢٠٢١", ["2021-03-04"]],
    ["2021年3月4日", ["2021-03-04"]],
    ["tomorrow", []],
    ["", []],
  ])("%s", (text, dates) => expect(datesOf(text)).toEqual(dates));

  it("are found exactly: those of trying every format on every day of the numbers' permutations", () => {
    const all = [...dateFormats().values()].flat();
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...all), (day, format) => {
        const text = format.write(day);
        const [year, month, date] = isoDate(day).split("-").map(Number);
        // Days that share the text's numbers, and the same day of every month: names of months differ across languages.
        const days = [calendarDay(year, date, month)];
        for (let m = 1; m <= 12; m++) days.push(calendarDay(year, m, date));
        const meant = new Set<string>([isoDate(day)]);
        for (const other of days) {
          if (other !== undefined && all.some((f) => f.write(other) === text)) meant.add(isoDate(other));
        }
        expect(datesOf(text)).toEqual([...meant].sort());
        const slashes = /^\d+\/\d+\/\d{4}$/.test(text);
        if (slashes && month !== date && date <= 12) expect(meant.size).toBe(2);
      }),
      { numRuns: 60 },
    );
  });
});

describe("draws", () => {
  const dates = drawDates(5000, 3);

  it("have exactly one right answer each, over the whole task", () => {
    const answers = new Map<string, string>();
    for (const { source, target } of dates) {
      expect(datesOf(source)).toEqual([target]);
      expect(answers.get(source) ?? target).toBe(target);
      answers.set(source, target);
    }
    expect(answers.size).toBeGreaterThan(4800);
  });

  it("are of every language and the whole range", () => {
    expect(new Set(dates.map(({ locale }) => locale)).size).toBe(dateLocales().length);
    const years = new Set(dates.map(({ target }) => target.slice(0, 4)));
    expect(years.size).toBe(200);
    expect(dates.every(({ target }) => /^(19|20)\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])$/.test(target))).toBe(true);
  });

  it("depend on the seed alone, and a shorter draw is the beginning of a longer one", () => {
    expect(drawDates(50, 3)).toEqual(dates.slice(0, 50));
    expect(drawDates(50, 4)).not.toEqual(dates.slice(0, 50));
  });

  it("are of held-out days for validation only", () => {
    const corpus = datesCorpus(2000, 5);
    expect(corpus.pairs).toHaveLength(2000);
    expect(corpus.validationPairs).toHaveLength(200);
    expect(corpus.pairs.some(({ target }) => isHeldOutDate(target))).toBe(false);
    expect(corpus.validationPairs!.every(({ target }) => isHeldOutDate(target))).toBe(true);
    expect(corpus.characters).toBe([...corpus.pairs.flatMap(({ source, target }) => source + target).join("")].length);
    expect(datesCorpus(2000, 5)).toEqual(corpus);
    const more = datesCorpus(2000, 5, 300); // others are held out, training's are the same
    expect(more).toMatchObject({ pairs: corpus.pairs, sha256: corpus.sha256, notices: corpus.notices });
    expect(more.validationPairs!.slice(0, 200)).toEqual(corpus.validationPairs);
    expect(more.validationPairs).toHaveLength(300);
    expect(datesCorpus(2000, 6).sha256).not.toBe(corpus.sha256);
    expect(drawDates(300, 0, "all").some(({ target }) => isHeldOutDate(target))).toBe(true);
  });
});
