// BLEU's signature held to sacreBLEU's.

import { describe, expect, it } from "vitest";
import { bleuSignature } from "./bleu_signature.js";
import { corpusOf, evaluationFixture, optionsOf, referencesOf } from "./testing/evaluation_pairs.js";

describe.each(evaluationFixture.bleu)("the signature with sacreBLEU's $arguments", (fixture) => {
  it.each(Object.entries(fixture.signatures))("of the corpus %s", (name, expected) => {
    expect(bleuSignature(referencesOf(corpusOf(name)), optionsOf(fixture))).toBe(expected);
  });
});

it.each([
  ["1", ["a", ["b"]]],
  ["2", [["a", "b"], ["c", ""]]],
  ["var", ["a", ["b", "c"]]],
])("counts the references of a hypothesis: %s", (count, references) => {
  expect(bleuSignature(references)).toBe(`nrefs:${count}|case:mixed|eff:no|tok:13a|smooth:exp`);
});

it("refuses what BLEU refuses", () => {
  for (const [references, options] of [[[], {}], [[[]], {}], [["a"], { tokenizer: "ja" }]] as const) {
    expect(() => bleuSignature(references, options as never)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  }
});
