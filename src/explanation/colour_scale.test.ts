// The scales are what they claim: even steps of lightness, in order, from end to end.

import { describe, expect, it } from "vitest";
import { colourAt, colourSchemes, colourStops } from "./colour_scale.js";
import { formatPercent } from "./percent.js";

/** CIE 1976 lightness L* of an sRGB colour (IEC 61966-2-1, D65), 0 to 100. */
function lightness(colour: string): number {
  const linear = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (luminance * 24389) / 27;
}

describe.each(colourSchemes)("%s", (scheme) => {
  it("goes through its stops", () => {
    const stops = colourStops[scheme];
    stops.forEach((stop, i) => expect(colourAt(scheme, i / (stops.length - 1))).toBe(`#${stop}`));
  });

  it("changes lightness evenly and always the same way", () => {
    const steps = 32;
    const values = Array.from({ length: steps + 1 }, (_, i) => lightness(colourAt(scheme, i / steps)));
    const mean = (values[steps] - values[0]) / steps;
    expect(Math.abs(mean * steps)).toBeGreaterThan(70);
    for (let i = 0; i < steps; i++) {
      const step = (values[i + 1] - values[i]) / mean;
      expect(step).toBeGreaterThan(0.6);
      expect(step).toBeLessThan(1.4);
    }
  });

  it("stays at its ends beyond them", () => {
    expect([colourAt(scheme, -1), colourAt(scheme, 2)]).toEqual([colourAt(scheme, 0), colourAt(scheme, 1)]);
  });
});

it("percentages have one decimal, and only zero is zero", () => {
  const written = [0, 1e-9, 0.0004, 0.0005, 0.125, 0.53333, 0.99996, 1].map(formatPercent);
  const spaced = ["0 %", "< 0.1 %", "< 0.1 %", "0.1 %", "12.5 %", "53.3 %", "100 %", "100 %"];
  expect(written).toEqual(spaced.map((text) => text.replaceAll(" ", "\u00A0")));
});
