// The memory of a model's parameters and their optimizer state: flat, in two copies that swap after each update.

import { WordloomError } from "../errors.js";
import { hostTensor, type HostTensor } from "./backend.js";
import type { RandomStream } from "./random.js";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether weight decay applies. */
  readonly decay: boolean;
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
  readonly members: readonly ParameterSpec[];
}

/** Elements after which a group is closed: one megabyte of float32. */
const GROUP_SIZE = 1 << 18;

const sizeOfSpec = (spec: ParameterSpec): number => spec.shape.reduce((product, dimension) => product * dimension, 1);

/** Names of the inputs and outputs through which a group's vectors pass. */
export const groupInput = (group: number, vector: string): string => `group.${group}.${vector}`;
export const groupOutput = (group: number, vector: string): string => `group.${group}.${vector}.next`;
/** The vector of the parameters themselves; all others are optimizer slots. */
export const PARAMETER_VECTOR = "parameter";

/** One copy of one flat vector with its views. */
interface Copy {
  readonly flat: Float32Array;
  readonly byGroup: readonly HostTensor[];
  readonly byName: ReadonlyMap<string, HostTensor>;
}

/**
 * Parameters and optimizer slots. A training program is fed the current copy and writes the next one; feeding and
 * writing the same memory would let later nodes of the graph read half-updated values.
 */
export class ParameterBuffers {
  readonly groups: readonly ParameterGroup[];
  readonly count: number;
  private readonly offsets = new Map<string, { start: number; spec: ParameterSpec }>();
  private readonly copies = new Map<string, [Copy, Copy | null]>();
  private current: 0 | 1 = 0;

  /** @param slots names of the optimizer's vectors, none for a model that is only used */
  constructor(
    readonly specs: readonly ParameterSpec[],
    readonly slots: readonly string[] = [],
  ) {
    const ordered = [...specs.filter((spec) => spec.decay), ...specs.filter((spec) => !spec.decay)];
    const groups: { index: number; start: number; size: number; decay: boolean; members: ParameterSpec[] }[] = [];
    let start = 0;
    for (const spec of ordered) {
      let group = groups.at(-1);
      if (!group || group.decay !== spec.decay || group.size >= GROUP_SIZE) {
        group = { index: groups.length, start, size: 0, decay: spec.decay, members: [] };
        groups.push(group);
      }
      this.offsets.set(spec.name, { start, spec });
      group.members.push(spec);
      group.size += sizeOfSpec(spec);
      start += sizeOfSpec(spec);
    }
    this.groups = groups;
    this.count = start;
    for (const vector of [PARAMETER_VECTOR, ...slots]) this.copies.set(vector, [this.allocate(vector), null]);
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

  /** The current flat vector. */
  flat(vector: string = PARAMETER_VECTOR): Float32Array {
    return this.copy(vector, this.current).flat;
  }

  /** What to feed a program: parameters by name, and for training each group's vectors. */
  feeds(): Record<string, HostTensor> {
    const feeds: Record<string, HostTensor> = {};
    for (const [name, tensor] of this.copy(PARAMETER_VECTOR, this.current).byName) feeds[name] = tensor;
    for (const vector of this.copies.keys()) {
      for (const { index } of this.groups) feeds[groupInput(index, vector)] = this.copy(vector, this.current).byGroup[index];
    }
    return feeds;
  }

  /** Where an update is to be written; `swap` makes it current. */
  targets(): Record<string, HostTensor> {
    const other = this.current === 0 ? 1 : 0;
    const targets: Record<string, HostTensor> = {};
    for (const vector of this.copies.keys()) {
      for (const { index } of this.groups) targets[groupOutput(index, vector)] = this.copy(vector, other).byGroup[index];
    }
    return targets;
  }

  swap(): void {
    this.current = this.current === 0 ? 1 : 0;
  }

  private copy(vector: string, side: 0 | 1): Copy {
    const pair = this.copies.get(vector);
    if (!pair) throw new WordloomError("internal", `There is no optimizer slot named "${vector}".`);
    return (pair[side] ??= this.allocate(vector));
  }

  private allocate(vector: string): Copy {
    const flat = new Float32Array(this.count);
    const byName = new Map<string, HostTensor>();
    if (vector === PARAMETER_VECTOR) {
      for (const [name, { start, spec }] of this.offsets) byName.set(name, hostTensor(flat.subarray(start, start + sizeOfSpec(spec)), spec.shape));
    }
    return { flat, byName, byGroup: this.groups.map(({ start, size }) => hostTensor(flat.subarray(start, start + size), [size])) };
  }
}
