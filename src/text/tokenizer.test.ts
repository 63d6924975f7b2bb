import fc from "fast-check";
import { Tokenizer as JavaScriptTokenizer } from "@huggingface/tokenizers";
import { Tokenizer as NativeTokenizer } from "tokenizers";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { incrementalDecoder } from "./incremental_decoder.js";
import { loadTokenizer } from "./load_tokenizer.js";
import { allTexts, multilingualTexts } from "./testing/texts.js";
import { type Tokenizer, type TokenizerKind, tokenizerKinds } from "./tokenizer.js";
import { trainTokenizer } from "./train_tokenizer.js";

const minimumFrequency = 1;
const trained = Object.fromEntries(
  tokenizerKinds.map((kind) => [kind, trainTokenizer(kind, [allTexts], { minimumFrequency })]),
) as Record<TokenizerKind, Tokenizer>;
/** Trained on English alone: much of the other texts is unknown to the first two kinds. */
const narrow = Object.fromEntries(
  tokenizerKinds.map((kind) => [kind, trainTokenizer(kind, [multilingualTexts.english], { minimumFrequency })]),
) as Record<TokenizerKind, Tokenizer>;

/** Any string that UTF-8 can hold: code points of every plane, surrogates excepted. */
const anyText = fc.string({ unit: "binary", maxLength: 60 });
/** Strings of things that a person may write: whole graphemes of many scripts, mixed with what the texts above have. */
const plausibleText = fc
  .array(fc.oneof(fc.string({ unit: "grapheme", maxLength: 3 }), fc.constantFrom(...allTexts)), { maxLength: 40 })
  .map((parts) => parts.join(""));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof WordloomError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing was thrown";
}

describe.each(tokenizerKinds)("%s tokenizer", (kind) => {
  const tokenizer = trained[kind];

  it("begins with the special tokens", () => {
    expect([0, 1, 2, 3].map((id) => tokenizer.tokenText(id))).toEqual(["<pad>", "<bos>", "<eos>", "<unk>"]);
    const { padId, bosId, eosId, unknownId } = tokenizer;
    expect([padId, bosId, eosId, unknownId]).toEqual([0, 1, 2, 3]);
  });

  it.each(Object.entries(multilingualTexts))("gives back the %s text it was trained on", (_, text) => {
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(ids.every((id) => id > 3 && id < tokenizer.vocabularySize)).toBe(true);
    expect(tokenizer.unknown(text)).toEqual([]);
  });

  it("is the same after a trip through JSON", () => {
    const loaded = loadTokenizer(JSON.parse(JSON.stringify(tokenizer)), "tokenizer.json");
    expect(loaded.kind).toBe(kind);
    expect(loaded.vocabularySize).toBe(tokenizer.vocabularySize);
    expect(loaded.encode(allTexts)).toEqual(tokenizer.encode(allTexts));
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(tokenizer));
  });

  it("is the same whenever it is trained on the same text", () => {
    expect(JSON.stringify(trainTokenizer(kind, [allTexts], { minimumFrequency }))).toBe(JSON.stringify(tokenizer));
  });

  it("leaves structural tokens out of decoded text only when asked to", () => {
    const ids = [1, ...tokenizer.encode("The"), 2, 0];
    expect(tokenizer.decode(ids)).toBe("The");
    expect(tokenizer.decode(ids, { skipSpecial: false })).toBe("<bos>The<eos><pad>");
    expect(tokenizer.decode([3])).toBe("<unk>");
  });

  it("agrees with both Hugging Face libraries on its file", async () => {
    for (const own of [tokenizer, narrow[kind]]) {
      const json = JSON.stringify(own);
      const native = NativeTokenizer.fromString(json);
      const javaScript = new JavaScriptTokenizer(JSON.parse(json), { clean_up_tokenization_spaces: false });
      const check = async (text: string): Promise<void> => {
        const ids = (await native.encode(text, null, { addSpecialTokens: false })).getIds();
        expect(javaScript.encode(text, { add_special_tokens: false }).ids).toEqual(ids);
        // A word unknown to the libraries may be known to us in its other form, with or without the space before it.
        const ours = [...own.encode(text)].map((id, i) => (kind === "word" && ids[i] === 3 ? 3 : id));
        expect(ours).toEqual(ids);
        if (ids.length === 0) return;
        expect(await native.decode(ids, true)).toBe(own.decode(ids));
        expect(javaScript.decode(ids, { skip_special_tokens: true })).toBe(own.decode(ids));
      };
      for (const [name, text] of Object.entries(multilingualTexts)) if (name !== "special") await check(text);
      await fc.assert(fc.asyncProperty(plausibleText, check), { numRuns: 100 });
    }
  });

  it("streams what it decodes, never half a character", () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(tokenizer.vocabularySize - 1), { maxLength: 30 }), (text, random) => {
        for (const ids of [[...tokenizer.encode(text)], random]) {
          const decoder = incrementalDecoder(tokenizer);
          const parts = ids.map((id) => decoder.push(id));
          expect(parts.join("") + decoder.finish()).toBe(tokenizer.decode(ids));
        }
        const decoder = incrementalDecoder(tokenizer);
        if (kind === "byte_pair" && !text.includes("\ufffd")) {
          for (const id of tokenizer.encode(text)) expect(decoder.push(id)).not.toContain("\ufffd");
          expect(decoder.finish()).toBe("");
        }
      }),
    );
  });

  it("refuses an id that it does not have", () => {
    const id = tokenizer.vocabularySize;
    expect(codeOf(() => tokenizer.decode([id]))).toContain(`invalid_argument: Token ${id} does not exist`);
    expect(codeOf(() => tokenizer.tokenText(-1))).toContain("invalid_argument");
    expect(codeOf(() => incrementalDecoder(tokenizer).push(id))).toContain("invalid_argument");
  });

  it("refuses options that make no sense", () => {
    expect(codeOf(() => trainTokenizer(kind, ["a"], { vocabularySize: 4 }))).toContain("invalid_argument");
    expect(codeOf(() => trainTokenizer(kind, ["a"], { vocabularySize: 1e9 }))).toContain("invalid_argument");
    expect(codeOf(() => trainTokenizer(kind, ["a"], { minimumFrequency: 0 }))).toContain("invalid_argument");
  });

  it("keeps within the vocabulary size it was given", () => {
    const vocabularySize = kind === "byte_pair" ? 300 : 30;
    expect(trainTokenizer(kind, [allTexts], { vocabularySize, minimumFrequency }).vocabularySize).toBe(vocabularySize);
  });
});

