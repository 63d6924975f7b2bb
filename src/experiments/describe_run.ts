// A run's sizes in words, for people.

import { sizesOf } from "../api/run_card.js";
import { readRun } from "../api/run_model.js";
import { counted, readable } from "../text/corpus.js";

/** "4 layers, 4 heads, width 128, windows of 64 tokens, 24 at once". */
export function describeRun(path: string): string {
  const run = readRun(path);
  if (run.kind === "latent") {
    const { num_hidden_layers: layers, hidden_size: width, latent_size: latent, model_type } = run.config;
    return `${model_type === "wordloom-vae-recurrent" ? run.config.cell : "transformer"}, ${counted(layers, "layer")}, width ${width}, ${counted(latent, "dimension")} of the latent space`;
  }
  if (run.kind === "pairs") return "";
  const { layers, heads, width } = sizesOf(run.config);
  const { length, rows, adversarial, architecture } = run.settings;
  const sizes = [counted(Number(layers), "layer"), ...(heads === undefined ? [] : [counted(Number(heads), "head")]), `width ${String(width)}`];
  if (!adversarial) return [...sizes, `windows of ${length} tokens`, `${rows} at once`].join(", ");
  return [architecture, ...sizes, `texts of at most ${length} tokens`, `${readable(adversarial.likelihoodSteps)} steps by likelihood`, `${readable(adversarial.rounds)} rounds (${adversarial.estimator})`].join(", ");
}
