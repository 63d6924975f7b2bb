// What tiny runs of the built library write, measured.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";

const { generateStories, load, storyEntropy, train } = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Library;

let folder: string;
const file = (name: string): string => join(folder, name);
const stories = (count: number, seed: number): string[] => generateStories(count, seed).map(({ text }) => text);
const verse = (seed: number): string => stories(30, seed).map((text) => text.slice(0, 20)).join("\n");

async function withModel<Result>(run: string, use: (model: Library.Model) => Promise<Result>): Promise<Result> {
  const model = await load(file(run), { threads: 1 });
  return use(model).finally(() => model.release());
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-samples-"));
  writeFileSync(file("held.txt"), stories(60, 5).join("\n"));
  writeFileSync(file("verse.txt"), verse(6));
  writeFileSync(file("more.txt"), verse(7));
  const tiny = { width: 16, threads: 1, steps: 4 } as const;
  await train({ ...tiny, data: "stories", stories: 60, family: "gru", context: 40, out: file("gru") }).result;
  await train({ ...tiny, data: "stories", stories: 60, family: "gru", tokenizer: "character", context: 40, out: file("letters") }).result;
  await train({ ...tiny, data: file("verse.txt"), lines: false, family: "gru", context: 16, out: file("stream") }).result;
  await train({ ...tiny, data: file("held.txt"), family: "vae", out: file("vae") }).result;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what a run writes", () => {
  it("is measured beside as many real texts, and is the same again", async () => {
    await withModel("gru", async (model) => {
      const first = await model.evaluateSamples(file("held.txt"), { samples: 12, seed: 3 });
      expect(first).toMatchObject({ unit: "texts", trainingFile: "stories", generated: { samples: 12, references: 30 }, real: { samples: 12 } });
      expect(first.texts.length).toBe(12);
      const inOrder = await model.generate({ count: 12, seed: 3, maxTokens: 300 }).result; // complete ones first
      const byNumber = inOrder.toSorted((a, b) => a.sample - b.sample).map(({ text }) => text.trim());
      first.texts.forEach((text, i) => expect(byNumber[i].startsWith(text)).toBe(true));
      expect(first.stories!.wellFormed.value).toBe(0);
      expect(first.stories!.entropy).toBe(storyEntropy());
      const second = await model.evaluateSamples(file("held.txt"), { samples: 12, seed: 3 });
      const { seconds: _a, tokensPerSecond: _b, ...same } = first;
      expect(second).toMatchObject(same);
      const other = await model.evaluateSamples(file("held.txt"), { samples: 12, seed: 4 });
      expect(other.texts).not.toEqual(first.texts);
    });
  });

  it("is cut into lines where one long text was learnt", async () => {
    await withModel("stream", async (model) => {
      const { unit, texts, notices, cutOff } = await model.evaluateSamples(file("more.txt"), { samples: 20 });
      expect(unit).toBe("lines");
      expect(cutOff).toBeNull();
      expect(texts.every((text) => !text.includes("\n"))).toBe(true);
      expect(notices.join()).not.toContain("Copies were not looked for"); // the training text lies beside the data
    });
  });

  it("is written from points of the prior by a variational autoencoder", async () => {
    await withModel("vae", async (model) => {
      const { generated, notices } = await model.evaluateSamples(file("held.txt"), { samples: 8, training: file("more.txt") });
      expect(generated.samples).toBe(8);
      expect(notices).toContainEqual(expect.stringContaining("is the text that the run learnt from"));
      expect(notices).toContainEqual(expect.stringContaining("is not the text that the run learnt from"));
    });
  });
});

describe("the loss over a text", () => {
  it("has an interval around it, and of stories an exact floor below it", async () => {
    await withModel("letters", async (model) => {
      const { loss, perplexity, bitsPerCharacter, intervals, floor, tokens, samples, unknownShare } = await model.evaluate(file("held.txt"), { lines: true });
      for (const [value, { low, high }] of [[loss, intervals.loss], [perplexity, intervals.perplexity], [bitsPerCharacter, intervals.bitsPerCharacter]] as const) {
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
      }
      expect(unknownShare).toBe(0);
      expect(floor!.model).toBeCloseTo((loss * tokens) / samples, 9);
      expect(floor!.above).toBeCloseTo(floor!.model - floor!.source, 9);
      expect(floor!.above).toBeGreaterThan(0);
    });
  });

  it("has no floor where words are unknown, since <unk> is cheaper than a word", async () => {
    await withModel("gru", async (model) => {
      const { floor, unknownShare } = await model.evaluate(file("held.txt"), { lines: true });
      expect(unknownShare > 0 && unknownShare < 1).toBe(true);
      expect(floor).toBeUndefined();
    });
  });

  it("has no floor where texts are no stories", async () => {
    await withModel("stream", async (model) => expect((await model.evaluate(file("more.txt"))).floor).toBeUndefined());
  });
});
