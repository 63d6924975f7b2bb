// Gathers what the README.md of a generator that learnt against a discriminator says of it.

import { parseDiscriminatorConfig } from "../models/discriminator_config.js";
import { modelCard, type CardValue } from "../training/model_card.js";
import { bestOf, commonContents, commonFlags, commonHyperparameters, dropoutOf, sizesOf, type CardContents } from "./run_card.js";
import type { AdversarialSettings, TrainingSettings } from "./training_settings.js";

export interface AdversarialCardContents extends CardContents {
  readonly settings: TrainingSettings & { readonly adversarial: AdversarialSettings };
}

/** Options that every family has but this one. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["accumulation", "steps", "evaluate-every"]);

function settingsOf({ adversarial }: AdversarialCardContents["settings"]): Record<string, CardValue> {
  const { estimator, penalty } = adversarial;
  const { kind } = parseDiscriminatorConfig(adversarial.discriminator, "The run's config.json");
  return {
    discriminator: kind,
    estimator,
    objective: adversarial.objective,
    ...(estimator === "policy" ? { "roll-outs": adversarial.rollOuts, baseline: adversarial.baseline } : { "final-temperature": adversarial.finalTemperature }),
    ...(penalty ? { "gradient-penalty": penalty.kind, "penalty-weight": penalty.weight } : {}),
    "likelihood-steps": adversarial.likelihoodSteps,
    "discriminator-steps": adversarial.discriminatorSteps,
    rounds: adversarial.rounds,
    "generator-updates": adversarial.generatorUpdates,
    "discriminator-updates": adversarial.discriminatorUpdates,
    "likelihood-updates": adversarial.likelihoodUpdates,
    "adversarial-lr": adversarial.adversarialRate,
    "discriminator-lr": adversarial.discriminatorRate,
  };
}

/** The command that begins the same run again, every setting spelled out. */
export function adversarialCommand({ config, settings, tokenizer }: Pick<AdversarialCardContents, "config" | "settings" | "tokenizer">): string[] {
  const { data, adversarial, architecture } = settings;
  const transformer = architecture === "gpt2" || architecture === "llama";
  const { context: _, ...sizes } = sizesOf(config);
  const asked = { column: data.column, label: data.label ?? null, stories: data.stories };
  const flags: [string, CardValue][] = [
    ["family", "gan"],
    ["cell", transformer ? "transformer" : architecture],
    ...(transformer ? ([["dialect", architecture]] as [string, CardValue][]) : []),
    ...Object.entries(sizes),
    ["context", settings.length],
    ["dropout", dropoutOf(config)],
    ["batch", settings.rows],
    ["tokenizer", tokenizer.kind === "byte_pair" ? "bpe" : tokenizer.kind],
    ["vocabulary", tokenizer.vocabularySize],
    ["validation", data.validation],
    ...Object.entries(settingsOf(settings)),
    ...commonFlags(settings).filter(([name]) => !NOT_TAKEN.has(name)),
    ...Object.entries(asked).flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, CardValue]])),
  ];
  const { spectral_norm: spectral } = parseDiscriminatorConfig(adversarial.discriminator, "The run's config.json");
  const switches = [...(adversarial.lowercase ? ["--lowercase"] : []), ...(spectral ? ["--spectral-norm"] : [])];
  return ["npx", "wordloom", "train", data.file, ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]), ...switches];
}

/** Writes README.md into the run folder. */
export function writeAdversarialCard(contents: AdversarialCardContents): void {
  const { folder, config, settings, data, end } = contents;
  const best = bestOf(contents);
  const measured = best ? { "BLEU-3 at the best step": best.sampleBleu, "BLEU-3 of real texts against drawn ones": best.sampleBackwardBleu, "Self-BLEU-3": best.sampleSelfBleu, "Self-BLEU-3 of real texts": best.realSelfBleu } : {};
  folder.writeModelCard(
    modelCard({
      ...commonContents(contents, data.corpus, data.split.description),
      family: `gan ${settings.architecture}`,
      task: "text-generation",
      transformersClass: (config.architectures as readonly string[] | undefined)?.[0] ?? null,
      sizes: sizesOf(config),
      hyperparameters: {
        ...commonHyperparameters(settings),
        ...settingsOf(settings),
        "texts a batch": settings.rows,
        dropout: dropoutOf(config),
        seed: settings.seed,
        ...(end.judgedBy ? { "best weights chosen by": end.judgedBy } : {}),
        ...Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, Number(value.toFixed(4))])),
      },
      best: best ? { step: best.step, trainLoss: best.trainLoss, validationLoss: best.validationLoss, bitsPerCharacter: null } : null,
      command: adversarialCommand(contents),
    }),
  );
}
