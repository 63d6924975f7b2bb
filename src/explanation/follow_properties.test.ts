// Units planted to follow a property are found, and what never changes is passed over.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { followProperties } from "./follow_properties.js";
import { textProperties } from "./text_properties.js";

const TEXT = 'The sea said "come In" and\nthen nothing. "Who?" A gull.\n\n"Never closed\n\nbut ended here, Ed.';
const tokens = [...TEXT];
const properties = textProperties(tokens);
const valuesOf = (name: string): readonly number[] => properties.find((property) => property.name === name)!.values;

describe("properties of a text", () => {
  it("tell what is inside quotes, up to the paragraph's end at most", () => {
    const inside = tokens.filter((_, i) => valuesOf("inside quotes")[i] === 1).join("");
    expect(inside).toBe('"come In"Who?"Never closed\n');
  });

  it("tell the position in the line", () => {
    expect(valuesOf("position in the line").slice(0, 3)).toEqual([1, 2, 3]);
    expect(valuesOf("position in the line")[TEXT.indexOf("\n")]).toBe(0);
    expect(valuesOf("position in the line")[TEXT.indexOf("\n") + 4]).toBe(4);
  });

  it("tell the first letters of words, and the upper-case ones", () => {
    expect(tokens.filter((_, i) => valuesOf("after a space")[i] === 1).join("")).toBe('Tss"Iatn"Ag"cbehE');
    expect(tokens.filter((_, i) => valuesOf("upper case")[i] === 1).join("")).toBe("TIWANE");
  });

  it("are known of tokens longer than a character, and of marks that are no text", () => {
    const longer = textProperties(["", "He", " said", ' "Oh', " my", '"', "\n"]);
    expect(longer.map(({ name, values }) => [name, values])).toEqual([
      ["inside quotes", [0, 0, 0, 1, 1, 0, 0]],
      ["position in the line", [0, 2, 7, 11, 14, 15, 0]],
      ["after a space", [0, 1, 1, 1, 1, 0, 0]],
      ["upper case", [0, 1, 0, 1, 0, 0, 0]],
    ]);
  });
});

describe("units that follow a property", () => {
  const random = new RandomStream(3, "units");
  const width = 40;
  const values = Float32Array.from({ length: tokens.length * width }, () => random.normal());
  tokens.forEach((_, row) => {
    values[row * width + 7] = 5 - 2 * valuesOf("inside quotes")[row];
    values[row * width + 9] = valuesOf("position in the line")[row] + 4 * random.normal();
    values[row * width + 11] = 0.25; // never moves
  });
  const layers = [{ name: "a", width: 3, values: new Float32Array(tokens.length * 3) }, { name: "b", width, values }];
  const followed = followProperties(properties, layers);

  it("are found and ranked by their correlation", () => {
    expect(followed.map(({ name }) => name)).toEqual(properties.map(({ name }) => name));
    const [quotes, position] = followed;
    expect(quotes.units[0]).toMatchObject({ layer: 1, unit: 7 });
    expect(quotes.units[0].correlation).toBeCloseTo(-1, 10);
    expect(position.units[0]).toMatchObject({ layer: 1, unit: 9 });
    expect(position.units[0].correlation).toBeGreaterThan(0.8);
    for (const { units, chance } of followed) {
      expect(units).toHaveLength(12);
      const sizes = units.map(({ correlation }) => Math.abs(correlation));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThan(1);
    }
    expect(Math.abs(quotes.units[0].correlation)).toBeGreaterThan(quotes.chance);
  });

  it("are none of a property that never changes, of a short text, or without units", () => {
    expect(followProperties([{ name: "constant", values: tokens.map(() => 1) }], layers)).toEqual([]);
    expect(followProperties([{ name: "short", values: [1, 0, 1] }], [{ name: "a", width: 1, values: Float32Array.of(1, 0, 1) }])).toEqual([]);
    expect(followProperties(properties, [])).toEqual([]);
  });
});
