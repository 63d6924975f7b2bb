import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { type Corpus, type CorpusKind, countCharacters } from "./corpus.js";
import { splitCorpus } from "./split.js";

const random = (): RandomStream => new RandomStream(1, "split");

function corpus(kind: CorpusKind, texts: string[], name = "text"): Corpus {
  const characters = texts.reduce((sum, text) => sum + countCharacters(text), 0);
  return { name, kind, texts, characters, bytes: 0, sha256: "", skipped: { empty: 0, missing: 0 }, notices: [] };
}

describe("splitCorpus", () => {
  it("sets the end of a stream aside, rounding as the published character benchmarks do", () => {
    const text = "x".repeat(1_115_394);
    const split = splitCorpus(corpus("stream", [text]), random());
    expect(split.train[0]).toHaveLength(1_003_854);
    expect(split.validation[0]).toHaveLength(111_540);
    expect(split.description).toBe("Validation is on the last 111,540 characters of 1,115,394 characters.");
  });

  it("never cuts a character in two", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 2 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (text, share) => {
          fc.pre([...text].length > 1);
          const count = Math.max(1, Math.floor(([...text].length - 1) * share));
          const split = splitCorpus(corpus("stream", [text]), random(), { count });
          expect(split.train[0] + split.validation[0]).toBe(text);
          expect([...split.validation[0]]).toEqual([...text].slice(-count));
        },
      ),
    );
  });

  it("sets randomly chosen samples aside and keeps the order of both parts", () => {
    const texts = Array.from({ length: 1000 }, (_, i) => String(i));
    const split = splitCorpus(corpus("samples", texts), random(), { count: 100 });
    expect(split.validation).toHaveLength(100);
    const ascending = (list: readonly string[]): string[] => [...list].sort((a, b) => Number(a) - Number(b));
    expect(split.train).toEqual(ascending(split.train));
    expect(split.validation).toEqual(ascending(split.validation));
    expect(ascending([...split.train, ...split.validation])).toEqual(texts);
    expect(split.validation).not.toEqual(texts.slice(900));
    expect(splitCorpus(corpus("samples", texts), random(), { count: 100 })).toEqual(split);
    expect(splitCorpus(corpus("samples", texts), new RandomStream(2, "split"), { count: 100 })).not.toEqual(split);
    expect(splitCorpus(corpus("samples", texts), random(), { fraction: 0.25 }).validation).toHaveLength(250);
  });

  it("takes a validation corpus of the same kind as it is", () => {
    const validation = corpus("samples", ["c"], "held-out");
    expect(splitCorpus(corpus("samples", ["a", "b"]), random(), { corpus: validation })).toMatchObject({
      train: ["a", "b"],
      validation: ["c"],
      description: "Validation is on held-out, 1 character.",
    });
    expect(() => splitCorpus(corpus("stream", ["a"]), random(), { corpus: validation })).toThrow('"lines"');
  });

  it("refuses what leaves nothing to train on or to validate with", () => {
    const few = corpus("samples", ["a", "b"], "few");
    expect(() => splitCorpus(few, random(), { count: 2 })).toThrow("few has only 2 samples");
    expect(() => splitCorpus(corpus("stream", ["a"]), random())).toThrow("has only 1 character,");
    expect(() => splitCorpus(few, random(), { count: 0 })).toThrow("0 samples cannot be set aside");
    for (const fraction of [0, 1, -1, Number.NaN]) {
      expect(() => splitCorpus(few, random(), { fraction })).toThrow("between 0 and 1");
    }
  });
});
