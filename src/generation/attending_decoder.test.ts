// The attention that decoders give step by step is the training graph's, and nobody pays for it who does not ask.

import { describe, expect, it } from "vitest";
import type { Backend } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { CONTEXT_LENGTH, drawIds, pairLossOf, SEQUENCE_TO_SEQUENCE, smallSequenceToSequence, type SmallSequenceToSequence } from "../testing/small_sequence_to_sequence.js";
import { smallModel } from "../testing/small_models.js";
import { beamSearch } from "./beam_search.js";
import { ProgramDecoder } from "./program_decoder.js";
import { countingBackend } from "./testing/counting_backend.js";
import { attendingSourceModel } from "./testing/traced_source_models.js";

const LENGTHS = [5, 2, 4];
const sources = drawIds("attended sources", 3, 5).map((source, row) => source.slice(0, LENGTHS[row]));
const tokens = drawIds("attending texts", 3, 6);

const compile = ({ model, buffers }: SmallSequenceToSequence, backend: Backend = nodeBackend): Promise<ProgramDecoder> =>
  ProgramDecoder.compile(model.decoder(), buffers, backend, TEST_SESSION);

/** The training graph's attention to each source (T, S) of the last decoder layer, the mean over its heads. */
async function expectedAttention(small: SmallSequenceToSequence): Promise<number[][][]> {
  const padded = sources.map((source) => [...source, 0, 0, 0].slice(0, 5));
  const { attention } = await pairLossOf(small, { sources: padded, tokens, targets: tokens });
  const [, { shape: [, heads, length, width], data }] = Object.entries(attention).filter(([name]) => name.startsWith("decoder")).at(-1)!;
  return sources.map((source, row) =>
    Array.from({ length }, (_, t) =>
      source.map((__, s) => Array.from({ length: heads }, (___, head) => data[((row * heads + head) * length + t) * width + s]).reduce((total, weight) => total + weight, 0) / heads),
    ),
  );
}

const names = Object.keys(SEQUENCE_TO_SEQUENCE);

describe.each(names.filter((name) => !name.includes("no attention")))("%s", (name) => {
  it("attends step by step as the training graph does, and not to padding; the logits are the plain decoder's", async () => {
    const small = smallSequenceToSequence(name);
    const decoder = await compile(small);
    const attending = (await decoder.attending())!;
    const expected = await expectedAttention(small);
    let [plain, state] = [await decoder.encode(sources), await attending.encode(sources)];
    let rows = [0, 1, 2];
    for (let t = 0; t < 6; t++) {
      if (t === 3) {
        rows = [2, 1, 1];
        [plain, state] = [decoder.select(plain, Int32Array.from(rows)), attending.select(state, Int32Array.from(rows))];
      }
      // Rows of one source read the same text here, so that the training graph's row is that of both.
      const column = Int32Array.from(rows, (row) => tokens[row][t]);
      const [without, stepped] = [await decoder.step(column, plain), await attending.step(column, state)];
      expect(without.attention).toBeUndefined();
      expect([...stepped.logits]).toEqual([...without.logits]);
      const attention = stepped.attention!;
      expect(attention.length).toBe(3 * 5);
      rows.forEach((row, i) => {
        expectClose(attention.subarray(i * 5, i * 5 + LENGTHS[row]), expected[row][t], `attention of row ${row} at ${t}`, 1e-4);
        expect([...attention.subarray(i * 5 + LENGTHS[row], (i + 1) * 5)].every((weight) => weight === 0)).toBe(true);
      });
      [plain, state] = [without.state, stepped.state];
    }
    await decoder.release();
  });

  it("is searched with a coverage penalty: many sources give what each gives alone", async () => {
    const decoder = await compile(smallSequenceToSequence(name));
    const options = { beams: 3, nBest: 3, bosId: 1, eosId: 2, coveragePenalty: 0.5, maximumLength: () => CONTEXT_LENGTH };
    const together = await beamSearch({ decoder, sources, options });
    for (const [i, source] of sources.entries()) {
      const [alone] = await beamSearch({ decoder, sources: [source], options });
      expect(together[i].map(({ tokens: written }) => written)).toEqual(alone.map(({ tokens: written }) => written));
      together[i].forEach(({ score }, k) => expect(score).toBeCloseTo(alone[k].score, 3));
    }
    await decoder.release();
  });
});

describe("a model that does not attend", () => {
  it("says so", async () => {
    for (const name of names.filter((each) => each.includes("no attention"))) {
      const decoder = await compile(smallSequenceToSequence(name));
      expect(await decoder.attending()).toBeNull();
      const options = { bosId: 1, eosId: 2, coveragePenalty: 0.5 };
      await expect(beamSearch({ decoder, sources, options })).rejects.toMatchObject({ code: "invalid_argument", message: /^The model does not attend to its source/ });
      await decoder.release();
    }
    const { model, buffers } = smallModel("gpt2");
    const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, TEST_SESSION);
    expect(await decoder.attending()).toBeNull();
    await decoder.release();
  });
});

describe("programs of a decoder", () => {
  const small = smallSequenceToSequence("transformer of unlike depths");

  it("are compiled once, the one with attention when it is asked for, and all released", async () => {
    const backend = countingBackend();
    const decoder = await compile(small, backend);
    expect(backend.created).toBe(2); // the step, the encoder
    const [one, other] = await Promise.all([decoder.attending(), decoder.attending()]);
    expect(other).toBe(one);
    expect([backend.created, backend.open]).toEqual([3, 3]);
    await decoder.release();
    expect(backend.open).toBe(0);
  });

  it("are as many for sources of all lengths as for one", async () => {
    const backend = countingBackend();
    const decoder = await compile(small, backend);
    const options = { beams: 2, bosId: 1, eosId: 2, attention: true, maximumLength: () => CONTEXT_LENGTH };
    for (const source of sources) {
      const [[{ tokens: written, complete, attention }]] = await beamSearch({ decoder, sources: [source], options });
      expect(attention!.map((row) => row.length)).toEqual(new Array(written.length + (complete ? 1 : 0)).fill(source.length));
      for (const row of attention!) expect(row.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 5);
    }
    expect(backend.created).toBe(3);
    await decoder.release();
  });

  it("are compiled at the next call where that failed, and nothing is left over of what failed", async () => {
    const backend = countingBackend([1, 4]);
    await expect(compile(small, backend)).rejects.toThrow("no memory");
    expect(backend.open).toBe(0);
    const decoder = await compile(small, backend);
    await expect(decoder.attending()).rejects.toThrow("no memory");
    expect(await decoder.attending()).not.toBeNull();
    expect([backend.created, backend.open]).toEqual([6, 3]);
    await decoder.release();
    expect(backend.open).toBe(0);
  });
});

describe("sources that are too long", () => {
  it("are refused in one sentence, and those that just fit are read", async () => {
    const { graph, buffers } = attendingSourceModel(6);
    const decoder = await ProgramDecoder.compile(graph, buffers, nodeBackend, TEST_SESSION);
    const six = [1, 2, 3, 4, 5, 6];
    expect((await decoder.encode([six, [1]])).rows).toBe(2);
    await expect(decoder.encode([[1], [...six, 1]])).rejects.toMatchObject({
      code: "invalid_argument",
      message: "The source at position 1 has 7 tokens, but the model holds 6; shorten it.",
    });
    await decoder.release();
  });
});
