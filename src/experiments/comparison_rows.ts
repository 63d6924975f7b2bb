// The table of a comparison as plain text cells: a row for each member, families of several seeds as means too, the real texts last.

import type { Figure } from "../evaluation/figure.js";
import type { ComparedFamily, ComparedMember, Comparison } from "./comparison.js";
import type { Column, Value } from "./comparison_columns.js";

export interface Cell {
  /** "–" where there is no value; "≤" before a bound. */
  readonly text: string;
  /** Its 95 % interval, "0.851–0.872"; of a mean over seeds how far they spread, "± 0.012"; else "". */
  readonly interval: string;
  /** The best of its column, or one whose interval overlaps the best's. */
  readonly mark: "best" | "near" | null;
}

export interface Row {
  readonly kind: "member" | "mean" | "real";
  readonly name: string;
  /** Null of the real texts. */
  readonly family: ComparedFamily | null;
  /** Why there are no cells: "failed: …", "not trained yet"; else null. */
  readonly status: string | null;
  /** Whether it takes part in what is best: of a family with several seeds that are done, their mean alone. */
  readonly contends: boolean;
  readonly cells: readonly Cell[];
}

/** The members of one family, in the order of the comparison. */
export interface FamilyMembers {
  readonly family: ComparedFamily;
  readonly members: readonly ComparedMember[];
}

export function membersByFamily({ members }: Comparison): FamilyMembers[] {
  const families = new Map<ComparedFamily, ComparedMember[]>();
  for (const member of members) families.set(member.family, [...(families.get(member.family) ?? []), member]);
  return [...families].map(([family, members]) => ({ family, members }));
}

const isFigure = (value: Value): value is Figure => value !== null && typeof value !== "number";
export const valueOf = (value: Value): number | null => (isFigure(value) ? value.value : value);

/** A mean over seeds: as a figure, from the lowest end to the highest of the seeds' intervals. */
export function meanOverSeeds(figures: readonly Figure[]): Figure | null {
  if (figures.length === 0) return null;
  const value = figures.reduce((sum, one) => sum + one.value, 0) / figures.length;
  return { value, low: Math.min(...figures.map(({ low }) => low)), high: Math.max(...figures.map(({ high }) => high)) };
}

/** The standard deviation, of 2 values or more, from their own mean. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** A row before it is written. */
interface RawRow extends Omit<Row, "cells"> {
  /** Of these members, one or several. */
  readonly members: readonly ComparedMember[];
}

function rawRows(comparison: Comparison): RawRow[] {
  return membersByFamily(comparison).flatMap(({ family, members }) => {
    const done = members.filter(({ status }) => status === "done");
    const rows = members.map((member): RawRow => {
      const status = member.status === "failed" ? `failed: ${member.failure ?? "no reason was given"}` : member.status === "waiting" ? "not trained yet" : null;
      return { kind: "member", name: member.name, family, status, members: [member], contends: done.length < 2 && status === null };
    });
    if (done.length > 1) rows.push({ kind: "mean", name: `${family}, mean of ${done.length}`, family, status: null, members: done, contends: true });
    return rows;
  });
}

/** A row's value in a column, and how far seeds spread. */
interface RawCell {
  readonly value: Value;
  readonly spread: number | null;
  readonly bound: boolean;
}

function rawCell({ of, bound }: Column, members: readonly ComparedMember[]): RawCell {
  const values = members.map(of).filter((value) => value !== null);
  const isBound = members.some((member) => of(member) !== null && bound(member));
  if (members.length === 1 || values.length === 0) return { value: values[0] ?? null, spread: null, bound: isBound };
  const numbers = values.map((value) => valueOf(value)!);
  const mean = values.every(isFigure) ? meanOverSeeds(values as Figure[]) : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return { value: mean, spread: numbers.length > 1 ? deviation(numbers) : null, bound: isBound };
}

export const overlap = (a: Figure, b: Figure): boolean => a.low <= b.high && b.low <= a.high;

/** The marks of a column's contenders, in their order: none where there is nothing to choose from. */
function marksOf(column: Column, values: readonly Value[]): Cell["mark"][] {
  const { best } = column;
  const real = valueOf(column.real);
  const none = values.map(() => null);
  if (best === undefined || (best === "real" && real === null)) return none;
  const badness = (value: number): number => (best === "lowest" ? value : best === "highest" ? -value : Math.abs(value - real!));
  const all = values.map(valueOf);
  const known = all.filter((value) => value !== null);
  if (known.length < 2) return none;
  const least = Math.min(...known.map(badness));
  if (known.every((value) => badness(value) === least)) return none;
  const winner = values[all.findIndex((value) => value !== null && badness(value) === least)];
  return values.map((value, i) => {
    const number = all[i];
    if (number === null) return null;
    if (badness(number) === least) return "best";
    return isFigure(value) && isFigure(winner) && overlap(value, winner) ? "near" : null;
  });
}

function written({ value, spread, bound }: RawCell, { format }: Column, mark: Cell["mark"]): Cell {
  const number = valueOf(value);
  if (number === null) return { text: "–", interval: "", mark: null };
  const interval = spread !== null ? (spread === 0 ? "" : `± ${format(spread)}`) : isFigure(value) ? `${format(value.low).replace(/\s%$/, "")}–${format(value.high)}` : "";
  return { text: `${bound ? "≤ " : ""}${format(number)}`, interval, mark };
}

/** Writes the rows of a table of these columns. The row of the real texts is there where one of them has a value. */
export function comparisonRows(comparison: Comparison, columns: readonly Column[]): Row[] {
  const raw = rawRows(comparison);
  const cells = columns.map((column): Cell[] => {
    const values = raw.map(({ members }) => rawCell(column, members));
    const contenders = raw.flatMap(({ contends }, i) => (contends ? [i] : []));
    const marks = marksOf(column, contenders.map((i) => values[i].value));
    return values.map((cell, i) => written(cell, column, contenders.includes(i) ? marks[contenders.indexOf(i)] : null));
  });
  const rows = raw.map(({ kind, name, family, status, contends }, i): Row => ({ kind, name, family, status, contends, cells: cells.map((column) => column[i]) }));
  const real = columns.map((column) => written({ value: column.real, spread: null, bound: false }, column, null));
  if (real.some(({ text }) => text !== "–")) rows.push({ kind: "real", name: "real texts", family: null, status: null, contends: false, cells: real });
  return rows;
}