describe("character tokenizer", () => {
  it("gives back any text whose characters it knows", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokenizer = trainTokenizer("character", [text]);
        const ids = tokenizer.encode(text);
        expect(ids.length).toBe([...text].length);
        expect(tokenizer.vocabularySize).toBe(4 + new Set(text).size);
        expect(tokenizer.decode(ids)).toBe(text);
      }),
    );
  });

  it("orders characters by code point", () => {
    const tokenizer = trainTokenizer("character", ["b😀a\né"]);
    expect([4, 5, 6, 7, 8].map((id) => tokenizer.tokenText(id))).toEqual(["\n", "a", "b", "é", "😀"]);
  });

  it("names each unknown character once and encodes it as <unk>", () => {
    expect(narrow.character.unknown("über, 😀 ü\ud800")).toEqual(["ü", "b", "😀", "\ud800"]);
    expect([...narrow.character.encode("😀T\udc00\u{10ffff}")]).toEqual([3, narrow.character.encode("T")[0], 3, 3]);
  });

  it("keeps the most frequent characters when there is room for few", () => {
    const tokenizer = trainTokenizer("character", ["abbccc"], { vocabularySize: 6 });
    expect(tokenizer.unknown("abc")).toEqual(["a"]);
    expect(trainTokenizer("character", ["abbccc"], { minimumFrequency: 3 }).unknown("abc")).toEqual(["a", "b"]);
  });
});

describe("word tokenizer", () => {
  const words = (tokenizer: Tokenizer, text: string): string[] =>
    [...tokenizer.encode(text)].map((id) => tokenizer.tokenText(id));

  it("cuts at spaces, signs and Han characters, but not within words", () => {
    const text = "The king's men didn't go.\n\n花落 नमस्ते दुनिया  x_1";
    const tokenizer = trainTokenizer("word", [text], { minimumFrequency });
    const english = ["The", " king's", " men", " didn't", " go", ".", "\n", "\n"];
    expect(words(tokenizer, text)).toEqual([...english, "花", "落", " नमस्ते", " दुनिया", " ", " x_1"]);
  });

  it("reads a word known only with a space, or only without, as that one", () => {
    const tokenizer = trainTokenizer("word", ["The king\nAnd so"], { minimumFrequency });
    expect(tokenizer.unknown("king The And nobody, nobody")).toEqual(["nobody", ","]);
    expect(words(tokenizer, "king The")).toEqual([" king", "The"]);
  });

  it("has ordinary words named like properties of objects", () => {
    const text = "__proto__ constructor toString";
    const tokenizer = trainTokenizer("word", [text], { minimumFrequency });
    const loaded = loadTokenizer(JSON.parse(JSON.stringify(tokenizer)), "tokenizer.json");
    expect(loaded.decode(loaded.encode(text))).toBe(text);
  });

  it("leaves out words that occur only once unless told otherwise", () => {
    expect(trainTokenizer("word", ["of a of a b"]).unknown("a b of")).toEqual(["b", "of"]);
  });

  it("copes with a word of a million letters", () => {
    const text = "ab".repeat(500_000);
    const tokenizer = trainTokenizer("word", [text]);
    expect(tokenizer.decode(tokenizer.encode(text)) === text).toBe(true);
  });
});

