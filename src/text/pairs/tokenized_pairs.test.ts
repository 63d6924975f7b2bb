import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bosId, eosId } from "../special_tokens.js";
import { multilingualTexts } from "../testing/texts.js";
import type { Tokenizer } from "../tokenizer.js";
import { trainTokenizer } from "../train_tokenizer.js";
import type { TextPair } from "./pair_corpus.js";
import { pairRow, upTo } from "./testing/pairs.js";
import { EncodedPairs, encodePairs, languageTag, taggedSource, taggedSources } from "./tokenized_pairs.js";

const texts = Object.values(multilingualTexts);
const pairs: TextPair[] = texts.map((source, i) => ({ source, target: texts[(i + 1) % texts.length] }));
const sourceTokenizer = trainTokenizer("character", texts);
const targetTokenizer = trainTokenizer("byte_pair", texts, { vocabularySize: 400 });
const room = { maximumSource: 1000, maximumTarget: 1000 };

describe("encoded pairs", () => {
  it("hold each side in its own tokenizer's ids, with its ends", () => {
    const encoded = encodePairs(pairs, sourceTokenizer, targetTokenizer, room);
    expect(encoded.count).toBe(pairs.length);
    expect([...encoded.original]).toEqual(upTo(pairs.length));
    expect(encoded.long).toEqual({ truncatedSources: 0, truncatedTargets: 0, dropped: 0 });
    let [sources, targets] = [0, 0];
    pairs.forEach((pair, i) => {
      const source = [...sourceTokenizer.encode(pair.source)];
      const target = [...targetTokenizer.encode(pair.target)];
      expect(pairRow(encoded, i).source).toEqual([...source, eosId]);
      expect(pairRow(encoded, i).targets).toEqual([...target, eosId]);
      expect(target.concat(0).map((_, at) => encoded.input(i, at))).toEqual([bosId, ...target]);
      sources += source.length + 1;
      targets += target.length + 1;
    });
    expect([encoded.totalSources, encoded.totalTargets]).toEqual([sources, targets]);
  });

  it("are cut where they are too long, a source before its end, a target without one", () => {
    const three: TextPair[] = [
      { source: "abcd", target: "ab" },
      { source: "abc", target: "abc" },
      { source: "", target: "abcd" },
    ];
    const tokenizer = trainTokenizer("character", ["abcd"]);
    const [a, b, c, d] = tokenizer.encode("abcd");
    const cut = encodePairs(three, tokenizer, tokenizer, { maximumSource: 4, maximumTarget: 4 });
    expect(upTo(3).map((i) => pairRow(cut, i))).toEqual([
      { source: [a, b, c, eosId], tokens: [bosId, a, b], targets: [a, b, eosId] },
      { source: [a, b, c, eosId], tokens: [bosId, a, b, c], targets: [a, b, c, eosId] },
      { source: [eosId], tokens: [bosId, a, b, c], targets: [a, b, c, d] },
    ]);
    expect(cut.long).toEqual({ truncatedSources: 1, truncatedTargets: 1, dropped: 0 });

    const dropped = encodePairs(three, tokenizer, tokenizer, { maximumSource: 4, maximumTarget: 4, longPairs: "drop" });
    expect([...dropped.original]).toEqual([1]);
    expect(pairRow(dropped, 0)).toEqual(pairRow(cut, 1));
    expect(dropped.long).toEqual({ truncatedSources: 0, truncatedTargets: 0, dropped: 2 });
    expect([dropped.totalSources, dropped.totalTargets]).toEqual([4, 4]);
  });

  it("say when none is left, or a maximum leaves no room", () => {
    const tokenizer = trainTokenizer("character", ["ab"]);
    const long = [{ source: "ab", target: "ab" }];
    expect(() =>
      encodePairs(long, tokenizer, tokenizer, { maximumSource: 2, maximumTarget: 9, longPairs: "drop" }),
    ).toThrow("Each of the 1 pair is of more than 2 source or 9 target tokens, ends included");
    expect(encodePairs([], tokenizer, tokenizer, { ...room, longPairs: "drop" }).count).toBe(0);
    for (const maximum of [1, 0, 2.5, Number.NaN]) {
      expect(() => encodePairs(long, tokenizer, tokenizer, { ...room, maximumTarget: maximum })).toThrow("at least 2");
    }
  });
});

