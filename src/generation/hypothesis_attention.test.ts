// Texts that come with what their tokens attended to: the rows are those of the text itself, whichever beams it came through.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beamSearch } from "./beam_search.js";
import type { Hypothesis } from "./hypothesis.js";
import { sampleSources } from "./sample_sources.js";
import { scrambledLogits } from "./testing/tiny_decoders.js";
import { AttendingSourceDecoder, BOS, EOS, scrambledSources, scrambledWeights } from "./testing/tiny_source_decoders.js";

const ends = { bosId: BOS, eosId: EOS };
const SIZE = 6;
const sourceLists = fc.array(fc.array(fc.nat(SIZE - 1), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
const scrambled = (): AttendingSourceDecoder => new AttendingSourceDecoder(SIZE, { logits: scrambledLogits(SIZE), weights: scrambledWeights });
const maximumLength = (length: number): number => length + 2;

/** A text as it is where no attention is asked for. */
const withoutAttention = ({ tokens, complete, logProbability, score }: Hypothesis): Hypothesis => ({ tokens, complete, logProbability, score });

/** Checks the rows of a text: one for each token, and for the end token where it ended itself. */
function expectOwnRows(source: readonly number[], { tokens, complete, attention }: Hypothesis): void {
  const steps = tokens.length + (complete ? 1 : 0);
  expect(attention!.map((row) => [...row])).toEqual(Array.from({ length: steps }, (_, j) => scrambledWeights(source, [BOS, ...tokens.slice(0, j)])));
}

describe("attention that is asked for", () => {
  it("is each text's own with any number of beams, and changes no text", async () => {
    let [cut, ended] = [0, 0];
    await fc.assert(
      fc.asyncProperty(sourceLists, fc.constantFrom(1, 3), fc.constantFrom(0, 0.3), async (sources, beams, coveragePenalty) => {
        const options = { ...ends, beams, nBest: beams, coveragePenalty, maximumLength };
        const plain = await beamSearch({ decoder: scrambled(), sources, options });
        const found = await beamSearch({ decoder: scrambled(), sources, options: { ...options, attention: true } });
        expect(found.map((texts) => texts.map(withoutAttention))).toEqual(plain);
        found.forEach((texts, i) => texts.forEach((text) => {
          expectOwnRows(sources[i], text);
          if (text.complete) ended++;
          else cut++;
        }));
      }),
      { numRuns: 40 },
    );
    expect(Math.min(cut, ended)).toBeGreaterThan(5);
  });

  it("is each text's own where several are drawn for a source, and changes no draw", async () => {
    await fc.assert(
      fc.asyncProperty(sourceLists, fc.nat(1000), async (sources, seed) => {
        const options = { ...ends, nBest: 2, maximumLength };
        const request = { sources, indices: sources.map((_, i) => i), sampling: { seed } };
        const plain = await sampleSources({ ...request, decoder: scrambled(), options });
        const drawn = await sampleSources({ ...request, decoder: scrambled(), options: { ...options, attention: true } });
        expect(drawn.map((texts) => texts.map(withoutAttention))).toEqual(plain);
        drawn.forEach((texts, i) => texts.forEach((text) => expectOwnRows(sources[i], text)));
      }),
      { numRuns: 40 },
    );
  });

  it("is refused for a model without any, and costs nothing where it is not asked for", async () => {
    const request = { decoder: scrambledSources(SIZE), sources: [[1]], options: { ...ends, attention: true } };
    const refusal = { code: "invalid_argument", message: "The model does not attend to its source, so that nothing is known of where its words come from; leave the attention out." };
    await expect(beamSearch(request)).rejects.toMatchObject(refusal);
    await expect(sampleSources({ ...request, indices: [0], sampling: {} })).rejects.toMatchObject(refusal);
    const decoder = scrambled();
    const [[text]] = await beamSearch({ decoder, sources: [[1]], options: ends });
    expect(text).not.toHaveProperty("attention");
    expect(decoder.calls).not.toContain("attending");
  });
});
