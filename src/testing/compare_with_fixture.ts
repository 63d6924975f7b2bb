// Holds a traced computation, its outputs and all of its gradients, to a PyTorch case.

import { expect } from "vitest";
import type { Parameter } from "../nn/module.js";
import { add, grad, input, mul, reshape, sum, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose, FLOAT32_TOLERANCE } from "./close.js";
import { fixtureType, type FixtureCase } from "./fixtures.js";

export type FloatingType = "float32" | "float64";

/** In doubles a rounding shows only where a formula is wrong. */
const TOLERANCE = { float32: FLOAT32_TOLERANCE, float64: 1e-12 } as const;
/** For a scaled matrix product: ONNX Runtime folds the scale in as a float32 attribute, even among doubles. */
export const SCALED_PRODUCT_TOLERANCE = { float32: FLOAT32_TOLERANCE, float64: 1e-7 } as const;

export interface Comparison {
  readonly fixture: FixtureCase;
  readonly dtype: FloatingType;
  /** The module's parameters by the names of the case's; none for a function. */
  readonly parameters?: ReadonlyMap<string, Parameter>;
  /** Builds the case's outputs, by name, from its inputs, by name. */
  readonly trace: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
  readonly tolerance?: number;
}

/** The scalar whose gradients a case holds: its loss, or the sum of its outputs with the weights among its inputs. */
function scalarOf(outputs: Readonly<Record<string, Tensor>>, inputs: Readonly<Record<string, Tensor>>): Tensor {
  if (outputs.loss) return reshape(outputs.loss, []);
  const terms = Object.entries(outputs).flatMap(([name, output]) => {
    const weights = inputs[`${name}Weights`];
    return weights ? [sum(mul(output, weights))] : [];
  });
  return terms.reduce((total, term) => add(total, term));
}

/** Runs the computation on the case's numbers and compares every output and every gradient. */
export async function compareWithFixture({ fixture, dtype, parameters, trace, tolerance = TOLERANCE[dtype] }: Comparison): Promise<void> {
  const entries = Object.entries(fixture.inputs);
  const inputs = Object.fromEntries(entries.map(([name, tensor]) => [name, input(name, tensor.shape, fixtureType(tensor, dtype))]));
  const outputs = trace(inputs);
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(fixture.outputs).sort());
  expect([...(parameters?.keys() ?? [])].sort()).toEqual(Object.keys(fixture.parameters).sort());

  const wanted = Object.keys(fixture.gradients);
  const gradients = grad(scalarOf(outputs, inputs), wanted.map((name) => parameters?.get(name)?.tensor ?? inputs[name]));
  const named = Object.fromEntries([
    ...Object.entries(outputs).map(([name, tensor]) => [`output ${name}`, tensor] as const),
    ...wanted.map((name, i) => [`gradient ${name}`, gradients[i]] as const),
  ]);
  const feeds = Object.fromEntries(
    [...entries, ...Object.entries(fixture.parameters)].map(([name, { shape, data, dtype: own }]) => [name, toHost({ shape, data }, own ?? dtype)]),
  );
  const results = await evaluate(named, feeds);
  for (const [kind, expected] of [["output", fixture.outputs], ["gradient", fixture.gradients]] as const) {
    for (const [name, { shape, data }] of Object.entries(expected)) {
      const result = results[`${kind} ${name}`];
      expect(result.shape, `shape of ${kind} ${name}`).toEqual(shape);
      expectClose(result.data, data, `${kind} ${name} of ${fixture.name} in ${dtype}`, tolerance);
    }
  }
}