describe("labels of pairs", () => {
  const tokenizer = trainTokenizer("character", ["a"]);

  it("stay with their pairs where others are too long and left out", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 20 }), fc.integer({ min: 2, max: 11 }), (lengths, most) => {
        // A pair's label tells its lengths.
        const some = lengths.map(([source, target]): TextPair => ({ source: "a".repeat(source), target: "a".repeat(target), label: 10 * source + target }));
        fc.pre(lengths.some(([source, target]) => Math.max(source, target) < most));
        const kept = new EncodedPairs(some, tokenizer, tokenizer).within({ maximumSource: most, maximumTarget: most, longPairs: "drop" });
        expect(kept.count).toBe(lengths.filter(([source, target]) => Math.max(source, target) < most).length);
        for (let i = 0; i < kept.count; i++) expect(kept.label(i)).toBe(10 * (kept.sourceLength(i) - 1) + kept.targetLength(i) - 1);
      }),
    );
  });

  it("are null where there are none, and 0 is one", () => {
    const label = (...some: TextPair[]): (number | null)[] => {
      const encoded = encodePairs(some, tokenizer, tokenizer, room);
      return upTo(encoded.count).map((i) => encoded.label(i));
    };
    expect(label({ source: "a", target: "a" }, { source: "aa", target: "a" })).toEqual([null, null]);
    expect(label({ source: "a", target: "a", label: 0 }, { source: "aa", target: "a", label: 0 })).toEqual([0, 0]);
  });
});

describe("pairs that are encoded once", () => {
  /** Counts the texts that it encodes. */
  const counting = (tokenizer: Tokenizer): { tokenizer: Tokenizer; count: () => number } => {
    let count = 0;
    const encode = (text: string): Int32Array => {
      count++;
      return tokenizer.encode(text);
    };
    return { tokenizer: Object.assign(Object.create(tokenizer) as Tokenizer, { encode }), count: () => count };
  };

  it("are the same within any limits as if they were encoded for these, and are not encoded again", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "ü", "字", " "), maxLength: 9 });
    const pair = fc.record({ source: text, target: text }, { requiredKeys: ["source", "target"] });
    const tokenizer = trainTokenizer("byte_pair", ["ab ab ü 字字 ab"], { vocabularySize: 270 });
    const limit = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 12 }), limit, limit, (some, maximumSource, maximumTarget) => {
        const { tokenizer: counted, count } = counting(tokenizer);
        const encoded = new EncodedPairs(some, counted, counted);
        const lengths = (side: "source" | "target"): number[] => some.map((each) => tokenizer.encode(each[side]).length + 1);
        expect(encoded.longest).toEqual({ source: Math.max(2, ...lengths("source")), target: Math.max(2, ...lengths("target")) });
        const whole = encoded.within({ maximumSource: encoded.longest.source, maximumTarget: encoded.longest.target });
        expect(upTo(some.length).map((i) => pairRow(whole, i).source)).toEqual(some.map(({ source }) => [...tokenizer.encode(source), eosId]));
        expect(whole.long.truncatedSources + whole.long.truncatedTargets).toBe(0);
        const cut = encoded.within({ maximumSource, maximumTarget });
        upTo(some.length).forEach((i) => {
          const [source, target] = [some[i].source, some[i].target].map((each) => [...tokenizer.encode(each)]);
          expect(pairRow(cut, i).source).toEqual([...source.slice(0, maximumSource - 1), eosId]);
          expect(pairRow(cut, i).targets).toEqual([...target, eosId].slice(0, maximumTarget));
        });
        expect(count()).toBe(2 * some.length);
      }),
    );
  });
});

describe("language tags", () => {
  it("stand in front of a source as plain text", () => {
    expect(taggedSource("Hi.", "zh")).toBe("<2zh> Hi.");
    expect(taggedSource("Hi.")).toBe("Hi.");
    expect(languageTag("pt-BR")).toBe("<2pt-BR>");
    const tagged: TextPair[] = [{ source: "Hi.", target: "嗨。", language: "zh" }];
    expect(taggedSources([...tagged, { source: "a", target: "b" }])).toEqual(["<2zh> Hi.", "a"]);
    const tokenizer = trainTokenizer("character", taggedSources(tagged));
    const encoded = encodePairs(tagged, tokenizer, tokenizer, room);
    expect(tokenizer.decode(pairRow(encoded, 0).source)).toBe("<2zh> Hi.");
  });

  it.each(["", " ", "z h", "zh>", "<2zh>", "-", "zh-"])("refuse %j", (language) => {
    expect(() => languageTag(language)).toThrow("is no name of a language");
  });
});
