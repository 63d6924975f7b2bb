import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { drawLossCurve } from "./loss_curve.js";
import { textWidth } from "./visible_text.js";

const line = (...losses: number[]) => losses.map((loss, index) => ({ step: index * 100, loss }));

describe("drawLossCurve", () => {
  it("draws train as a line and validation as points, on labelled axes", () => {
    const curve = drawLossCurve({
      train: Array.from({ length: 201 }, (_, index) => ({ step: index * 10, loss: 1.5 + 2.5 * Math.exp(-index / 30) })),
      validation: [
        { step: 500, loss: 2.2 },
        { step: 1000, loss: 1.75 },
        { step: 1500, loss: 1.7 },
        { step: 2000, loss: 1.8 },
      ],
      columns: 50,
      rows: 6,
    });
    expect(curve).toEqual([
      "     │    ⠑⡄",
      " 2.5 ┤     ⠈⢆",
      "     │       ⠑⢄⡀ ▄",
      " 2.0 ┤         ⠈⠢⢄⡀",
      "     │            ⠈⠉⠒⠢⠤⣀⣀⣀  ▄         ▄          ▀",
      " 1.5 ┤                    ⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒",
      "     └┬──────────────────────────────────────────┬",
      "step  0                                      2,000",
    ]);
  });

  it("joins single points by straight lines", () => {
    expect(drawLossCurve({ train: line(3, 1, 3), validation: [], columns: 18, rows: 3 })).toEqual([
      " 2.5 ┤⠑⠢⢄⡀    ⢀⡠⠔⠊",
      "     │   ⠈⠑⠢⠔⠊⠁",
      " 0.0 ┤",
      "     └┬──────────┬",
      "step  0        200",
    ]);
  });

  it("draws a single point, and losses that never change", () => {
    expect(drawLossCurve({ train: line(2), validation: [], columns: 20, rows: 2 })).toEqual([
      "      │",
      "2.000 ┤⠄",
      "      └┬────────────",
      " step  0",
    ]);
    expect(drawLossCurve({ train: line(2, 2, 2), validation: [], columns: 20, rows: 2 })[1]).toBe(
      "2.000 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤",
    );
  });

  it("begins the axis where it is told to", () => {
    const curve = drawLossCurve({
      train: [{ step: 1000, loss: 1 }],
      validation: [{ step: 500, loss: 1 }],
      firstStep: 0,
      columns: 26,
      rows: 2,
    });
    expect(curve).toEqual([
      "      │",
      "1.000 ┤         ▄        ⠠",
      "      └┬─────────────────┬",
      " step  0             1,000",
    ]);
  });

  it("lets only the first tenth of the steps run out of the top", () => {
    const train = Array.from({ length: 101 }, (_, step) => ({ step, loss: step < 9 ? 100 : 2 - step / 100 }));
    const labels = drawLossCurve({ train, validation: [{ step: 1, loss: 200 }], columns: 60, rows: 6 }).map((text) =>
      text.slice(0, 5).trim(),
    );
    expect(labels).toEqual(["", "1.6", "", "1.2", "", "0.8", "", "step"]);
  });

  it("leaves out what cannot be drawn", () => {
    expect(drawLossCurve({ train: [], validation: [], columns: 80, rows: 7 })).toEqual([]);
    expect(drawLossCurve({ train: line(NaN, Infinity), validation: line(NaN), columns: 80, rows: 7 })).toEqual([]);
    expect(drawLossCurve({ train: line(2, 1), validation: [], columns: 15, rows: 7 })).toEqual([]);
    expect(drawLossCurve({ train: line(2, 1), validation: [], columns: 80, rows: 1 })).toEqual([]);
    const curve = drawLossCurve({ train: line(2, NaN, 1), validation: [], columns: 30, rows: 4 });
    expect(curve).toEqual(
      drawLossCurve({
        train: [
          { step: 0, loss: 2 },
          { step: 200, loss: 1 },
        ],
        validation: [],
        columns: 30,
        rows: 4,
      }),
    );
  });

  it("paints each kind for itself and blanks not at all", () => {
    const [top, bottom] = drawLossCurve({
      train: line(2, 1),
      validation: [{ step: 100, loss: 2 }],
      columns: 20,
      rows: 2,
      paint: { train: (text) => `<${text}>`, validation: (text) => `[${text}]`, axis: (text) => `(${text})` },
    });
    expect([top, bottom]).toEqual(["(     │)<⠉⠉⠑⠒⠒⠒⠒⠤⠤⠤⠤⢄⣀>[▀]", "(   0 ┤)"]);
  });

  it("fits whatever the losses are", () => {
    const points = fc.array(
      fc.record({ step: fc.integer({ min: 0, max: 1_000_000 }), loss: fc.double({ min: -1e4, max: 1e6 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        points,
        points,
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 9 }),
        (train, validation, columns, rows) => {
          train.sort((a, b) => a.step - b.step);
          const curve = drawLossCurve({ train, validation, columns, rows });
          if (curve.length > 0) expect(curve.length).toBe(rows + 2);
          for (const text of curve) expect(textWidth(text)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
