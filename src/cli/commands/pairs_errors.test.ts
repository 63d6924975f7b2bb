// What a person does wrong with pairs of texts: one sentence each, exit code 2, nothing half-written.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY_GRU, TINY_TEXT, TINY_TRANSFORMER, Workplace } from "../testing/command_line.js";
import { writeNumberPairs } from "../testing/number_pairs.js";

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  writeNumberPairs(place);
  place.write("short.de", "null\neins\n");
  place.write("blank.tsv", "one\t\n\tzwei\n");
  place.write("eight.vec", "one 1 2 3 4 5 6 7 8\n");
  place.write("semicolons.csv", "source;target\none\n");
  place.write("messy.csv", "raw,clean\ntel +41 79,phone 0041\ntel +41 80,phone 0042\n");
  place.write("latin.txt", Buffer.from("one\ncaf\xe9\n", "latin1"));
  await Promise.all([
    place.train("plain.tsv", ...TINY_GRU, "--attention", "none", "--steps", "2", "--out", "pairs"),
    place.train("both.tsv", "--language", "to", ...TINY_TRANSFORMER, "--steps", "2", "--out", "both"),
    place.train("poem.txt", ...TINY_TEXT, "--family", "lstm", "--steps", "2", "--out", "lstm"),
    place.train("plain.tsv", ...TINY_TRANSFORMER, "--steps", "2", "--out", "no weights"),
  ]);
  rmSync(place.file("no weights/model.safetensors"));
});
afterAll(() => place.remove());

type Case = readonly [what: string, args: readonly string[], sentence: RegExp];
const wrong = (cases: readonly Case[]): void => {
  it.each(cases)("%s", async (_, args, sentence) => {
    expect(await place.fails(...args)).toMatch(sentence);
  });
};

