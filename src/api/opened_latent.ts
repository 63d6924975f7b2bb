// A variational autoencoder's run, open in this worker with its latent space.

import { WordloomError } from "../errors.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { LatentSpace } from "./latent_space.js";
import { openedRun, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import type { LatentRun } from "./run_model.js";

/** A variational autoencoder that is open in this worker. */
export interface OpenedLatent {
  readonly run: LatentRun & { readonly model: VariationalAutoencoder; readonly buffers: ParameterBuffers };
  readonly opened: OpenedRun;
  readonly space: LatentSpace;
  readonly path: string;
}

const spaces = new WeakMap<OpenedRun, LatentSpace>();

/** @throws WordloomError "invalid_argument" for a run that has no latent space */
export function openedLatent(request: OpenRequest): OpenedLatent {
  const opened = openedRun(request);
  const { run, session } = opened;
  if (run.kind !== "latent") {
    throw new WordloomError("invalid_argument", `The run in "${request.run}" is no variational autoencoder and has no latent space; train one with the family vae.`);
  }
  const space = spaces.get(opened) ?? new LatentSpace(run.model, run.tokenizer, run.buffers, session);
  spaces.set(opened, space);
  return { run, opened, space, path: request.run };
}

/** The dimensions of its space. */
export const widthOf = ({ run }: OpenedLatent): number => run.model.latentWidth;