describe("byte_pair tokenizer", () => {
  it("gives back any text, whatever it was trained on", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = narrow.byte_pair.encode(text);
        expect(ids.every((id) => id > 3)).toBe(true);
        expect(narrow.byte_pair.decode(ids)).toBe(text);
      }),
    );
  });

  it("learns the most frequent pair first, as in the worked example of the byte-pair literature", () => {
    const tokenizer = trainTokenizer("byte_pair", ["aaabdaaabac"], { minimumFrequency: 2 });
    expect(tokenizer.tokenText(260)).toBe("aa");
    expect([...tokenizer.encode("aaabdaaabac")].map((id) => tokenizer.tokenText(id))).toEqual([
      "aaab",
      "d",
      "aaab",
      "a",
      "c",
    ]);
  });

  it("has a smaller vocabulary's tokens first", () => {
    const small = trainTokenizer("byte_pair", [allTexts], { vocabularySize: 300, minimumFrequency });
    for (let id = 0; id < 300; id++) expect(trained.byte_pair.tokenText(id)).toBe(small.tokenText(id));
  });

  it("leaves out merges that are made too few times", () => {
    const all = trainTokenizer("byte_pair", ["ab ab ab cd"], { minimumFrequency: 1 });
    const frequent = trainTokenizer("byte_pair", ["ab ab ab cd"], { minimumFrequency: 2 });
    expect([...all.encode(" cd")]).toHaveLength(1);
    expect([...frequent.encode(" cd")]).toHaveLength(3);
    expect([...frequent.encode(" ab")]).toHaveLength(1);
  });

  it("makes a token of an empty line", () => {
    const tokenizer = trainTokenizer("byte_pair", ["one.\n\ntwo.\n\nthree."]);
    expect([...tokenizer.encode("\n\n")].map((id) => tokenizer.tokenText(id))).toEqual(["\n\n"]);
  });

  it("shows the bytes of half a character", () => {
    const tokenizer = trainTokenizer("byte_pair", [""]);
    expect([...tokenizer.encode("é")].map((id) => tokenizer.tokenText(id))).toEqual(["<0xC3>", "<0xA9>"]);
    expect(tokenizer.vocabularySize).toBe(260);
  });
});

describe("loadTokenizer", () => {
  const broken = (
    kind: TokenizerKind,
    change: (json: { model: { vocab: Record<string, number>; merges: unknown[] }; pre_tokenizer: unknown }) => void,
  ) => {
    const json = JSON.parse(JSON.stringify(trained[kind]));
    change(json);
    return codeOf(() => loadTokenizer(json, "runs/x/tokenizer.json"));
  };

  it("refuses, naming the file, what is not a tokenizer of ours", () => {
    for (const json of [null, 3, [], {}, { model: { type: "Unigram" } }]) {
      const message = codeOf(() => loadTokenizer(json, "runs/x/tokenizer.json"));
      expect(message).toContain("invalid_run: runs/x/tokenizer.json is not a tokenizer");
    }
    expect(broken("character", (json) => (json.model.vocab["<eos>"] = 1))).toContain("invalid_run");
    expect(broken("character", (json) => (json.model.vocab["ab"] = trained.character.vocabularySize))).toContain(
      "one character",
    );
    expect(broken("word", (json) => delete json.model.vocab["<pad>"])).toContain("invalid_run");
    expect(broken("word", (json) => (json.model.vocab["new"] = 1e6))).toContain("invalid_run");
    expect(broken("byte_pair", (json) => json.model.merges.push(["x", "unheard"]))).toContain("unheard");
    expect(broken("byte_pair", (json) => json.model.merges.push("a b c"))).toContain("not two tokens");
    expect(broken("word", (json) => (json.pre_tokenizer = { type: "Split", pattern: { Regex: "(" } }))).toContain(
      "regular expression",
    );
  });

  it("reads merges in the older layout, two tokens in a string", () => {
    const json = JSON.parse(JSON.stringify(trained.byte_pair));
    json.model.merges = json.model.merges.map((merge: [string, string]) => merge.join(" "));
    expect(loadTokenizer(json, "tokenizer.json").encode(allTexts)).toEqual(trained.byte_pair.encode(allTexts));
  });
});
