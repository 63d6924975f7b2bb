// What a picture of many settings and their results shows, as plain data, and the refusal of what cannot be drawn.

import { WordloomError } from "../errors.js";

export type CoordinateValue = string | number | boolean;

/** A setting that is varied. */
export interface CoordinateAxis {
  readonly label: string;
  /** All of its values, different ones. */
  readonly values: readonly CoordinateValue[];
}

/** Settings that were tried, and what came of it. */
export interface CoordinateLine {
  readonly name: string;
  /** Its value on each axis. */
  readonly values: readonly CoordinateValue[];
  /** Its result at each stage, the lower the better; null at a stage that it was not measured at or did not reach. */
  readonly results: readonly (number | null)[];
  /** Whether it was let go to the last stage, was ended before, or came to nothing. */
  readonly end: "complete" | "pruned" | "failed";
}

export interface ParallelCoordinates {
  readonly title: string;
  readonly axes: readonly CoordinateAxis[];
  /** Where results are measured, the last one the end of all that got there: "200 steps", "600 steps". */
  readonly stages: readonly string[];
  /** What a result is, with its unit. */
  readonly result: string;
  /** From best to worst. */
  readonly lines: readonly CoordinateLine[];
}

/** @throws WordloomError "invalid_argument" if there is nothing to draw, or a line does not fit the axes */
export function checkParallelCoordinates({ title, axes, stages, lines }: ParallelCoordinates): void {
  const refuse = (problem: string): never => {
    throw new WordloomError("invalid_argument", `The picture "${title}" cannot be drawn: ${problem}.`);
  };
  if (axes.length === 0 || stages.length === 0) refuse("it has no axis or no stage; give at least one of each");
  if (lines.length === 0) refuse("it has no lines; give at least one");
  for (const { name, values, results } of lines) {
    if (values.length !== axes.length || results.length !== stages.length) refuse(`"${name}" has ${values.length} values and ${results.length} results for ${axes.length} axes and ${stages.length} stages; give one each`);
    const foreign = values.findIndex((value, i) => !axes[i].values.includes(value));
    if (foreign >= 0) refuse(`the value ${JSON.stringify(values[foreign])} of "${name}" is not on the axis "${axes[foreign].label}"; add it there`);
    if (results.some((result) => result !== null && !Number.isFinite(result))) refuse(`a result of "${name}" is not finite; give null where there is none`);
  }
}
