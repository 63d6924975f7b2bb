// What is said about options for decoding sources, and how long a text may become.

import { describe, expect, it } from "vitest";
import { checkSearched, parseSourceOptions, type SourceOptionsInput, textLimit } from "./source_options.js";

const decoder = { vocabularySize: 10, contextLength: 50 };
const parse = (options: object | number) => parseSourceOptions((typeof options === "number" ? options : { bosId: 1, eosId: 2, ...options }) as SourceOptionsInput, decoder);

describe("checkSearched", () => {
  it("refuses more texts than the beams find", () => {
    checkSearched({ nBest: 3, beams: 3 });
    expect(() => checkSearched({ nBest: 4, beams: 3 })).toThrow("4 best texts were asked for, but 3 beams find no more than 3; raise the number of beams.");
  });
});

describe("parseSourceOptions", () => {
  it("fills in greedy decoding, and room for twice the source", () => {
    const options = parse({});
    expect(options).toMatchObject({ beams: 1, lengthPenalty: 1, coveragePenalty: 0, nBest: 1, bosId: 1, eosId: 2, forbiddenTokens: [] });
    expect([1, 5, 20].map((length) => textLimit(options, length, decoder))).toEqual([18, 26, 50]);
  });

  it.each([
    [{ beams: 0 }, /^The number of beams must be a whole number of 1 or more, but 0 was given; /],
    [{ lengthPenalty: -1 }, /^The length penalty must be 0 or more, but -1 was given; /],
    [{ coveragePenalty: -0.1 }, /^The coverage penalty must be 0 or more, but -0\.1 was given; /],
    [{ attention: 1 }, /^The choice of attention must be true or false, but 1 was given; leave it out for none\.$/],
    [3, /^The decoding options must be an object, but 3 was given; /],
    [{ nBest: 1.5 }, /^The number of best texts must be a whole number of 1 or more, but 1\.5 was given; /],
    [{ eosId: undefined }, /^The end token must be a whole number of 0 or more, but undefined was given; /],
    [{ bosId: 10 }, /^The token 10 of the options is outside of the model's vocabulary of 10 tokens; /],
    [{ forbiddenTokens: [3, 12] }, /^The token 12 /],
    [{ forbiddenTokens: [2] }, /^The end token 2 is forbidden, /],
    [{ maximumLength: 20 }, /^The largest length must be a function of the source's length, but 20 was given; /],
    [{ beam: 5 }, /^There is no decoding option called "beam"; the options are beams, /],
  ])("says in one sentence what is wrong with %j", (options, sentence) => {
    expect(() => parse(options)).toThrow(sentence);
  });

  it("says when the function of the length gives no length", () => {
    for (const bad of [0, 2.5, Number.NaN, -1]) {
      expect(() => textLimit(parse({ maximumLength: () => bad }), 4, decoder)).toThrow(/^The largest length must be a whole number of 1 or more, but the function gave .* for a source of 4 tokens; /);
    }
    expect(textLimit(parse({ maximumLength: () => Infinity }), 4, decoder)).toBe(50);
    expect(() => textLimit(parse({ maximumLength: () => Infinity }), 4, { contextLength: Infinity })).toThrow("gave Infinity");
  });
});
