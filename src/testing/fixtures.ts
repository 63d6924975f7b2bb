// Reads the reference numbers of PyTorch in fixtures/.

import { readFileSync } from "node:fs";
import type { DataType } from "../tensor/shape.js";

/** A tensor as a fixture file holds it; `dtype` only where it is not the case's. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: "int64" | "bool";
}

export type FixtureTensors = Readonly<Record<string, FixtureTensor>>;

/** One computation with its numbers; fixtures/README.md describes the form. */
export interface FixtureCase {
  readonly name: string;
  readonly dtype: "float32" | "float64";
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: FixtureTensors;
  readonly inputs: FixtureTensors;
  readonly outputs: FixtureTensors;
  readonly gradients: FixtureTensors;
}

/** The cases of fixtures/`topic`.json. */
export function fixtureCases(topic: string): FixtureCase[] {
  const file = new URL(`../../fixtures/${topic}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: FixtureCase[] }).cases;
}

/** The case of fixtures/`topic`.json that has the given name. */
export function fixtureCase(topic: string, name: string): FixtureCase {
  const found = fixtureCases(topic).find((candidate) => candidate.name === name);
  if (!found) throw new Error(`fixtures/${topic}.json has no case "${name}"`);
  return found;
}

/** A tensor's element type in a computation of the given floating type. */
export const fixtureType = (tensor: FixtureTensor, floating: DataType): DataType => tensor.dtype ?? floating;
