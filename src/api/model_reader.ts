// What everyone has who looks into one model at work: its parameters, and programs that are kept for the next text.

import type { Backend, HostTensor, SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { KeptPrograms, type TracedOutputs } from "./kept_programs.js";

/** Looks into one model, for any number of callers at the same time. Free its programs with `release`. */
export abstract class ModelReader<Model> {
  protected readonly programs: KeptPrograms;

  constructor(
    protected readonly model: Model,
    protected readonly buffers: ParameterBuffers,
    session: SessionOptions,
    backend?: Backend,
  ) {
    this.programs = new KeptPrograms(session, backend);
  }

  /** Frees all programs; those that are still in use, or still being compiled, at the end of that. */
  release(): Promise<void> {
    return this.programs.release();
  }

  /**
   * Runs the program of a key, with the model's parameters; one without outputs gives none.
   * @param key says all that the program is traced for
   */
  protected run(key: string, trace: () => TracedOutputs, feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>> {
    return this.programs.use(key, trace, async (program) => (program ? program.run({ ...this.buffers.feeds(), ...feeds }) : {}));
  }
}
