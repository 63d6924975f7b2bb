// A variational autoencoder's task before its first step, what it says, and that a run that was cut short goes on as it would have.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import { generateStories } from "../text/stories/index.js";
import type { PairBatcher } from "../text/pairs/pair_batcher.js";
import type { TrainingEvent } from "../training/events.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { RunFolder } from "../training/run_folder.js";
import { partOfParameter } from "./latent_course.js";
import type { LatentSettings } from "./latent_settings.js";
import { beginLatentTask } from "./latent_task.js";
import { readRun } from "./run_model.js";
import type { RunTask } from "./run_task.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";
import { trainJob } from "./train_job.js";

let folder: string;
const file = (name: string): string => join(folder, name);
const write = (name: string, lines: readonly string[]): string => {
  writeFileSync(file(name), `${lines.join("\n")}\n`);
  return file(name);
};

const ANIMALS = ["cat", "dog", "bird", "cow", "fox"];
const DEEDS = ["sees", "hears", "follows", "meets"];
const SENTENCES = DEEDS.flatMap((deed) => ANIMALS.flatMap((one) => ANIMALS.map((other) => `the ${one} ${deed} the ${other}`)));
const LONG = "the cat sees the dog and the bird and the cow and the fox";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-latent-task-"));
  write("sentences.txt", SENTENCES);
  write("deeds.csv", ["sentence,deed", ...SENTENCES.map((sentence) => `${sentence},${sentence.split(" ")[2]}`)]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Begun {
  readonly task: RunTask;
  readonly settings: LatentSettings;
  readonly notices: string[];
  readonly asked: string[];
}

async function begun(given: Partial<TrainOptionsInput> = {}): Promise<Begun> {
  const notices: string[] = [];
  const asked: string[] = [];
  const options = parseTrainOptions({ data: file("sentences.txt"), family: "vae", threads: 1, steps: 2, width: 8, ...given });
  const speed = async (): Promise<{ flopsPerSecond: number }> => (asked.push("speed"), { flopsPerSecond: 1e9 });
  const task = await beginLatentTask(options, (name) => void asked.push(name), speed, (message) => void notices.push(message));
  return { task, settings: task.settings as LatentSettings, notices, asked };
}

const vocabularyOf = ({ task }: Begun): string[] => {
  const run = RunFolder.create(join(mkdtempSync(join(folder, "vocabulary-")), "run"));
  try {
    task.writeFiles(run);
    return Object.keys((JSON.parse(run.readTokenizer()) as { model: { vocab: Record<string, number> } }).model.vocab);
  } finally {
    run.release();
  }
};

describe("the tokens", () => {
  it("are words of sentences", async () => {
    const vocabulary = vocabularyOf(await begun());
    expect(vocabulary.some((token) => token.includes("follows"))).toBe(true);
    expect(vocabulary).toHaveLength((await begun()).task.vocabularySize);
  });

  it.each<[string, readonly string[]]>([
    ["numbers", [..."0123456789"].map((digit) => `+49 30 ${digit}27 ${digit}91`)],
    ["names", ["emma", "olivia", "ava", "isabella", "sophia", "charlotte", "mia", "amelia", "harper", "evelyn", "abigail", "emily"]],
    ["Thai", Array.from({ length: 12 }, (_, i) => `แมวดำนอนหลับอยู่บนเตียงของเด็กน้อยที่บ้านหลังใหญ่ริมแม่น้ำสายยาว${"กขคงจฉ"[i % 6]}`)],
  ])("are characters of %s", async (_, lines) => {
    const tokens = vocabularyOf(await begun({ data: write("spelled.txt", lines) })).filter((token) => !token.startsWith("<"));
    expect(tokens.length).toBeGreaterThan(10);
    for (const token of tokens) expect([...token]).toHaveLength(1);
  });

  it("are what was asked for", async () => {
    for (const token of vocabularyOf(await begun({ tokenizer: "character" })).filter((token) => !token.startsWith("<"))) expect([...token]).toHaveLength(1);
    const pairs = await begun({ tokenizer: "bpe", vocabulary: 280 });
    expect(pairs.task.vocabularySize).toBeLessThanOrEqual(280);
    expect(pairs.task.vocabularySize).toBeGreaterThan(256);
  });

  it("of the stories are all words, however rare", async () => {
    const { task, notices } = await begun({ data: "stories", stories: 300, validation: 1 });
    const trained = new Set(generateStories(300, 1).flatMap(({ text }) => text.match(/[A-Za-z]+/g)!));
    expect(task.vocabularySize).toBeGreaterThan(trained.size * 0.9);
    expect(notices.join(" ")).not.toContain("to learn from of more than");
  });
});

describe("sentences that are too long", () => {
  it("are left out of both parts, which is said", async () => {
    const data = write("long.txt", [...SENTENCES, LONG, `${LONG} and the cat`]);
    const held = write("held.txt", [SENTENCES[3], LONG, SENTENCES[7], LONG, LONG]);
    const { task, settings, notices } = await begun({ data, validation: held, context: 8 });
    expect(notices).toContain("Left out 2 sentences to learn from of more than 7 tokens (--context).");
    expect(notices).toContain("Left out 3 sentences of the validation part of more than 7 tokens (--context).");
    expect(settings.maximumLength).toBe(8);
    expect(task.config).toMatchObject({ max_position_embeddings: 8 });
    expect(task.trainingTokens).toBe(6 * SENTENCES.length); // five words and the end
    expect(task.validationTokens).toBe(6 * 2);
  });

  it("are those over 128 positions unless told, and none where all are short", async () => {
    const data = write("longest.txt", [...SENTENCES, "the cat ".repeat(64).trim()]);
    expect((await begun({ data, validation: file("sentences.txt") })).notices).toContain("Left out 1 sentence to learn from of more than 127 tokens (--context).");
    const { notices, settings } = await begun();
    expect(notices.join(" ")).not.toContain("Left out");
    expect(settings.maximumLength).toBe(6);
  });

  it("in the validation part may be as long as the model was asked to hold", async () => {
    const held = write("held.txt", [SENTENCES[3], LONG]);
    const { notices, task } = await begun({ validation: held, context: 20 });
    expect(notices.join(" ")).not.toContain("Left out");
    expect(task.config).toMatchObject({ max_position_embeddings: 20 });
    expect(task.validationTokens).toBe(6 + LONG.split(" ").length + 1);
  });
});

describe("a task", () => {
  it("tells of its labels, which its model and its batches have", async () => {
    const { task, notices } = await begun({ data: file("deeds.csv"), label: "deed", validation: 4 });
    expect(notices).toContainEqual(expect.stringMatching(/^Told 4 labels apart: follows \(\d+\), hears \(\d+\), meets \(\d+\), sees \(\d+\)\.$/));
    expect(task.config).toMatchObject({ labels: ["follows", "hears", "meets", "sees"] });
    expect(task.model.batchFields).toHaveProperty("labels");
    const batch = (task.batcher as PairBatcher).next();
    expect(batch.labels).toHaveLength(batch.shape.rows);
    expect(new Set(batch.labels).size).toBeGreaterThan(1);
    const without = await begun();
    expect(without.notices.join(" ")).not.toContain("apart");
    expect(without.task.model.batchFields).not.toHaveProperty("labels");
  });

  it("says what the training text never has", async () => {
    const { notices } = await begun({ validation: write("held.txt", [SENTENCES[0], "the zebra sees the cat"]) });
    expect(notices.some((message) => message.startsWith("The validation part has 1 word that the training text never has") && message.includes("zebra"))).toBe(true);
  });

  it("looks at the folder first, and measures the machine only where minutes ask for it", async () => {
    expect((await begun()).asked).toEqual(["sentences"]);
    expect((await begun({ steps: undefined, minutes: 1 })).asked).toEqual(["sentences", "speed"]);
  });

  it("knows the tokenizer's own tokens, and how many there are", async () => {
    const { task } = await begun({ cell: "gru" });
    expect(task.config).toMatchObject({ vocab_size: task.vocabularySize, pad_token_id: 0, bos_token_id: 1, eos_token_id: 2 });
    expect(task.architecture).toBe("vae gru");
  });

  it("has parts only where they learn in turns", async () => {
    expect((await begun()).task.partOf).toBeUndefined();
    const { task } = await begun({ aggressive: 2 });
    for (const name of nameParameters(task.model).keys()) expect(task.partOf!(name)).toBe(partOfParameter(name));
  });
});

describe("a run with labels, turns and dropped words", () => {
  const signal = new AbortController().signal;
  const given = (out: string): object => ({
    data: file("deeds.csv"), label: "deed", family: "vae", cell: "gru", out: file(out), threads: 1, steps: 8, evaluateEvery: 2, width: 8, latent: 3, batchTokens: 120, aggressive: 2, wordDropout: 0.3, annealing: "cyclical", cycles: 2, lr: 0.02,
  });
  const metricsOf = (run: string): MetricsLine[] => RunFolder.open(file(run)).readMetrics().map((line) => ({ ...line, seconds: 0, tokensPerSecond: 0 }));

  it("that is interrupted and resumed ends as if it never had been", async () => {
    await trainJob(given("whole"), () => undefined, signal);
    const controller = new AbortController();
    const events: TrainingEvent[] = [];
    let evaluations = 0;
    await trainJob(given("cut"), (event) => (events.push(event), event.type === "evaluation" && ++evaluations === 2 && controller.abort()), controller.signal);
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "interrupted", step: 4 });
    expect(metricsOf("cut")).toHaveLength(2);
    await trainJob({ data: file("deeds.csv"), out: file("cut"), family: "vae", resume: true }, () => undefined, signal);
    expect(metricsOf("cut")).toEqual(metricsOf("whole"));
    const weights = (run: string) => readFileSync(RunFolder.open(file(run)).files.weights);
    expect(weights("cut").equals(weights("whole"))).toBe(true);
    for (const line of metricsOf("whole")) {
      for (const name of ["trainDivergence", "trainReconstruction", "validationDivergence", "validationReconstruction", "validationMutualInformation", "validationActiveUnits"]) expect(line[name]).toEqual(expect.any(Number));
    }
    const run = readRun(file("whole"));
    expect(run).toMatchObject({ kind: "latent", config: { labels: ["follows", "hears", "meets", "sees"], word_dropout: 0.3 }, settings: { aggressive: 2, data: { label: "deed" } } });
    const samples = events.filter((event) => event.type === "evaluation").map(({ sample }) => sample.split("\n"));
    for (const lines of samples) {
      expect(lines).toHaveLength(4);
      for (const line of lines.slice(0, 2)) expect(SENTENCES).toContain(line.split(" → ")[0]);
      for (const line of lines.slice(2)) expect(line.startsWith("∼ ")).toBe(true);
    }
  });

  it("is not resumed with other data", async () => {
    const other = write("other.csv", ["sentence,deed", ...SENTENCES.slice(1).map((sentence) => `${sentence},${sentence.split(" ")[2]}`)]);
    await expect(trainJob({ data: other, out: file("whole"), family: "vae", resume: true, steps: 10 }, () => undefined, signal)).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("resume with the same file") });
  });
});
