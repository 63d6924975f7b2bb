// What a generator against a discriminator is given unasked, and that everything that can be asked for arrives.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import { tokenize } from "../text/tokenized.js";
import { chooseAdversarialSettings, lengthOfTexts, type ChosenAdversarialSettings } from "./adversarial_settings.js";
import { readLatentData } from "./latent_data.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";
import { settingsSchema, type MachineSpeed } from "./training_settings.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-adversarial-settings-"));
  // One text in two hundred is much longer than the others.
  writeFileSync(join(folder, "words.csv"), `text,topic\n${Array.from({ length: 400 }, (_, i) => `${"abcdefgh".slice(0, 3 + (i % 5)).repeat(i % 200 === 7 ? 40 : 1)},${"xyz"[i % 3]}`).join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function chosen(given: Partial<TrainOptionsInput> = {}, speed: MachineSpeed | null = null): Promise<ChosenAdversarialSettings & { readonly vocabularySize: number }> {
  const options = parseTrainOptions({ data: join(folder, "words.csv"), column: "text", family: "gan", threads: 1, ...given });
  const { label = null, validation, stories = null, seed, lowercase } = options;
  const data = await readLatentData({ path: options.data, column: options.column ?? null, label, validation, stories, seed, lowercase });
  const texts = data.train.map(({ target }) => target);
  const tokenizer = trainCharacterTokenizer(texts, Infinity, 1);
  const tokenized = tokenize(tokenizer, "samples", texts);
  if (tokenized.kind !== "samples") throw new Error("Lines are samples.");
  const { vocabularySize } = tokenizer;
  return { ...chooseAdversarialSettings(options, data, tokenized.samples, { length: lengthOfTexts(options, tokenized.samples), vocabularySize, speed }), vocabularySize };
}

describe("a run that was not told how long", () => {
  it("takes fifteen passes by likelihood, 500 steps at least and 4,000 at most, a tenth of the discriminator, and a hundred rounds", async () => {
    const few = (await chosen()).settings;
    expect(few.adversarial).toMatchObject({ likelihoodSteps: 500, discriminatorSteps: 50, rounds: 100, evaluateEvery: { likelihood: 63, rounds: 10 } });
    expect(few).toMatchObject({ totalSteps: 650, totalSeconds: null });
    expect((await chosen({ batch: 8 })).settings.adversarial).toMatchObject({ likelihoodSteps: 15 * 45, discriminatorSteps: 68 });
    expect((await chosen({ batch: 1 })).settings.adversarial.likelihoodSteps).toBe(4000);
  });

  it("takes as many as it was told", async () => {
    const { settings, notices } = await chosen({ likelihoodSteps: 20, discriminatorSteps: 0, rounds: 3, generatorUpdates: 2, discriminatorUpdates: 0, likelihoodUpdates: 4 });
    expect(settings.adversarial).toMatchObject({ likelihoodSteps: 20, discriminatorSteps: 0, rounds: 3, generatorUpdates: 2, discriminatorUpdates: 0, likelihoodUpdates: 4, evaluateEvery: { likelihood: 3, rounds: 1 } });
    expect(settings.totalSteps).toBe(23);
    expect(notices).toEqual(["Learns from texts of at most 7 tokens: 20 steps by likelihood, 0 of the discriminator (cnn), 3 rounds of both (policy gradient with roll-outs; in a round 2 updates of the generator, 4 by likelihood, 0 of the discriminator)."]);
  });

  it("by minutes takes what these are enough for, more on a faster machine, fewer rounds with more roll-outs", async () => {
    const speed = { flopsPerSecond: 1e9 };
    const { totalSteps, totalSeconds, adversarial: slow } = (await chosen({ minutes: 1.5 }, speed)).settings;
    expect({ totalSteps, totalSeconds }).toEqual({ totalSteps: null, totalSeconds: 90 });
    const fast = (await chosen({ minutes: 1.5 }, { flopsPerSecond: 1e10 })).settings.adversarial;
    expect(fast.likelihoodSteps / slow.likelihoodSteps).toBeCloseTo(10, 0);
    expect(fast.rounds).toBeGreaterThan(slow.rounds);
    expect((await chosen({ minutes: 1.5, rollOuts: 64 }, { flopsPerSecond: 1e10 })).settings.adversarial.rounds).toBeLessThan(fast.rounds);
    expect((await chosen({ minutes: 1e-6 }, speed)).settings.adversarial).toMatchObject({ likelihoodSteps: 20, rounds: 5 });
  });
});

describe("the texts", () => {
  it("are as long as all but one in a hundred, or as was asked", async () => {
    expect((await chosen()).settings.length).toBe(8);
    expect((await chosen({ context: 5 })).settings.length).toBe(5);
  });

  it("are never more in a batch than there are", async () => {
    expect((await chosen()).settings.rows).toBe(64);
    expect((await chosen({ batch: 9 })).settings.rows).toBe(9);
    expect((await chosen({ batch: 5000 })).settings).toMatchObject({ rows: 360, evaluationRows: 360 });
  });

  it("with labels have a token more for each, and the discriminator a label more for none", async () => {
    const plain = await chosen();
    const told = await chosen({ label: "topic" });
    expect(plain.config).toMatchObject({ vocab_size: plain.vocabularySize });
    expect(told.config).toMatchObject({ vocab_size: plain.vocabularySize + 3 });
    expect(plain.settings.adversarial.discriminator).toMatchObject({ vocab_size: plain.vocabularySize, label_count: 0 });
    expect(told.settings.adversarial.discriminator).toMatchObject({ vocab_size: plain.vocabularySize, label_count: 4 });
    expect(told.settings.data.label).toBe("topic");
  });
});

describe("the networks", () => {
  it.each<[Partial<TrainOptionsInput>, string, object]>([
    [{}, "lstm", { hidden_size: 256 }],
    [{ cell: "gru", width: 24, embedding: 6, layers: 2 }, "gru", { hidden_size: 24 }],
    [{ cell: "transformer" }, "gpt2", { model_type: "gpt2", n_embd: 128, n_layer: 3, n_head: 4 }],
    [{ cell: "transformer", dialect: "llama", width: 32, heads: 4, keyValueHeads: 2 }, "llama", { model_type: "llama", hidden_size: 32, num_attention_heads: 4, num_key_value_heads: 2 }],
  ])("are generators of their cell, %j", async (given, architecture, sizes) => {
    const { config, settings } = await chosen(given);
    expect(settings.architecture).toBe(architecture);
    expect(config).toMatchObject(sizes);
  });

  it("play for what suits how the verdict arrives, unless asked otherwise", async () => {
    const objective = async (given: Partial<TrainOptionsInput>): Promise<string> => (await chosen(given)).settings.adversarial.objective;
    expect(await objective({})).toBe("standard");
    expect(await objective({ estimator: "gumbel" })).toBe("relativistic");
    expect(await objective({ estimator: "gumbel", objective: "hinge" })).toBe("hinge");
  });

  it("are held back only where that was asked", async () => {
    expect((await chosen()).settings.adversarial).toMatchObject({ penalty: null, discriminator: { spectral_norm: false } });
    expect((await chosen({ gradientPenalty: "r1", spectralNorm: true })).settings.adversarial).toMatchObject({ penalty: { kind: "r1", weight: 1 }, discriminator: { spectral_norm: true } });
    expect((await chosen({ gradientPenalty: "interpolated", penaltyWeight: 10 })).settings.adversarial.penalty).toEqual({ kind: "interpolated", weight: 10 });
  });

  it("learn at a tenth of the likelihood's rate in rounds, or as asked", async () => {
    const rates = async (given: Partial<TrainOptionsInput>): Promise<number[]> => {
      const { schedule, adversarial } = (await chosen(given)).settings;
      return [schedule.learningRate, adversarial.adversarialRate, adversarial.discriminatorRate];
    };
    expect(await rates({})).toEqual([2e-3, 2e-4, 1e-3]);
    expect(await rates({ cell: "transformer" })).toEqual([1e-3, 1e-4, 1e-3]);
    expect(await rates({ lr: 0.5, discriminatorLr: 0.25 })).toEqual([0.5, 0.05, 0.25]);
    expect(await rates({ adversarialLr: 0.125 })).toEqual([2e-3, 0.125, 1e-3]);
  });
});

it("the settings are read again as they were written, in the same order", async () => {
  for (const given of [{}, { label: "topic", gradientPenalty: "r1" as const, lowercase: true }, { estimator: "gumbel" as const, finalTemperature: 0.2, cell: "transformer" as const }]) {
    const { settings } = await chosen(given);
    const written = JSON.stringify(settings);
    expect(JSON.stringify(settingsSchema.parse(JSON.parse(written)))).toBe(written);
  }
});
