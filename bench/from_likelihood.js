// Begins an adversarial run where a run by likelihood alone ended, as if it had been one run: their likelihood training is the same.

import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param likelihood the folder of the finished run, trained with --rounds 0 --discriminator-steps 0
 * @param folder of the run to begin; nothing is done if it is there
 * @param changes fields of the adversarial settings in config.json
 */
export function beginFromLikelihood(likelihood, folder, changes) {
  if (existsSync(folder)) return;
  cpSync(likelihood, folder, { recursive: true });
  rmSync(join(folder, "training_state", "lock"), { force: true });
  const file = join(folder, "config.json");
  const config = JSON.parse(readFileSync(file, "utf8"));
  const settings = config.wordloom_training;
  const adversarial = { ...settings.adversarial, ...changes };
  const { likelihoodSteps, discriminatorSteps, rounds } = adversarial;
  config.wordloom_training = { ...settings, totalSteps: likelihoodSteps + discriminatorSteps + rounds, adversarial };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}
