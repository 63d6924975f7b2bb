// Runs an optimizer's update graph on given gradients, so that tests can look at the parameters after each step.

import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { ParameterBuffers, type ParameterSpec } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { input } from "../tensor/index.js";
import { compile } from "../tensor/testing/evaluate.js";
import { createOptimizer, type OptimizerSettings } from "../training/optimizer.js";
import { scalarInput, updateOutputs } from "../training/update_graph.js";

/** A parameter with where it starts and its gradient at each step. */
export interface SteppedParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decay: boolean;
  readonly start: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

export interface StepsResult {
  /** After each step, by name. */
  readonly parameters: Readonly<Record<string, readonly number[]>>[];
  readonly gradientNorms: number[];
}

/** As many steps as the parameters have gradients. */
export async function optimizerSteps(
  settings: OptimizerSettings,
  parameters: readonly SteppedParameter[],
  learningRates: readonly number[],
  clipNorm: number | null = null,
): Promise<StepsResult> {
  const optimizer = createOptimizer(settings);
  const specs = parameters.map(({ name, shape, decay, start }): ParameterSpec => ({ name, shape, decay, initialize: (data) => data.set(Array.from(start)) }));
  const buffers = new ParameterBuffers(specs, optimizer.slots);
  buffers.initialize(new RandomStream(0, "unused"));
  const gradients = buffers.groups.map(({ index, size }) => input(`gradient.${index}`, [size]));
  const program = await compile(updateOutputs(gradients, buffers, optimizer, clipNorm));

  const result: StepsResult = { parameters: [], gradientNorms: [] };
  for (const [step, learningRate] of learningRates.entries()) {
    const feeds: Record<string, HostTensor> = buffers.feeds();
    for (const { index, size, members } of buffers.groups) {
      const flat = members.flatMap(({ name }) => Array.from(parameters.find((parameter) => parameter.name === name)!.gradients[step]));
      feeds[`gradient.${index}`] = hostTensor(Float32Array.from(flat), [size]);
    }
    for (const [name, value] of Object.entries(optimizer.scalars(learningRate, step + 1))) feeds[scalarInput(name)] = hostTensor(Float32Array.of(value), []);
    const { gradientNorm } = await program.run(feeds, buffers.targets());
    buffers.swap();
    result.gradientNorms.push(Number(gradientNorm.data[0]));
    result.parameters.push(Object.fromEntries(parameters.map(({ name }) => [name, Array.from(buffers.values(name))])));
  }
  await program.release();
  return result;
}
