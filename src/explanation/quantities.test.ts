// Sizes of files as people read them; times and counts are tested where they are shown, in the terminal's formats.

import { expect, it } from "vitest";
import { formatBytes } from "./quantities.js";

it("formatBytes has three digits, a unit and a blank that does not break", () => {
  const cases: [number, string][] = [[0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [1_249_000, "1.25 MB"], [5.24e6, "5.24 MB"], [1e12, "1.00 TB"]];
  for (const [bytes, text] of cases) expect(formatBytes(bytes)).toBe(text.replace(" ", "\u00A0"));
});
