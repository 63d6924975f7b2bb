// The whole loop on tiny decoders: which texts, in which order, and what it asks of a decoder.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { type GenerationRequest, generateText, type SampleEvent } from "./generate.js";
import { logProbability, Sampler } from "./sampler.js";
import { parseSamplingOptions, type SamplingOptionsInput } from "./sampling_options.js";
import { collect, samples } from "./testing/collect.js";
import { type ReadingState, ReadingDecoder, scrambledLogits, vocabularyDecoder } from "./testing/tiny_decoders.js";

const letters = [..."abcdefgh"];
const size = letters.length;
const asLetters = vocabularyDecoder(letters);

function scrambled(contextLength = Infinity): ReadingDecoder {
  return new ReadingDecoder(size, contextLength, scrambledLogits(size));
}

/** Sample i written alone by the plainest loop there is. */
function writtenAlone(index: number, prompt: number[], input: SamplingOptionsInput, contextLength: number): number[] {
  const options = parseSamplingOptions(input);
  const sampler = new Sampler(size, options);
  const random = new RandomStream(options.seed, `sampling ${index}`);
  const written: number[] = [];
  let read = prompt.length > contextLength ? prompt.slice(-Math.floor(contextLength / 2)) : prompt;
  while (written.length < options.maxTokens) {
    const token = sampler.sample(Float32Array.from(scrambledLogits(size)(read)), 0, random, null);
    written.push(token);
    if (options.endTokens.includes(token)) break;
    read = [...read, token];
    if (read.length > contextLength) read = read.slice(-Math.floor(contextLength / 2));
  }
  return written;
}

describe("samples side by side", () => {
  it("are the same text alone, in a batch, in several batches, and in the plainest loop", async () => {
    for (const contextLength of [Infinity, 12]) {
      const options = { maxTokens: 60, seed: 5, endTokens: [7], temperature: 0.9, topK: 6 };
      const prompt = [1, 2, 3];
      const write = (count: number, batchSize?: number) =>
        samples({
          decoder: scrambled(contextLength),
          prompt,
          incrementalDecoder: asLetters,
          options: { ...options, count },
          batchSize,
        });
      const eight = await write(8);
      const alone = Array.from({ length: 8 }, (_, i) => writtenAlone(i, prompt, options, contextLength));
      expect(eight.map((sample) => sample.tokens)).toEqual(alone);
      expect(new Set(alone.map((tokens) => tokens.length)).size).toBeGreaterThan(3); // the batch did narrow
      for (const count of [1, 2, 5]) expect(await write(count)).toEqual(eight.slice(0, count));
      expect(await write(8, 3)).toEqual(eight);
      expect(await write(8, 1)).toEqual(eight);
    }
  });

  it("share one reading of the prompt, and drop out of the batch when complete", async () => {
    // Row i ends when it has written as many tokens as its first token says.
    const decoder = new ReadingDecoder(size, Infinity, (read) =>
      read.length === 2
        ? letters.map((_, token) => (token >= 1 && token <= 3 ? 0 : -Infinity))
        : letters.map((_, token) => (token === (read.length - 2 < read[2] ? 5 : 0) ? 0 : -Infinity)),
    );
    const written = await samples({
      decoder,
      prompt: [6, 7],
      incrementalDecoder: asLetters,
      options: { count: 5, endTokens: [0], seed: 1 },
    });
    const first = written.map((sample) => sample.tokens[0]);
    expect(written.map((sample) => sample.text)).toEqual(first.map((token) => letters[token] + "f".repeat(token - 1)));
    expect(new Set(first)).toEqual(new Set([1, 2, 3]));
    const going = (steps: number) => first.filter((token) => token >= steps).length;
    expect(decoder.calls.filter((call) => !call.startsWith("select"))).toEqual(
      ["start 1", "step 1x2", "step 5x1", `step ${going(2)}x1`, `step ${going(3)}x1`],
    );
    expect(decoder.calls[2]).toBe("select 0,0,0,0,0");
  });

  it("follow a bigram table as often as it says", async () => {
    const table = [
      [0.1, 0.6, 0.3],
      [0.5, 0.25, 0.25],
      [0.05, 0.15, 0.8],
    ];
    const decoder = new ReadingDecoder(3, Infinity, (read) => table[read[read.length - 1]].map(Math.log));
    const written = await samples({
      decoder,
      prompt: [0],
      incrementalDecoder: asLetters,
      options: { count: 100, maxTokens: 50, seed: 3 },
    });
    const counts = table.map((row) => row.map(() => 0));
    for (const { tokens } of written) tokens.forEach((token, i) => counts[i === 0 ? 0 : tokens[i - 1]][token]++);
    table.forEach((row, from) => {
      const draws = counts[from].reduce((sum, count) => sum + count, 0);
      expect(draws).toBeGreaterThan(500);
      const statistic = row.reduce((sum, p, to) => sum + (counts[from][to] - draws * p) ** 2 / (draws * p), 0);
      expect(statistic).toBeLessThan(13.82); // chi-square, 2 degrees of freedom, 0.001
    });
  });

  it("differ with the seed and between samples", async () => {
    const write = (seed: number) =>
      samples({ decoder: scrambled(), prompt: [0], incrementalDecoder: asLetters, options: { count: 4, maxTokens: 20, seed } });
    const texts = [...(await write(1)), ...(await write(2))].map((sample) => sample.text);
    expect(new Set(texts).size).toBe(8);
  });
});

