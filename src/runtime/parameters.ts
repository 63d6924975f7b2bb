// The memory of a model's parameters and their optimizer state: flat, in two copies that swap after each update.

import { WordloomError } from "../errors.js";
import { hostTensor, type HostTensor } from "./backend.js";
import type { RandomStream } from "./random.js";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** Of a model whose parts learn in turns: which part it belongs to. */
  readonly part?: string;
  initialize(data: Float32Array, random: RandomStream): void;
}

/**
 * A run of parameters that the optimizer updates as one vector: long enough that few operators are run, short enough to
 * stay in a core's cache.
 */
export interface ParameterGroup {
  readonly index: number;
  readonly start: number;
  readonly size: number;
  readonly decay: boolean;
  readonly part?: string;
  readonly members: readonly ParameterSpec[];
}

/** Elements after which a group is closed: four megabytes of float32, one for the cache of each of four cores. */
const GROUP_SIZE = 1 << 20;

const sizeOfSpec = (spec: ParameterSpec): number => spec.shape.reduce((product, dimension) => product * dimension, 1);

/** Names of the inputs and outputs through which a group's vectors pass. */
export const groupInput = (group: number, vector: string): string => `group.${group}.${vector}`;
export const groupOutput = (group: number, vector: string): string => `group.${group}.${vector}.next`;
/** The vector of the parameters themselves; all others are optimizer slots. */
export const PARAMETER_VECTOR = "parameter";

/** One copy of one flat vector with its views. */
interface Copy {
  readonly flat: Float32Array;
  /** Views by the names of a program's inputs. */
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** Views by the names of a program's outputs. */
  readonly targets: Readonly<Record<string, HostTensor>>;
}

/** A vector: two copies, the second made when it is first needed. */
interface Vector {
  readonly copies: [Copy, Copy | null];
  current: 0 | 1;
}

/**
 * Parameters and optimizer slots. A training program is fed the current copy and writes the next one; feeding and
 * writing the same memory would let later nodes of the graph read half-updated values.
 */
export class ParameterBuffers {
  readonly groups: readonly ParameterGroup[];
  /** Number of parameters. */
  readonly count: number;
  private readonly offsets = new Map<string, { start: number; spec: ParameterSpec }>();
  private readonly vectors = new Map<string, Vector>();

  /** @param slots names of the optimizer's vectors, none for a model that is only used */
  constructor(
    readonly specs: readonly ParameterSpec[],
    readonly slots: readonly string[] = [],
  ) {
    const parts = [...new Set(specs.map(({ part }) => part))];
    const ordered = [true, false].flatMap((decay) => parts.flatMap((part) => specs.filter((spec) => spec.decay === decay && spec.part === part)));
    const groups: { index: number; start: number; size: number; decay: boolean; part?: string; members: ParameterSpec[] }[] = [];
    let start = 0;
    for (const spec of ordered) {
      let group = groups.at(-1);
      if (!group || group.decay !== spec.decay || group.part !== spec.part || group.size >= GROUP_SIZE) {
        group = { index: groups.length, start, size: 0, decay: spec.decay, ...(spec.part === undefined ? {} : { part: spec.part }), members: [] };
        groups.push(group);
      }
      this.offsets.set(spec.name, { start, spec });
      group.members.push(spec);
      group.size += sizeOfSpec(spec);
      start += sizeOfSpec(spec);
    }
    this.groups = groups;
    this.count = start;
    for (const name of [PARAMETER_VECTOR, ...slots]) this.vectors.set(name, { copies: [this.allocate(name), null], current: 0 });
  }

  /** Draws initial values, each parameter in the order of declaration. */
  initialize(random: RandomStream): void {
    for (const spec of this.specs) spec.initialize(this.values(spec.name), random);
  }

  /** The current values of a parameter, or of an optimizer slot of it; writable. */
  values(name: string, vector: string = PARAMETER_VECTOR): Float32Array {
    const place = this.offsets.get(name);
    if (!place) throw new WordloomError("internal", `There is no parameter named "${name}".`);
    return this.flat(vector).subarray(place.start, place.start + sizeOfSpec(place.spec));
  }

  /** The current flat vector; writable. */
  flat(vector: string = PARAMETER_VECTOR): Float32Array {
    const { copies, current } = this.vector(vector);
    return copies[current]!.flat;
  }

  /** What to feed a program: parameters by name, and each group's vectors. */
  feeds(): Record<string, HostTensor> {
    const feeds: Record<string, HostTensor> = {};
    for (const { copies, current } of this.vectors.values()) Object.assign(feeds, copies[current]!.feeds);
    return feeds;
  }

  /** Where an update of the named vectors is to be written; `swap` makes it current. */
  targets(vectors: readonly string[] = [...this.vectors.keys()]): Record<string, HostTensor> {
    const targets: Record<string, HostTensor> = {};
    for (const name of vectors) {
      const { copies, current } = this.vector(name);
      const other = current === 0 ? 1 : 0;
      Object.assign(targets, (copies[other] ??= this.allocate(name)).targets);
    }
    return targets;
  }

  /** Makes the other copy of the named vectors the current one. */
  swap(vectors: readonly string[] = [...this.vectors.keys()]): void {
    for (const name of vectors) {
      const vector = this.vector(name);
      vector.current = vector.current === 0 ? 1 : 0;
    }
  }

  private vector(name: string): Vector {
    const vector = this.vectors.get(name);
    if (!vector) throw new WordloomError("internal", `There is no optimizer slot named "${name}".`);
    return vector;
  }

  private allocate(vector: string): Copy {
    const flat = new Float32Array(this.count);
    const feeds: Record<string, HostTensor> = {};
    const targets: Record<string, HostTensor> = {};
    for (const { index, start, size } of this.groups) {
      const view = hostTensor(flat.subarray(start, start + size), [size]);
      feeds[groupInput(index, vector)] = view;
      targets[groupOutput(index, vector)] = view;
    }
    if (vector === PARAMETER_VECTOR) {
      for (const [name, { start, spec }] of this.offsets) feeds[name] = hostTensor(flat.subarray(start, start + sizeOfSpec(spec)), spec.shape);
    }
    return { flat, feeds, targets };
  }
}