describe("pairs that cannot be trained on", () => {
  const train = (...args: string[]): string[] => ["train", ...args, "--threads", "1", "--steps", "2", "--out", "new"];
  wrong([
    ["files of different lengths", train("lines.en", "--target-file", "short.de"), /lines\.en has 100 lines but short\.de 2, so that line 3 of lines\.en has no partner/],
    ["no such column", train("named.tsv", "--source", "asked", "--target", "answer"), /no column "answer"; did you mean "answered"\? Its columns are "id", "asked", "answered"/],
    ["no pair with both sides", train("blank.tsv", "--source", "1", "--target", "2"), /no pair both of whose sides have text/],
    ["cells that have no heads", train("plain.tsv", "--cell", "gru", "--heads", "2"), /--heads is not for the cell gru; leave it out or set --cell transformer/],
    ["a language model of pairs", train("poem.txt", "--family", "lstm", "--cell", "gru"), /--cell is for models with an encoder or a discriminator, which the family lstm has not; set --family seq2seq, vae or gan/],
    ["heads that do not divide the width", train("plain.tsv", "--source", "1", "--width", "16", "--heads", "3"), /width 16 cannot be divided among 3 heads/],
    ["an odd width of two directions", train("plain.tsv", "--cell", "gru", "--width", "15"), /width 15 cannot be divided among the encoder's two directions/],
    ["sources to validate on without targets", train("lines.en", "--target-file", "lines.de", "--validation", "lines.en"), /"lines\.en" holds sources alone, as the data does; give the file of their targets with --validation-target/],
    ["nothing left to train on", train("plain.tsv", "--source", "1", "--validation", "100"), /plain has only 100 samples, too few to set some aside/],
    ["dates but a part of one", train("dates", "--validation", "1.5"), /--validation must be a share below 1, a whole number or a file, but 1\.5 was given/],
    ["dates but all of them", train("dates", "--validation", "100%"), /--validation must be a share such as 0\.1 or 10%, a whole number or a file, but "100%" was given/],
    ["dates but themselves", train("dates", "--stories", "50", "--validation", "dates"), /The embedded "dates" is no file to validate on; give --validation a share/],
    ["columns of what is drawn", train("dates", "--source", "1"), /"dates" is drawn, not read, and takes no columns such as "1"/],
    ["a second file of what is drawn", train("dates", "--target-file", "lines.de"), /"dates" is drawn, not read, and takes no target file/],
    ["a view of dates", train("dates", "--view", "chinese"), /dates has no views/],
    ["a number of pairs of a file", train("plain.tsv", "--stories", "50"), /plain\.tsv is read whole, so that no number of pairs can be drawn from it/],
    ["vectors of another width", train("plain.tsv", "--width", "16", "--embeddings", "eight.vec"), /eight\.vec has vectors of 8 values but the model's are 16 wide/],
    ["fields between semicolons", train("semicolons.csv", "--family", "seq2seq"), /semicolons\.csv seems to have semicolons, and not as many in each row, between its fields/],
    ["columns of JSON lines by number", train("known.jsonl", "--source", "1", "--target", "2"), /known\.jsonl has no column "1": the fields of JSON lines have names and no numbers/],
    ["a column that names no language", train("plain.tsv", "--source", "1", "--target", "2", "--language", "1"), /plain\.tsv, line 1: the column "1" has "\w+ \w+" where the name of a language/],
    ["two columns for a language model", train("messy.csv"), /more than one column of text; say which column to read \(--column\), or which two are pairs of texts \(--source, --target\): "raw", "clean"/],
    ["vectors of words for characters", train("plain.tsv", "--tokenizer", "character", "--embeddings", "eight.vec"), /--tokenizer character reads a text as characters; leave the tokenizer out, or choose word or bpe/],
    ["a view of a file", train("plain.tsv", "--view", "chinese"), /plain\.tsv has no views/],
    ["pairs that are all too long", train("plain.tsv", "--cell", "gru", "--context", "3", "--long-pairs", "drop", "--tokenizer", "character"), /Each of the \d+ pairs is of more than 3 source or 3 target tokens, ends included/],
  ]);
});

describe("what cannot be converted", () => {
  const generate = (run: string, ...flags: string[]): string[] => ["generate", run, "--threads", "1", ...flags];
  wrong([
    ["nothing", generate("pairs"), /The run in "pairs" makes one text of another; give it a text, a file or - for the standard input with --input/],
    ["a prompt", generate("pairs", "--prompt", "one"), /give it a text, a file or - for the standard input with --input/],
    ["a prompt besides", generate("pairs", "--input", "one", "--prompt", "two"), /--prompt is for language models/],
    ["an empty text", generate("pairs", "--input", " "), /--input is empty/],
    ["a file whose name is mistyped", generate("pairs", "--input", "lines.enn"), /There is no file "lines\.enn"; perhaps "lines\.en" is meant, or if it is the text itself, give it through the standard input \(--input -\)/],
    ["a file in no folder", generate("pairs", "--input", "data/test.de"), /There is no folder "data" to read "test\.de" from/],
    ["a folder", generate("pairs", "--input", "./pairs"), /"\.\/pairs" is a folder and not a file of texts/],
    ["a file in another encoding", generate("pairs", "--input", "latin.txt"), /"latin\.txt" is not valid UTF-8/],
    ["by a language model", generate("lstm", "--input", "one"), /--input is for models of pairs of texts, but the run in "lstm" writes on from a prompt/],
    ["with beams and at random", generate("pairs", "--input", "one", "--beams", "2", "--top-k", "3"), /either drawn at random or searched for with 2 beams/],
    ["into another language", generate("both", "--input", "one", "--target-language", "fr"), /writes de, en, but not "fr"/],
    ["by a run without weights", generate("no weights", "--input", "one"), /has no weights to use yet|There is no file|no checkpoint/],
  ]);
});

describe("what cannot be measured or explained", () => {
  wrong([
    ["a text by lines of pairs", ["evaluate", "pairs", "plain.tsv", "--lines"], /--lines is for language models/],
    ["a language model on pairs", ["evaluate", "lstm", "lines.en", "--target-file", "lines.de"], /--target-file is for models of pairs of texts/],
    ["one plain file of pairs", ["evaluate", "pairs", "poem.txt", "--threads", "1"], /poem\.txt/],
    ["several languages without saying which", ["evaluate", "both", "lines.en", "--target-file", "lines.de", "--threads", "1"], /writes de, en; say which/],
    ["with an unknown tokenizer of BLEU", ["evaluate", "pairs", "plain.tsv", "--bleu-tokenizer", "mecab"], /tokenizer of BLEU must be/],
    ["attention in a file of no known form", ["explain", "pairs", "one", "--out", "map"], /extension \.html .*\.svg .*\.json/],
    ["attention of a model without it", ["explain", "pairs", "one", "--show", "attention", "--out", "map.svg"], /"pairs" has no attention to show/],
    ["attention without a file for it", ["explain", "both", "one", "--show", "attention"], /"both" attends to is shown as a picture; say where it goes: --out picture\.html/],
    ["a token of attention", ["explain", "both", "one", "--token", "1", "--show", "attention", "--out", "map.html"], /--token is for saliency, but attention was asked for/],
    ["a token that the target has not", ["explain", "pairs", "one", "--target", "eins", "--token", "3", "--threads", "1"], /no token 3 whose probability could be explained; choose one from 1 to 2, "last" or "all"/],
    ["a view of a pair that it has not", ["explain", "both", "one", "--show", "lens", "--out", "map.svg"], /--show can be attention, surprisal, saliency, but "lens" was given/],
    ["attention of nothing", ["explain", "both", " ", "--out", "map.html"], /no text to explain/],
    ["attention of a target that is too long", ["explain", "both", "one", "--target", "one ".repeat(300), "--target-language", "de", "--out", "map.html"], /target has more tokens than the \d+ that the model holds/],
    ["a target for a language model", ["explain", "lstm", "The sea", "--target", "x", "--out", "map.html"], /--target is for models of pairs/],
  ]);
});
