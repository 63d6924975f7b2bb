// Modules: plain classes whose properties are parameters or modules, so that a property's path is a tensor's name on disk.

import { WordloomError } from "../errors.js";
import type { ParameterSpec } from "../runtime/parameters.js";
import { input } from "../tensor/operators/source.js";
import { showShape, type DataType } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Initializer } from "./initializer.js";

/** A trainable tensor. It has a name, and can be used in a graph, once its model has been named. */
export class Parameter {
  private traced: Tensor | null = null;
  private path = "";

  /**
   * @param shape sizes of its axes
   * @param initializer how it starts
   * @param decay whether weight decay applies: by custom to matrices, not to biases and gains
   */
  constructor(
    readonly shape: readonly number[],
    readonly initializer: Initializer,
    readonly decay: boolean = shape.length >= 2,
  ) {}

  get name(): string {
    return this.path;
  }

  /** The symbolic tensor that stands for it in every graph. */
  get tensor(): Tensor {
    if (!this.traced) throw new WordloomError("internal", `A parameter of shape ${showShape(this.shape)} was used before its model was named.`);
    return this.traced;
  }

  /** Called once by `nameParameters`. */
  assign(name: string, dtype: DataType): void {
    this.path = name;
    this.traced = input(name, this.shape, dtype);
  }
}

/** Base of everything that owns parameters. */
export abstract class Module {}

function* walk(value: unknown, path: string): Generator<[string, Parameter]> {
  if (value instanceof Parameter) yield [path, value];
  else if (value instanceof Module || Array.isArray(value)) {
    for (const [key, child] of Object.entries(value)) yield* walk(child, path ? `${path}.${key}` : key);
  }
}

/** Every parameter below a module, once, in the order of declaration. */
export const parametersOf = (module: Module): Parameter[] => [...new Set([...walk(module, "")].map(([, parameter]) => parameter))];

/**
 * Gives every parameter below `model` its path as name and returns them by name, in the order of declaration. A
 * parameter reached on two paths (tied weights) keeps the first.
 */
export function nameParameters(model: Module, dtype: DataType = "float32"): ReadonlyMap<string, Parameter> {
  const named = new Map<string, Parameter>();
  const seen = new Set<Parameter>();
  for (const [path, parameter] of walk(model, "")) {
    if (seen.has(parameter)) continue;
    seen.add(parameter);
    if (parameter.name === "") parameter.assign(path, dtype);
    named.set(parameter.name, parameter);
  }
  return named;
}

/**
 * What the runtime needs to know to hold the parameters.
 * @param partOf the part that a parameter belongs to by its name, of a model whose parts learn in turns
 */
export function parameterSpecs(named: ReadonlyMap<string, Parameter>, partOf?: (name: string) => string): ParameterSpec[] {
  return [...named].map(([name, { shape, decay, initializer }]) => ({ name, shape, decay, ...(partOf ? { part: partOf(name) } : {}), initialize: initializer }));
}