describe("a full context", () => {
  it("is started anew without end, and a prompt longer than it is read from its tail", async () => {
    const decoder = scrambled(8);
    const prompt = [1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3];
    const options = { maxTokens: 50, count: 2, seed: 2 };
    const written = await samples({ decoder, prompt, incrementalDecoder: asLetters, options });
    expect(written.map((sample) => sample.tokens)).toEqual([0, 1].map((i) => writtenAlone(i, prompt, options, 8)));
    expect(decoder.calls.slice(0, 2)).toEqual(["start 1", "step 1x4"]);
    expect(decoder.calls.filter((call) => call === "step 2x4").length).toBe(9);
  });
});

describe("events", () => {
  it("come at once when no tokens are asked for, without a step", async () => {
    const decoder = scrambled();
    const options = { maxTokens: 0, count: 2, logProbabilities: true };
    expect(await collect({ decoder, prompt: [0], incrementalDecoder: asLetters, options })).toEqual(
      [0, 1].map((i) => ({ type: "sample", sample: i, text: "", tokens: [], finishReason: "length", logProbabilities: [] })),
    );
    expect(decoder.calls).toEqual([]);
  });

  it("come token by token, before the next step", async () => {
    const decoder = scrambled();
    const seen: number[] = [];
    for await (const event of generateText({ decoder, prompt: [0], incrementalDecoder: asLetters, options: { maxTokens: 3 } })) {
      if (event.type === "text") seen.push(decoder.calls.length);
    }
    expect(seen).toEqual([2, 3, 4]);
  });

  it("are not disturbed by a listener who uses the same decoder", async () => {
    const decoder = scrambled();
    const request = { decoder, prompt: [0], incrementalDecoder: asLetters, options: { maxTokens: 12, count: 3 } };
    const undisturbed = await samples({ ...request, decoder: scrambled() });
    const complete: SampleEvent[] = [];
    for await (const event of generateText(request)) {
      await decoder.step(Int32Array.of(1), decoder.start(1));
      if (event.type === "sample") complete[event.sample] = event;
    }
    expect(complete).toEqual(undisturbed);
  });
});

