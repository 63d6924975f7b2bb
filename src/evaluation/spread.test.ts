import fc from "fast-check";
import { expect, it } from "vitest";
import { spread } from "./spread.js";

it("takes all of few, and of many so many different ones from beginning to end", () => {
  expect(spread(3, 10)).toEqual([0, 1, 2]);
  expect(spread(100, 4)).toEqual([12, 37, 62, 87]);
  fc.assert(
    fc.property(fc.nat(2000), fc.integer({ min: 1, max: 300 }), (count, most) => {
      const taken = spread(count, most);
      expect(taken).toHaveLength(Math.min(count, most));
      taken.forEach((index, i) => expect(index >= 0 && index < count && (i === 0 || index > taken[i - 1])).toBe(true));
      const gaps = taken.map((index, i) => index - (i === 0 ? 0 : taken[i - 1])).slice(1);
      if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    }),
  );
});
