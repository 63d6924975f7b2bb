import { expect, it } from "vitest";
import { ConversionRemarks } from "./conversion_remarks.js";

const after = (...texts: { readonly truncated?: boolean; readonly unknown?: readonly string[] }[]): string[] => {
  const remarks = new ConversionRemarks();
  for (const { truncated = false, unknown = [] } of texts) remarks.note({ truncated, unknown });
  return remarks.sentences(50);
};
const pieces = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);

it("says what was cut and what is unknown, each piece once", () => {
  expect(after({})).toEqual([]);
  expect(after({ truncated: true })).toEqual(["1 text was longer than the model holds (50 tokens) and read only as far."]);
  expect(after({ truncated: true, unknown: ["五"] }, { truncated: true, unknown: ["五", "六"] })).toEqual([
    "2 texts were longer than the model holds (50 tokens) and read only as far.",
    'The model never saw "五", "六", and reads that as <unk>.',
  ]);
  expect(after({ unknown: pieces(10) })[0]).toMatch(/^The model never saw "w0", .*"w7" and 2 more, and reads/);
});

it("remembers a thousand pieces and no more, however many there are", () => {
  expect(after({ unknown: pieces(1000) }, { unknown: pieces(1000) })[0]).toContain('"w7" and 992 more,');
  expect(after({ unknown: pieces(1001) })[0]).toContain('"w7" and more than 992 more,');
  expect(after(...pieces(5000).map((piece) => ({ unknown: [piece] })))[0]).toContain('"w7" and more than 992 more,');
});
