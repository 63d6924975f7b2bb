// Traced models that read sources: step by step and in beams they give what plain numbers give.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { smallModel } from "../testing/small_models.js";
import { beamSearch } from "./beam_search.js";
import { ProgramDecoder, type ProgramState } from "./program_decoder.js";
import { attendingSourceModel, recurrentSourceModel, SOURCE_VOCABULARY, VOCABULARY, type TracedSourceModel } from "./testing/traced_source_models.js";

const CONTEXT = 40;
const random = new RandomStream(1, "source decoding");
const draw = (length: number, vocabulary: number): number[] => Array.from({ length }, () => random.integer(vocabulary));
/** Sources of several lengths; id 0 is padding, so none has it. */
const sources = [4, 1, 7, 2, 7].map((length) => draw(length, SOURCE_VOCABULARY - 1).map((id) => id + 1));
const texts = sources.map(() => draw(CONTEXT, VOCABULARY));

const compile = ({ graph, buffers }: TracedSourceModel): Promise<ProgramDecoder> => ProgramDecoder.compile(graph, buffers, nodeBackend, TEST_SESSION);

describe.each([
  ["a hidden state that is replaced", recurrentSourceModel()],
  ["keys that are appended", attendingSourceModel(CONTEXT)],
  ["keys that are appended, with a prefill", attendingSourceModel(CONTEXT, true)],
])("a source model with %s", (_, model) => {
  let decoder: ProgramDecoder;
  beforeAll(async () => {
    decoder = await compile(model);
  });
  afterAll(() => decoder.release());

  /** Feeds positions `from` up to, not including, `to` of the given rows' texts and checks what comes after. */
  async function feed(state: ProgramState, rows: readonly number[], from: number, to: number): Promise<ProgramState> {
    const stepped = await decoder.step(Int32Array.from(rows.flatMap((row) => texts[row].slice(from, to))), state);
    const expected = rows.flatMap((row) => model.logProbabilities(sources[row], texts[row].slice(0, to)));
    expectClose(stepped.logits, expected, `log-probabilities of ${rows.join(", ")} after ${to} tokens`, 1e-4);
    expect([stepped.state.rows, stepped.state.length]).toEqual([rows.length, to]);
    return stepped.state;
  }

  const all = [0, 1, 2, 3, 4];

  it("gives log-probabilities token by token, however far the caches have to grow", async () => {
    expect(decoder.givesLogProbabilities).toBe(true);
    let state = await decoder.encode(sources);
    expect([state.rows, state.length]).toEqual([5, 0]);
    for (let t = 0; t < CONTEXT; t++) state = await feed(state, all, t, t + 1);
  });

  it("gives them after several tokens at once", async () => {
    let state = await feed(await decoder.encode(sources), all, 0, 19);
    state = await feed(state, all, 19, 21);
    await feed(state, all, 21, CONTEXT);
  });

  it("gives one source what it gives it among others", async () => {
    for (const row of all) await feed(await feed(await decoder.encode([sources[row]]), [row], 0, 1), [row], 1, 2);
  });

  it("selects rows, exchanges beams of a source, drops sources", async () => {
    let state = await feed(await decoder.encode(sources), all, 0, 1);
    state = decoder.select(state, Int32Array.of(1, 1, 4, 4));
    expect(state.rows).toBe(4);
    // Two beams of a source read alike until here; from now on they stand for themselves.
    const beams = [5, 6, 7, 8];
    const origin = [1, 1, 4, 4];
    const expectRows = (logits: Float32Array, rows: readonly number[], read: (row: number) => number[]): void =>
      expectClose(logits, rows.flatMap((row) => model.logProbabilities(sources[origin[row]], [texts[origin[row]][0], ...read(row)])), "log-probabilities", 1e-4);
    let stepped = await decoder.step(Int32Array.from(beams), state);
    expectRows(stepped.logits, [0, 1, 2, 3], (row) => [beams[row]]);
    const before = stepped.state;
    const exchanged = decoder.select(before, Int32Array.of(1, 0, 3, 3));
    const context = Object.keys(model.graph.state).filter((name) => model.graph.state[name].kind === "context");
    for (const name of context) expect(exchanged.parts[name]).toBe(before.parts[name]);
    stepped = await decoder.step(Int32Array.of(4, 4, 4, 4), exchanged);
    expectRows(stepped.logits, [1, 0, 3, 3], (row) => [beams[row], 4]);
    const left = decoder.select(stepped.state, Int32Array.of(2));
    expectRows((await decoder.step(Int32Array.of(6), left)).logits, [3], (row) => [beams[row], 4, 6]);
  });

  it("leaves rows that stay where they are where they are", async () => {
    const state = await decoder.encode(sources);
    expect(decoder.select(state, Int32Array.from(all))).toBe(state);
  });

  it("is searched with beams: one source at a time, many, and in plain numbers of probability", async () => {
    const options = { beams: 4, nBest: 4, bosId: 1, eosId: 2, lengthPenalty: 0.6, maximumLength: () => 30 };
    const together = await beamSearch({ decoder, sources, options });
    for (const [i, source] of sources.entries()) {
      const [alone] = await beamSearch({ decoder, sources: [source], options });
      expect(together[i].map(({ tokens }) => tokens)).toEqual(alone.map(({ tokens }) => tokens));
      for (const { tokens, complete, logProbability } of together[i]) {
        const written = complete ? [...tokens, 2] : tokens;
        const steps = written.map((token, t) => model.logProbabilities(source, [1, ...written.slice(0, t)])[token]);
        expect(logProbability).toBeCloseTo(steps.reduce((total, step) => total + step, 0), 4);
      }
    }
  });

  it("says what is wrong with how it is used", async () => {
    expect(() => decoder.start(1)).toThrow("started without one");
    await expect(decoder.encode([[3], []])).rejects.toMatchObject({ code: "invalid_argument", message: /^The source at position 1 has no tokens; / });
    await expect(decoder.encode([])).rejects.toMatchObject({ code: "invalid_argument" });
  });
});

describe("a graph that does not fit", () => {
  it("of a language model takes no source", async () => {
    const { model, buffers } = smallModel("gpt2");
    const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, TEST_SESSION);
    expect(decoder.givesLogProbabilities).toBe(false);
    await expect(decoder.encode([[1]])).rejects.toMatchObject({ code: "internal", message: "A source was given to a model that reads none." });
    await decoder.release();
  });

  it("whose encoder leaves out a part is refused", async () => {
    const { graph, buffers } = recurrentSourceModel();
    const encode = (sources: Parameters<NonNullable<typeof graph.encode>>[0]) => ({ mean: graph.encode!(sources).mean });
    await expect(ProgramDecoder.compile({ ...graph, encode }, buffers, nodeBackend, TEST_SESSION)).rejects.toThrow('no value for the part "hidden"');
  });
});
