// Which training options may be given again when a run goes on: everything else it keeps from its beginning.

import type { TrainOptionsInput } from "./train_options.js";

const RESUMABLE: ReadonlySet<string> = new Set(["data", "targetFile", "out", "resume", "steps", "minutes", "threads", "family"] satisfies (keyof TrainOptionsInput)[]);

/** Whether a resumed run takes an option by this name. */
export const isResumable = (name: string): boolean => RESUMABLE.has(name);

/** Those options that a resumed run takes; of the others it would say that it does not use them. */
export const resumableOptions = (options: TrainOptionsInput): TrainOptionsInput =>
  Object.fromEntries(Object.entries(options).filter(([name]) => isResumable(name))) as TrainOptionsInput;
