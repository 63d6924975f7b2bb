// Maps that are not whole are refused, with the place of the fault.

import { describe, expect, it } from "vitest";
import { checkLatentMap, countActive, isActive } from "./latent_map.js";
import { clusteredMap } from "./testing/latent_maps.js";

describe("checkLatentMap", () => {
  const whole = clusteredMap({ count: 3, dimensions: 2 });

  it("passes a map that is whole, with labels or without", () => {
    expect(() => checkLatentMap(whole)).not.toThrow();
    expect(() => checkLatentMap({ ...whole, labels: [null, null, null] })).not.toThrow();
    expect(() => checkLatentMap({ ...whole, units: whole.units.map(() => ({ activity: 0, divergence: -1e-4 })) })).not.toThrow();
  });

  it("refuses nothing to show, and parts of different sizes", () => {
    expect(() => checkLatentMap({ ...whole, texts: [], labels: [], means: new Float32Array() })).toThrow(/no text/);
    expect(() => checkLatentMap({ ...whole, units: [] })).toThrow(/no unit/);
    expect(() => checkLatentMap({ ...whole, labels: ["a"] })).toThrow(/3 texts need as many labels, but there are 1/);
    expect(() => checkLatentMap({ ...whole, means: new Float32Array(5) })).toThrow(/3 texts in 2 units need 6 means, but there are 5/);
  });

  it("refuses numbers that cannot be", () => {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const means = Float32Array.from(whole.means, (mean, i) => (i === 3 ? wrong : mean));
      expect(() => checkLatentMap({ ...whole, means })).toThrow(`The mean of text 2 in unit 2 is ${wrong};`);
    }
    for (const [name, wrong] of [["activity", NaN], ["activity", -0.5], ["divergence", -1], ["divergence", Infinity]] as const) {
      const units = [whole.units[0], { ...whole.units[1], [name]: wrong }];
      expect(() => checkLatentMap({ ...whole, units })).toThrow(`The ${name} of unit 2 is ${wrong};`);
    }
  });
});

it("units are active above 0.01, not at it", () => {
  const units = [0, 0.01, 0.0101, 3].map((activity) => ({ activity, divergence: 0 }));
  expect(units.map(isActive)).toEqual([false, false, true, true]);
  expect(countActive({ ...clusteredMap(), units })).toBe(2);
});
