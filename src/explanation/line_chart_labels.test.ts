// Labels that never touch: those of a column as near to their places as can be, those of points where there is room.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, placeBesidePoint, spreadLabels, type Taken } from "./line_chart_labels.js";

const GAP = 10;
const cost = (places: readonly number[], wanted: readonly number[]): number => places.reduce((sum, place, i) => sum + (place - wanted[i]) ** 2, 0);

describe("spreadLabels", () => {
  it("leaves alone what does not touch, and moves the rest apart evenly", () => {
    expect(spreadLabels([50, 10, 90], GAP, 0, 100)).toEqual([50, 10, 90]);
    expect(spreadLabels([50, 50, 50], GAP, 0, 100)).toEqual([40, 50, 60]);
    expect(spreadLabels([54, 50], GAP, 0, 100)).toEqual([57, 47]);
    expect(spreadLabels([0, 0], GAP, 0, 100)).toEqual([0, 10]);
    expect(spreadLabels([100, 100], GAP, 0, 100)).toEqual([90, 100]);
    expect(spreadLabels([5, 5, 5], GAP, 0, 12)).toEqual([0, 10, 20]);
    expect(spreadLabels([], GAP, 0, 100)).toEqual([]);
  });

  it("keeps the gap, the limits and the order, and no label can be moved to be nearer", () => {
    const wanted = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(wanted, fc.nat({ max: 14 }), fc.double({ min: -5, max: 5, noNaN: true }), (all, which, step) => {
        const places = spreadLabels(all, GAP, 0, 200);
        const apart = (list: readonly number[]): boolean => {
          const sorted = [...list].sort((a, b) => a - b);
          return sorted.every((place, i) => place >= -1e-9 && place <= 200 + 1e-9 && (i === 0 || place - sorted[i - 1] >= GAP - 1e-9));
        };
        expect(apart(places)).toBe(true);
        for (const [i, place] of places.entries()) for (const [j, other] of places.entries()) if (all[i] < all[j]) expect(place).toBeLessThan(other);
        // A feasible place nearby is no better: moving one label, or it and all that it pushes on its side.
        const first = which % places.length;
        const single = places.map((place, i) => (i === first ? place + step : place));
        const side = places.map((place) => (step > 0 ? place >= places[first] : place <= places[first]) ? place + step : place);
        for (const moved of [single, side]) if (apart(moved)) expect(cost(moved, all)).toBeGreaterThanOrEqual(cost(places, all) - 1e-6);
      }),
    );
  });
});

describe("placeBesidePoint", () => {
  const frame: Box = [0, 0, 200, 100];
  const inside = ([left, top, right, bottom]: Box): boolean => left >= 0 && top >= 0 && right <= 200 && bottom <= 100;

  it("is right of a free point, left of one at the right edge, and nowhere if it does not fit", () => {
    expect(placeBesidePoint([50, 50], [40, 12], frame, [])).toMatchObject({ anchor: "start", y: 50, covers: 0 });
    expect(placeBesidePoint([195, 50], [40, 12], frame, [])).toMatchObject({ anchor: "end", covers: 0 });
    expect(placeBesidePoint([50, 50], [300, 12], frame, [])).toBeNull();
  });

  it("stays in the frame and off all labels, and covers no more than it has to", () => {
    const box = fc.tuple(fc.integer({ min: 0, max: 190 }), fc.integer({ min: 0, max: 95 })).map(([x, y]): Box => [x, y, x + 10, y + 5]);
    const taken = fc.array(fc.record({ box, kind: fc.constantFrom("drawing", "label") }) as fc.Arbitrary<Taken>, { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 100 }), taken, (x, y, all) => {
        const found = placeBesidePoint([x, y], [30, 10], frame, all);
        if (found === null) return;
        const covered = all.filter(({ box: [left, top, right, bottom] }) => left < found.box[2] && found.box[0] < right && top < found.box[3] && found.box[1] < bottom);
        expect(inside(found.box)).toBe(true);
        expect(covered.filter(({ kind }) => kind === "label")).toEqual([]);
        expect(found.covers).toBe(covered.length);
        const alone = placeBesidePoint([x, y], [30, 10], frame, [...all, ...covered.map(({ box }): Taken => ({ box, kind: "label" }))]);
        if (found.covers > 0 && alone !== null) expect(alone.covers).toBeGreaterThanOrEqual(found.covers);
      }),
    );
  });
});
