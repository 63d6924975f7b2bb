// Copies that were planted must be found, as they stand and with other case and punctuation, and nothing else.

import { describe, expect, it } from "vitest";
import { generateStories } from "../text/stories/index.js";
import { measureNovelty } from "./novelty.js";

const TRAINING = ["The old cat sat on the mat. It slept.", "A dog ran; it barked loudly!", "猫坐在垫子上。狗跑了。"];

describe("measureNovelty", () => {
  it("finds planted copies as they stand and normalized", () => {
    const samples = ["Then the old cat sat on a chair.", "the OLD cat... sat, on the mat", "A dog ran; it barked loudly!", "a dog ran it barked loudly", "狗坐在垫子上", "Nothing here"];
    const { verbatim, normalized } = measureNovelty(samples, TRAINING);
    expect(verbatim.spans).toEqual(["old cat sat on", "on the mat", "A dog ran; it barked loudly!", "it barked loudly", "坐在垫子上", ""]);
    expect([...verbatim.length.samples]).toEqual([4, 3, 8, 3, 5, 0]);
    expect([...verbatim.contained.samples]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...verbatim.identical.samples]).toEqual([0, 0, 1, 0, 0, 0]);
    expect(normalized.spans).toEqual(["the old cat sat on", "the OLD cat... sat, on the mat", "A dog ran; it barked loudly", "a dog ran it barked loudly", "坐在垫子上", ""]);
    expect([...normalized.length.samples]).toEqual([5, 7, 6, 6, 5, 0]);
    expect([...normalized.contained.samples]).toEqual([0, 1, 1, 1, 0, 0]);
    expect([...normalized.identical.samples]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(normalized.contained.mean).toBeCloseTo(1 / 2, 12);
  });

  it("takes white space and the encoding of accents for nothing, and one text does not go on in the next", () => {
    const { verbatim } = measureNovelty(["brown\n  Ka\u0308se", "Käse and", "and bread"], ["a brown Käse", "and bread"]);
    expect([...verbatim.length.samples]).toEqual([2, 1, 2]);
    expect([...verbatim.identical.samples]).toEqual([0, 0, 1]);
    expect(verbatim.spans[0]).toBe("brown\n  Käse");
  });

  it("finds them wherever they stand in a long text, also where it is cut into pieces", () => {
    const filler = generateStories(600, 3).map(({ text }) => text).join("\n\n");
    expect(filler.length).toBeGreaterThan(150_000);
    const planted = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich";
    for (const place of [0, 65_490, 65_510, 65_530, 131_050, filler.length]) {
      const { verbatim, normalized } = measureNovelty([`He said: ${planted.toUpperCase().replaceAll(" ", ", ").replace("GROSSEN", "GROẞEN")}.`, planted], [`${filler.slice(0, place)} ${planted} ${filler.slice(place)}`]);
      expect(verbatim.contained.samples[1]).toBe(1);
      expect(normalized.length.samples[0]).toBe(10);
    }
  });

  it("knows no copies of signs alone, nor of nothing", () => {
    const { verbatim, normalized } = measureNovelty(["?!", ""], ["What?!", ""]);
    expect([...verbatim.contained.samples]).toEqual([1, 0]);
    expect([...normalized.contained.samples, ...normalized.identical.samples]).toEqual([0, 0, 0, 0]);
  });

  it("reads any iterable, and refuses what is no text", () => {
    function* lines() {
      yield "one two";
      yield "two three";
    }
    expect(measureNovelty(["two three"], lines()).verbatim.identical.mean).toBe(1);
    expect(measureNovelty(["two three"], "one two three").verbatim.contained.mean).toBe(1);
    expect(() => measureNovelty([], ["a"])).toThrow("Copies can only be looked for in a list of texts; give at least one sample.");
    expect(() => measureNovelty(["a"], [])).toThrow("There is no training text to look for copies of; give at least one text.");
    expect(() => measureNovelty(["a"], ["a", 3 as never])).toThrow("Training text 2 is not a text; give texts only.");
  });
});
