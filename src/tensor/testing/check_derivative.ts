// Compares the derivatives that the operators declare with central finite differences.

import { expect } from "vitest";
import type { HostTensor } from "../../runtime/backend.js";
import { grad } from "../gradient.js";
import { add, mul } from "../operators/arithmetic.js";
import { cast } from "../operators/logic.js";
import { sum } from "../operators/reduction.js";
import { constant, input } from "../operators/source.js";
import type { Tensor } from "../tensor.js";
import { Draw, type PlainArray } from "./arrays.js";
import { compile, toHost, toPlain } from "./evaluate.js";

/** One application of an operator to drawn values. */
export interface Trial {
  readonly inputs: readonly PlainArray[];
  readonly build: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** The same computation in plain loops; absent where it would only repeat another's. */
  readonly reference?: (...inputs: PlainArray[]) => PlainArray | readonly PlainArray[];
}

/** An entry of the table of operators. */
export interface OperatorCase {
  /** The name under which the room exports the operator. */
  readonly name: string;
  readonly variant?: string;
  /** Types whose kernels ONNX Runtime has; both unless said otherwise. */
  readonly dtypes?: readonly FloatingType[];
  /** Whether the derivative can itself be differentiated; true unless said otherwise. */
  readonly twice?: boolean;
  readonly draw: (draw: Draw) => Trial;
}

export type FloatingType = "float32" | "float64";

/** The step of the difference, and how far the two derivatives may lie apart. */
const PRECISION = {
  float32: { step: 2 ** -6, tolerance: 4e-3, value: 2e-5 },
  float64: { step: 1e-5, tolerance: 1e-6, value: 1e-10 },
} as const;

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    const error = Math.abs(actual[i] - value) / (1 + Math.abs(value));
    if (!(error <= tolerance)) expect.fail(`${what}[${i}] is ${actual[i]}, expected ${value}`);
  }
}

const named = (prefix: string, tensors: readonly Tensor[]): Record<string, Tensor> => Object.fromEntries(tensors.map((tensor, i) => [`${prefix}.${i}`, tensor]));

/** A trial with its inputs as symbols and as memory. */
function prepare(trial: Trial, dtype: FloatingType): { symbols: Tensor[]; outputs: Tensor[]; feeds: Record<string, HostTensor> } {
  const symbols = trial.inputs.map((values, i) => input(`in.${i}`, values.shape, values.dtype ?? dtype));
  const built = trial.build(...symbols);
  const outputs = "node" in built ? [built] : [...built];
  const feeds = Object.fromEntries(trial.inputs.map((values, i) => [`in.${i}`, toHost(values, values.dtype ?? dtype)]));
  return { symbols, outputs, feeds };
}

/** Compares the values, and the shapes that tracing promised. */
export async function checkValues(trial: Trial, dtype: FloatingType): Promise<void> {
  const { outputs, feeds } = prepare(trial, dtype);
  const program = await compile(named("out", outputs));
  const results = await program.run(feeds);
  await program.release();
  const answer = trial.reference?.(...trial.inputs);
  const expected = answer && ("data" in answer ? [answer] : answer);
  for (const [i, output] of outputs.entries()) {
    const result = results[`out.${i}`];
    expect([result.dtype, ...result.shape]).toEqual([output.dtype, ...output.shape]);
    if (!expected) continue;
    expect(output.shape).toEqual(expected[i].shape);
    expectClose(toPlain(result).data, expected[i].data, PRECISION[dtype].value, `value ${i}`);
  }
}

/** A random weighting of all outputs, whose derivatives are those of every output at once. */
function weighted(outputs: readonly Tensor[], draw: Draw): { scalar: Tensor; weights: readonly PlainArray[] } {
  const weights = outputs.map((output) => draw.uniform(output.shape as number[], -1, 2));
  const terms = outputs.map((output, i) => cast(sum(mul(output, constant(weights[i].data, weights[i].shape, output.dtype))), outputs[0].dtype));
  return { scalar: terms.reduce((total, term) => add(total, term)), weights };
}

/** The inputs that have derivatives. */
const differentiable = (trial: Trial): number[] => trial.inputs.flatMap((values, i) => (values.dtype ? [] : [i]));

/**
 * Checks every element of every derivative of a trial.
 * @param order 1 for the operator itself, 2 for its derivative's derivative
 */
export async function checkDerivative(trial: Trial, dtype: FloatingType, order: 1 | 2 = 1): Promise<void> {
  const draw = new Draw(1, "weights");
  const { symbols, outputs, feeds } = prepare(trial, dtype);
  const places = differentiable(trial);
  const targets = places.map((i) => symbols[i]);
  const values = order === 1 ? outputs : grad(weighted(outputs, draw).scalar, targets);
  const { scalar, weights } = weighted(values, draw);

  const derivatives = await compile(named("gradient", grad(scalar, targets)));
  const actual = await derivatives.run(feeds);
  await derivatives.release();

  const forward = await compile(named("out", values));
  // Added up here and not in the graph, so that float32 loses no digits of the difference.
  const total = async (): Promise<number> => {
    const results = await forward.run(feeds);
    return weights.reduce((sumOfAll, { data }, i) => {
      const output = results[`out.${i}`].data as Float32Array;
      return data.reduce((partial, weight, element) => partial + weight * output[element], sumOfAll);
    }, 0);
  };
  const { step, tolerance } = PRECISION[dtype];
  for (const [target, place] of places.entries()) {
    const memory = feeds[`in.${place}`].data as Float32Array | Float64Array;
    const expected: number[] = [];
    for (let element = 0; element < memory.length; element++) {
      const held = memory[element];
      memory[element] = held + step;
      const above = memory[element];
      const upper = await total();
      memory[element] = held - step;
      expected.push((upper - (await total())) / (above - memory[element]));
      memory[element] = held;
    }
    expectClose(toPlain(actual[`gradient.${target}`]).data, expected, tolerance, `derivative of input ${place}`);
  }
  await forward.release();
}
