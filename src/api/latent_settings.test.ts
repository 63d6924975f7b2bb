// What a variational autoencoder's run is given unasked, and that everything that can be asked for arrives.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import { EncodedPairs } from "../text/pairs/tokenized_pairs.js";
import { readLatentData } from "./latent_data.js";
import { chooseLatentSettings, parseLatentSettings, type ChosenLatentSettings, type LatentFacts } from "./latent_settings.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-latent-settings-"));
  writeFileSync(join(folder, "words.csv"), `text,topic\n${Array.from({ length: 400 }, (_, i) => `${(i * 7919).toString(7)} ${i % 5},${"xyz"[i % 3]}`).join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function chosen(given: Partial<TrainOptionsInput> = {}, facts: Partial<LatentFacts> = {}): Promise<ChosenLatentSettings & { longest: number }> {
  const options = parseTrainOptions({ data: join(folder, "words.csv"), column: "text", family: "vae", threads: 1, ...given });
  const { label = null, validation, stories = null, seed, lowercase } = options;
  const data = await readLatentData({ path: options.data, column: options.column ?? null, label, validation, stories, seed, lowercase });
  const tokenizer = trainCharacterTokenizer(data.train.map(({ target }) => target), Infinity, 1);
  const encoded = new EncodedPairs(data.train, tokenizer, tokenizer);
  const longest = encoded.longest.source;
  const sentences = encoded.within({ maximumSource: longest, maximumTarget: longest });
  return { ...chooseLatentSettings(options, data, sentences, { vocabularySize: tokenizer.vocabularySize, maximumLength: longest, speed: null, ...facts }), longest };
}

describe("a run that was not told how long", () => {
  it("takes fifteen passes over the sentences, but not fewer than 1,500 steps and not more than 4,000", async () => {
    const few = await chosen();
    expect(15 * few.buckets.batches).toBeLessThan(1500);
    expect(few.settings.totalSteps).toBe(1500);
    const some = await chosen({ batchTokens: 50 });
    expect(15 * some.buckets.batches).toBeGreaterThan(1500);
    expect(15 * some.buckets.batches).toBeLessThan(4000);
    expect(some.settings.totalSteps).toBe(15 * some.buckets.batches);
    const many = await chosen({ batchTokens: 1 });
    expect(15 * many.buckets.batches).toBe(15 * 360);
    expect(many.settings.totalSteps).toBe(4000);
    expect((await chosen({ batchTokens: 1, accumulation: 2 })).settings.totalSteps).toBe(15 * 180);
    expect((await chosen({ data: "stories", column: undefined, stories: 600, batchTokens: 1 })).settings.totalSteps).toBe(4000);
  });

  it("says how it ends, and one that was told does not", async () => {
    expect((await chosen()).notices).toContain("Ends after 1,500 steps (--steps, --minutes).");
    for (const told of [await chosen({ steps: 7 }), await chosen({ minutes: 1 }, { speed: { flopsPerSecond: 1e9 } })]) expect(told.notices.join(" ")).not.toContain("Ends after");
  });

  it("ends as it was told otherwise", async () => {
    expect((await chosen({ steps: 7 })).settings).toMatchObject({ totalSteps: 7, totalSeconds: null });
    expect((await chosen({ minutes: 1.5 }, { speed: { flopsPerSecond: 1e9 } })).settings).toMatchObject({ totalSteps: null, totalSeconds: 90 });
  });
});

describe("annealing", () => {
  it("takes a third of the run, a cyclical one all of it, and as many steps as were asked for", async () => {
    expect((await chosen()).settings.annealing).toEqual({ name: "linear", steps: 500, weight: 1, cycles: 4 });
    expect((await chosen({ steps: 100 })).settings.annealing.steps).toBe(34);
    expect((await chosen({ steps: 100, annealing: "logistic" })).settings.annealing).toMatchObject({ name: "logistic", steps: 34 });
    expect((await chosen({ steps: 100, annealing: "cyclical", cycles: 5, beta: 0.5 })).settings.annealing).toEqual({ name: "cyclical", steps: 100, weight: 0.5, cycles: 5 });
    expect((await chosen({ steps: 100, annealingSteps: 12 })).settings.annealing.steps).toBe(12);
    expect((await chosen({ steps: 100, annealing: "none" })).settings.annealing).toMatchObject({ name: "none", steps: 0, weight: 1 });
  });

  it("of a run of so many minutes takes about a third of the steps that these are enough for", async () => {
    const stepsAt = async (minutes: number, flopsPerSecond: number): Promise<number> => (await chosen({ minutes }, { speed: { flopsPerSecond } })).settings.annealing.steps;
    const [one, two, faster] = [await stepsAt(1, 1e10), await stepsAt(2, 1e10), await stepsAt(1, 3e10)];
    expect(one).toBeGreaterThan(1);
    expect(Math.abs(two - 2 * one)).toBeLessThan(3);
    expect(Math.abs(faster - 3 * one)).toBeLessThan(4);
    expect((await chosen({ minutes: 0.001 }, { speed: { flopsPerSecond: 1 } })).settings.annealing.steps).toBe(1);
  });

  it.each<[Partial<TrainOptionsInput>, string]>([
    [{ steps: 3000 }, "Against collapse: the divergence is rising (linear) over 1,000 steps; 0.2 nats free in each dimension."],
    [{ annealing: "none" }, "Against collapse: the divergence is at full weight from the first step on; 0.2 nats free in each dimension."],
    [{ steps: 40, annealing: "cyclical", beta: 2, freeBitsTotal: 3 }, "Against collapse: the divergence is rising 4 times over 40 steps to 2; 3 nats free in all."],
    [{ steps: 40, freeBits: 1, freeBitsTotal: 3 }, "Against collapse: the divergence is rising (linear) over 14 steps; 1 nats free in each dimension, 3 nats free in all."],
    [{ steps: 40, freeBits: 0 }, "Against collapse: the divergence is rising (linear) over 14 steps; no free bits."],
  ])("%j is said in words", async (given, notice) => {
    expect((await chosen(given)).notices).toContain(notice);
  });
});

describe("sizes", () => {
  it("are a recurrent model's unless asked", async () => {
    const { config, settings, notices, longest } = await chosen();
    expect(config).toMatchObject({
      model_type: "wordloom-vae-recurrent", cell: "lstm", num_hidden_layers: 1, hidden_size: 256, embedding_size: 128, latent_size: 32, labels: [], dropout: 0.3, word_dropout: 0, free_bits: 0.2, free_bits_total: 0, max_position_embeddings: longest,
    });
    expect(settings).toMatchObject({ kind: "latent", cell: "lstm", tokensPerBatch: 2048, aggressive: 0, maximumLength: longest, schedule: { learningRate: 2e-3, warmupSteps: 75 } });
    expect(notices[0]).toBe("Chosen for these sentences: 1 layer, width 256, 32 latent dimensions.");
  });

  it("are a Transformer's where it was asked for", async () => {
    const { config, settings } = await chosen({ cell: "transformer" });
    expect(config).toMatchObject({ model_type: "wordloom-vae-transformer", num_hidden_layers: 4, hidden_size: 128, num_attention_heads: 4, intermediate_size: 512, norm_first: true }); // few words
    expect(settings.schedule).toMatchObject({ learningRate: 2e-3, warmupSteps: 75 });
    expect((await chosen({ cell: "transformer", width: 30 })).config).toMatchObject({ hidden_size: 30, num_attention_heads: 3, intermediate_size: 120 });
    expect((await chosen({ width: 20 })).config).toMatchObject({ hidden_size: 20, embedding_size: 20 });
  });

  it("leave the free bits of each dimension out where some are given for all together", async () => {
    expect((await chosen({ freeBitsTotal: 4 })).config).toMatchObject({ free_bits: 0, free_bits_total: 4 });
    expect((await chosen({ freeBitsTotal: 4, freeBits: 0.1 })).config).toMatchObject({ free_bits: 0.1, free_bits_total: 4 });
  });
});

describe("an option", () => {
  it.each<[Partial<TrainOptionsInput>, object]>([
    [{ cell: "gru" }, { cell: "gru" }],
    [{ layers: 2 }, { num_hidden_layers: 2 }],
    [{ width: 64 }, { hidden_size: 64 }],
    [{ embedding: 10 }, { embedding_size: 10 }],
    [{ latent: 5 }, { latent_size: 5 }],
    [{ dropout: 0.2 }, { dropout: 0.2 }],
    [{ dropout: 0 }, { dropout: 0 }],
    [{ wordDropout: 0.4 }, { word_dropout: 0.4 }],
    [{ freeBits: 2 }, { free_bits: 2 }],
    [{ freeBits: 0 }, { free_bits: 0, free_bits_total: 0 }],
    [{ freeBitsTotal: 3 }, { free_bits_total: 3 }],
    [{ label: "topic" }, { labels: ["x", "y", "z"] }],
    [{ context: 99 }, { max_position_embeddings: 99 }],
    [{ cell: "transformer", heads: 8 }, { num_attention_heads: 8 }],
    [{ cell: "transformer", feedForward: 33 }, { intermediate_size: 33 }],
    [{ cell: "transformer", norm: "post" }, { norm_first: false }],
  ])("%j stands in config.json", async (given, expected) => {
    expect((await chosen(given)).config).toMatchObject(expected);
  });

  it.each<[Partial<TrainOptionsInput>, object]>([
    [{ cell: "gru" }, { cell: "gru" }],
    [{ annealing: "logistic" }, { annealing: { name: "logistic" } }],
    [{ annealingSteps: 9 }, { annealing: { steps: 9 } }],
    [{ annealing: "cyclical", cycles: 2 }, { annealing: { cycles: 2 } }],
    [{ beta: 0 }, { annealing: { weight: 0 } }],
    [{ aggressive: 5 }, { aggressive: 5 }],
    [{ batchTokens: 300 }, { tokensPerBatch: 300 }],
    [{ label: "topic" }, { data: { label: "topic" } }],
    [{ column: "topic" }, { data: { column: "topic", label: null } }],
    [{ validation: 7 }, { data: { validation: 7, validationSha256: null } }],
    [{ lowercase: true }, { data: { lowercase: true } }],
    [{ data: "stories", column: undefined, stories: 50 }, { data: { file: "stories", column: null, stories: 50 } }],
    [{}, { data: { file: "words.csv", lowercase: false, stories: null, validation: 0.1 } }],
    [{ accumulation: 3 }, { accumulation: 3 }],
    [{ optimizer: "sgd", momentum: 0.5 }, { optimizer: { name: "sgd", momentum: 0.5, weightDecay: 0 } }],
    [{ lr: 0.01, minimumLr: 0.001, warmup: 3, schedule: "linear" }, { schedule: { name: "linear", learningRate: 0.01, minimumLearningRate: 0.001, warmupSteps: 3 } }],
    [{ weightDecay: 0.2 }, { optimizer: { weightDecay: 0.2 } }],
    [{ clip: 0 }, { clipNorm: null }],
    [{ evaluateEvery: 13 }, { evaluateEvery: 13 }],
    [{ seed: 5 }, { seed: 5 }],
  ])("%j stands in the settings", async (given, expected) => {
    expect((await chosen(given)).settings).toMatchObject(expected);
  });
});

describe("settings", () => {
  it("come back from disk as they were", async () => {
    for (const given of [{}, { label: "topic", annealing: "cyclical", aggressive: 2, validation: 9 }] as const) {
      const { settings } = await chosen(given);
      expect(parseLatentSettings(JSON.parse(JSON.stringify(settings)), "It")).toEqual(settings);
    }
  });

  it.each<[string, object]>([
    ["kind", { kind: "pairs" }],
    ["cell", { cell: "cnn" }],
    ["maximumLength", { maximumLength: 1 }],
    ["annealing", { annealing: undefined }],
    ["aggressive", { aggressive: -1 }],
    ["data", { data: null }],
    ["totalSteps", { totalSteps: undefined }],
  ])("without a good %s are refused, and it is named", async (field, change) => {
    const { settings } = await chosen();
    expect(() => parseLatentSettings({ ...settings, ...change }, '"config.json"')).toThrow(expect.objectContaining({ code: "invalid_run", message: `"config.json" lacks the settings that resuming needs ("${field}"); train again.` }));
  });
});