describe("options on the way through", () => {
  it("greedy writes the most probable token each time, the same in every sample", async () => {
    const options = { temperature: 0, maxTokens: 10, count: 2 };
    const written = await samples({ decoder: scrambled(), prompt: [0], incrementalDecoder: asLetters, options });
    expect(written[0].tokens).toEqual(writtenAlone(0, [0], options, Infinity));
    expect(written[1].text).toBe(written[0].text);
  });

  it("the repetition penalty counts the prompt and each row's own text", async () => {
    // All tokens are nearly alike and the penalty is prohibitive: greedy decoding uses each token once.
    const decoder = new ReadingDecoder(5, Infinity, () => [5, 4.9, 4.8, 4.7, 4.6]);
    const options = { temperature: 0, repetitionPenalty: 100, maxTokens: 4, count: 2 };
    const written = await samples({ decoder, prompt: [1], incrementalDecoder: asLetters, options });
    expect(written.map((sample) => sample.tokens)).toEqual([[0, 2, 3, 4], [0, 2, 3, 4]]);
  });

  it("forbidden tokens are never written", async () => {
    const options = { forbiddenTokens: [0, 3, 5], maxTokens: 200 };
    const [sample] = await samples({ decoder: scrambled(), prompt: [0], incrementalDecoder: asLetters, options });
    expect(new Set(sample.tokens)).toEqual(new Set([1, 2, 4, 6, 7]));
  });

  it("log-probabilities are the model's own, whatever the options do to the distribution", async () => {
    const options = { temperature: 0.3, topK: 2, logProbabilities: true, maxTokens: 20, count: 2 };
    const written = await samples({ decoder: scrambled(), prompt: [4], incrementalDecoder: asLetters, options });
    for (const { tokens, logProbabilities } of written) {
      const expected = tokens.map((token, i) => {
        const logits = scrambledLogits(size)([4, ...tokens.slice(0, i)]);
        return logProbability(Float32Array.from(logits), 0, size, token);
      });
      expect(logProbabilities).toEqual(expected);
    }
  });
});

describe("what goes wrong", () => {
  const request = { prompt: [0], incrementalDecoder: asLetters };

  it("is said at once when it is the request", () => {
    const decoder = scrambled();
    const wrong = (changes: Partial<GenerationRequest<ReadingState>>) => () => generateText({ decoder, ...request, ...changes });
    expect(wrong({ options: { temperature: -1 } })).toThrow("The temperature must be 0 or more, but -1 was given");
    expect(wrong({ prompt: [] })).toThrow("The prompt has no tokens");
    expect(wrong({ prompt: [1, 8] })).toThrow(/prompt has the token 8, .* vocabulary of 8 tokens/);
    expect(wrong({ prompt: [-1] })).toThrow("The prompt has the token -1");
    expect(wrong({ options: { endTokens: [9] } })).toThrow("The list of end tokens has the token 9");
    expect(wrong({ options: { forbiddenTokens: [9] } })).toThrow("The forbidden token 9");
    expect(wrong({ batchSize: 0 })).toThrow("The batch size must be a whole number of 1 or more");
    expect(decoder.calls).toEqual([]);
  });

  it("is interrupted by the signal, after what was already written", async () => {
    const controller = new AbortController();
    const decoder = scrambled();
    let text = "";
    const write = async () => {
      for await (const event of generateText({ decoder, ...request, signal: controller.signal })) {
        text += event.text;
        if (text.length === 3) controller.abort(new Error("Ctrl-C"));
      }
    };
    await expect(write()).rejects.toMatchObject({ code: "interrupted", cause: { message: "Ctrl-C" } });
    expect(text).toHaveLength(3);
    expect(decoder.calls).toEqual(["start 1", "step 1x1", "step 1x1", "step 1x1"]);
  });

  it("does not even begin when the signal is aborted already", async () => {
    const decoder = scrambled();
    await expect(collect({ decoder, ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "interrupted" });
    expect(decoder.calls).not.toContain("step 1x1");
  });

  it("stops stepping when the listener leaves", async () => {
    const decoder = scrambled();
    for await (const _ of generateText({ decoder, ...request })) break;
    expect(decoder.calls).toEqual(["start 1", "step 1x1"]);
  });

  it("is told when the model's logits are no numbers", async () => {
    const decoder = new ReadingDecoder(size, Infinity, (read) => letters.map(() => (read.length > 2 ? Number.NaN : 0)));
    await expect(collect({ decoder, ...request })).rejects.toMatchObject({ code: "non_finite_loss" });
  });
});
