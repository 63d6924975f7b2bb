// The map itself: what is refused, and the means by hand.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { pictureFormatOf } from "./picture_format.js";
import { attentionJson } from "./attention_json.js";
import { type AttentionMap, attentionWeights, checkAttentionMap, describeChoice } from "./attention_map.js";
import { exampleMap } from "./testing/example_maps.js";

const map: AttentionMap = {
  source: ["a", " b"],
  target: ["x"],
  kind: "alignment",
  layers: [
    { name: "first", heads: [Float32Array.of(1, 0), Float32Array.of(0.5, 0.5)] },
    { name: "second", heads: [Float32Array.of(0.25, 0.75)] },
  ],
};

function errorOf(action: () => unknown): WordloomError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(WordloomError);
    return error as WordloomError;
  }
  throw new Error("nothing was thrown");
}

describe("attentionWeights", () => {
  it("takes a head, the mean of a layer's heads, and the mean of layers whatever their heads", () => {
    expect(Array.from(attentionWeights(map, { layer: 0, head: 1 }))).toEqual([0.5, 0.5]);
    expect(Array.from(attentionWeights(map, { layer: 0 }))).toEqual([0.75, 0.25]);
    expect(Array.from(attentionWeights(map, { layer: 1, head: "mean" }))).toEqual([0.25, 0.75]);
    expect(Array.from(attentionWeights(map))).toEqual([0.5, 0.5]);
  });

  it("names what is not there", () => {
    for (const layer of [2, -1, 0.5, NaN]) {
      const error = errorOf(() => attentionWeights(map, { layer }));
      expect([error.code, error.message]).toEqual(["invalid_argument", expect.stringContaining(`no layer ${layer} in`)]);
    }
    expect(errorOf(() => attentionWeights(map, { layer: 1, head: 1 })).message).toMatch(/no head 1 in layer "second"; it must be 0/);
    expect(errorOf(() => attentionWeights(map, { head: 0 })).message).toMatch(/mean over layers has no head 0/);
  });

  it("takes a head without a layer where there is only one layer", () => {
    const one = exampleMap(["a", "b"], ["x"], { heads: 2 });
    expect(attentionWeights(one, { head: 1 })).toBe(one.layers[0].heads[1]);
  });
});

it("choices have words", () => {
  expect(describeChoice(map)).toBe("mean of 2 layers");
  expect(describeChoice(map, { layer: 0 })).toBe("first, mean of 2 heads");
  expect(describeChoice(map, { layer: 0, head: 1 })).toBe("first, head 2");
  expect(describeChoice(map, { layer: 1 })).toBe("second");
});

describe("checkAttentionMap", () => {
  const withHead = (...weights: number[]): AttentionMap => ({
    ...map,
    layers: [{ name: "l", heads: [Float32Array.of(1, 0), Float32Array.from(weights)] }],
  });

  it("takes rows that rounding has moved a little from 1", () => {
    checkAttentionMap(map);
    checkAttentionMap(withHead(0.503, 0.502));
  });

  it("refuses what cannot be drawn, and says where it is", () => {
    const cases: [AttentionMap, string, RegExp][] = [
      [{ ...map, source: [] }, "invalid_data", /no source token/],
      [{ ...map, target: [] }, "invalid_data", /no output token/],
      [{ ...map, layers: [] }, "invalid_data", /no layer/],
      [{ ...map, layers: [{ name: "l", heads: [] }] }, "invalid_data", /layer "l" has no attention heads/],
      [withHead(1), "shape_mismatch", /1 output tokens and 2 source tokens need 2 weights, but head 2 of layer "l" has 1/],
      [withHead(NaN, 1), "invalid_data", /row 1, column 1 of head 2 of layer "l" is NaN/],
      [withHead(2, -1), "invalid_data", /column 1 of head 2 of layer "l" is 2/],
      [withHead(1, -0.001), "invalid_data", /column 2/],
      [withHead(0.3, 0.3), "invalid_data", /Row 1 of head 2 of layer "l" sums to 0.6/],
      [withHead(1, 1), "invalid_data", /sums to 2/],
    ];
    for (const [wrong, code, message] of cases) {
      const error = errorOf(() => checkAttentionMap(wrong));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    }
  });
});

describe("attentionJson", () => {
  it("is the documented object, and survives being written and read", () => {
    const json = attentionJson({ ...map, layers: [{ name: "l", heads: [Float32Array.of(1 / 3, 2 / 3)] }] });
    expect(JSON.parse(JSON.stringify(json))).toEqual({
      format: "wordloom-attention",
      version: 1,
      kind: "alignment",
      title: "",
      source: ["a", " b"],
      target: ["x"],
      sourceDirection: "ltr",
      layers: [{ name: "l", heads: [[[0.33333, 0.66667]]] }],
    });
  });

  it("keeps the order of a right-to-left source", () => {
    const weights = Float32Array.of(0.75, 0.25);
    const json = attentionJson({ ...map, source: ["אחת", "שתיים"], layers: [{ name: "l", heads: [weights] }] });
    expect([json.sourceDirection, json.source, json.layers[0].heads[0]]).toEqual(["rtl", ["אחת", "שתיים"], [[0.75, 0.25]]]);
  });

  it("has a row an output token and a number a source token", () => {
    const json = attentionJson(exampleMap(["a", "b", "c"], ["x", "y"], { layers: 2, heads: 3 }));
    expect(json.layers.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length)))).toEqual(
      Array.from({ length: 2 }, () => Array.from({ length: 3 }, () => [3, 3])),
    );
  });
});

describe("pictureFormatOf", () => {
  it("goes by the extension", () => {
    const names = ["a.html", "b/c.SVG", "d.json", "e.v2.htm", "C:\\f\\g.Html"];
    expect(names.map(pictureFormatOf)).toEqual(["html", "svg", "json", "html", "html"]);
  });

  it("names the three it knows for any other", () => {
    for (const name of ["a.png", "html", ".svg", "a.json.gz", "", "svg/a"]) {
      const error = errorOf(() => pictureFormatOf(name));
      expect(error.code).toBe("invalid_argument");
      for (const known of [".html", ".svg", ".json", JSON.stringify(name)]) expect(error.message).toContain(known);
    }
  });
});
