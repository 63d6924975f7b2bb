// What a person does wrong with a variational autoencoder: one sentence each, exit code 2, nothing half-written.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY_TEXT, Workplace } from "../testing/command_line.js";
import { numberPairs } from "../testing/number_pairs.js";

const SENTENCES = numberPairs().map(({ source }) => source);
const TINY_VAE = ["--family", "vae", "--tokenizer", "word", "--width", "16", "--latent", "4", "--threads", "1"];
const table = (labelOf: (i: number) => string): string => `said,mood\n${SENTENCES.map((text, i) => `${text},${labelOf(i)}`).join("\n")}\n`;
const MOODS = ["happy", "sad"];

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  place.write("lines.txt", `${SENTENCES.join("\n")}\n`);
  place.write("moods.csv", table((i) => MOODS[i % 2]));
  place.write("foreign.csv", table((i) => (i === 50 ? "angry" : "sad")));
  place.write("alike.csv", table(() => "happy"));
  place.write("many.csv", `said,mood\n${Array.from({ length: 300 }, (_, i) => `${SENTENCES[i % 100]},label ${i}`).join("\n")}\n`);
  place.write("long.txt", "one two\none two three four five\n");
  place.write("longer.txt", "one two three\none two three four five\n");
  place.write("single.txt", "one two\n");
  place.write("empty.txt", "");
  place.write("blank.txt", "\n  \n\n");
  place.write("latin.txt", Buffer.from("one\ncaf\xe9\n", "latin1"));
  await Promise.all([
    place.train("lines.txt", ...TINY_VAE, "--steps", "2", "--out", "plain"),
    place.train("moods.csv", "--column", "said", "--label", "mood", ...TINY_VAE, "--steps", "2", "--out", "moods"),
    place.train("lines.txt", ...TINY_VAE, "--steps", "2", "--out", "begun"),
    place.train("poem.txt", ...TINY_TEXT, "--family", "gru", "--steps", "2", "--out", "gru"),
  ]);
  // What is there before the first evaluation.
  for (const name of ["model.safetensors", "metrics.jsonl", "README.md", "training_state"]) rmSync(place.file(`begun/${name}`), { recursive: true });
});
afterAll(() => place.remove());

type Case = readonly [what: string, args: readonly string[], sentence: RegExp];
const wrong = (cases: readonly Case[]): void => {
  it.each(cases)("%s", async (_, args, sentence) => {
    expect(await place.fails(...args)).toMatch(sentence);
  });
};

describe("what cannot be trained on", () => {
  const train = (...args: string[]): string[] => ["train", ...args, "--threads", "1", "--steps", "2", "--out", "new"];
  const vae = (data: string, ...args: string[]): string[] => train(data, ...TINY_VAE, ...args);
  const labelled = (data: string, label = "mood"): string[] => vae(data, "--column", "said", "--label", label);
  wrong([
    ["no such column of labels", labelled("moods.csv", "moods"), /moods\.csv has no column "moods"; its columns are "said", "mood"/],
    ["labels that are the texts", labelled("moods.csv", "said"), /The column "said" of moods\.csv was given for the texts and for their labels; name two columns/],
    ["labels that are all the same", labelled("alike.csv"), /The column "mood" of "alike\.csv" labels all texts "happy", which tells a model nothing; leave the label out/],
    ["as many labels as texts", labelled("many.csv"), /The column "mood" of "many\.csv" has \d+ different labels, but a model can be told 256 apart; name a column of fewer/],
    ["labels of plain lines", vae("lines.txt", "--label", "mood"), /lines\.txt is read as plain text, which has no column "mood" of labels; leave the label out, or name the file \.jsonl, \.csv or \.tsv/],
    ["labels of stories that they have not", vae("stories", "--label", "colour"), /The embedded stories have no column "colour" of labels; their label is "mood"/],
    ["labels to validate on that none was trained with", [...labelled("moods.csv"), "--validation", "foreign.csv"], /The validation part has the label "angry", which no text to learn from has; there are "happy", "sad"/],
    ["one long text", vae("lines.txt", "--no-lines"), /A variational autoencoder makes a point of each line and cannot read one long text; leave --no-lines out/],
    ["an empty file", vae("empty.txt"), /empty\.txt is empty; give a file with some text in it/],
    ["blank lines", vae("blank.txt"), /blank\.txt has no text in it, only blanks; give a file with some text/],
    ["a single line", vae("single.txt"), /single has only 1 sample, too few to set some aside for validation and train on the rest; give more text/],
    ["the folder of another run", ["train", "lines.txt", ...TINY_VAE, "--out", "plain"], /The folder "plain" holds a run already; resume it \(--resume\) or choose another folder \(--out\)/],
  ]);
});

describe("options that do not fit", () => {
  const train = (...args: string[]): string[] => ["train", "lines.txt", "--threads", "1", "--steps", "2", "--out", "new", ...args];
  const vae = (...args: string[]): string[] => train("--family", "vae", ...args);
  wrong([
    ["a view of pairs", vae("--view", "chinese"), /The option --view is for pairs of texts, but a variational autoencoder reads single ones; leave it out/],
    ["a second file", vae("--target-file", "lines.txt"), /The option --target-file is for pairs of texts/],
    ["attention", vae("--attention", "none"), /The option --attention is for pairs of texts/],
    ["heads of an LSTM", vae("--heads", "2"), /The option --heads is not for the cell lstm; leave it out or set --cell transformer/],
    ["norms of a GRU", vae("--cell", "gru", "--norm", "post"), /The option --norm is not for the cell gru; leave it out or set --cell transformer/],
    ["an embedding's width of a Transformer", vae("--cell", "transformer", "--embedding", "8"), /The option --embedding is not for the cell transformer; leave it out or set --cell gru or lstm/],
    ["heads that do not divide the width", vae("--cell", "transformer", "--width", "16", "--heads", "3"), /The width 16 cannot be divided among 3 heads/],
    ["tied weights", vae("--tie"), /A variational autoencoder does not take --tie; leave it out/],
    ["a dialect", vae("--dialect", "llama"), /A variational autoencoder does not take --dialect; leave it out/],
    ["windows in a batch", vae("--batch", "4"), /A variational autoencoder does not take --batch; leave it out and give --batch-tokens/],
    ["cycles of a line", vae("--cycles", "3"), /Only --annealing cyclical has cycles; leave --cycles out or set it/],
    ["steps of no annealing", vae("--annealing", "none", "--annealing-steps", "5"), /With --annealing none the weight never grows; leave --annealing-steps out/],
    ["an annealing that is none", vae("--annealing", "cosine"), /The option --annealing must be one of none, linear, logistic, cyclical, but "cosine" was given/],
    ["a negative weight", vae("--beta", "-1"), /The option --beta must be at least 0, but -1 was given/],
    ["free bits below nothing", vae("--free-bits", "-0.1"), /The option --free-bits must be at least 0, but -0\.1 was given/],
    ["words that are all dropped", vae("--word-dropout", "1"), /The option --word-dropout must be less than 1, but 1 was given/],
    ["half an update", vae("--aggressive", "1.5"), /The option --aggressive must be a whole number, but 1\.5 was given/],
    ["a latent space of an LSTM", train("--family", "lstm", "--latent", "8"), /The option --latent is for variational autoencoders, and the family is lstm; set --family vae or leave it out/],
    ["aggressive updates of a Transformer", train("--family", "transformer", "--aggressive", "2"), /The option --aggressive is for variational autoencoders, and the family is transformer/],
    ["free bits of pairs", train("--family", "seq2seq", "--target-file", "lines.txt", "--free-bits", "1"), /The option --free-bits is for variational autoencoders; set --family vae or leave it out/],
    ["labels of pairs", train("--family", "seq2seq", "--target-file", "lines.txt", "--label", "mood"), /The option --label is for variational autoencoders/],
    ["a cell of an LSTM", train("--family", "lstm", "--cell", "gru"), /The option --cell is for models with an encoder or a discriminator, which the family lstm has not; set --family seq2seq, vae or gan, or leave it out/],
  ]);
});

describe("what cannot be written", () => {
  const one = ["--threads", "1"];
  wrong([
    ["a label that the model does not know", ["generate", "moods", "--label", "angry", ...one], /The model in "moods" does not know the label "angry", but "happy", "sad"; name one of these/],
    ["between sentences with such a label", ["interpolate", "moods", "one two", "two one", "--label", "angry", ...one], /does not know the label "angry", but "happy", "sad"; name one of these/],
    ["a label by a model without", ["generate", "plain", "--label", "sad", ...one], /The model in "plain" was trained without labels and cannot be told "sad"; leave the label out, or train with a column of labels \(--label\)/],
    ["a label by a language model", ["generate", "gru", "--label", "sad", ...one], /The option --label is for models that were trained with labels, but the run in "gru" is a language model without; leave it out/],
    ["from a prompt", ["generate", "plain", "--prompt", "one", ...one], /The option --prompt is for other models, but the run in "plain" writes sentences from points of its latent space; leave it out/],
    ["of an input", ["generate", "plain", "--input", "one", ...one], /The option --input is for other models, but the run in "plain"/],
    ["up to a text", ["generate", "plain", "--stop", "one", ...one], /The option --stop is for other models, but the run in "plain"/],
    ["no text", ["generate", "plain", "-n", "0", ...one], /The number of samples must be a whole number of 1 or more, but 0 was given/],
    ["no text near a sentence", ["vary", "plain", "one two", "-n", "0", ...one], /must be a whole number of 1 or more, but 0 was given/],
    ["so far behind a sentence", ["vary", "plain", "one two", "--scale", "-1", ...one], /The scale must be a number from 0 to 100, but -1 was given; leave it out for 0\.3/],
    ["one step between two sentences", ["interpolate", "plain", "one two", "two one", "--steps", "1", ...one], /The number of steps must be a whole number of 2 or more, but 1 was given; leave it out for 7/],
    ["steps that are no number", ["interpolate", "plain", "one two", "two one", "--steps", "few", ...one], /--steps.*must be a number/],
    ["with beams and at random", ["reconstruct", "plain", "one two", "--beams", "2", "--temperature", "0.5", ...one], /Words are either drawn at random or searched for with 2 beams; leave the beams or the temperature and the like out/],
    ["with no beam", ["reconstruct", "plain", "one two", "--beams", "0", ...one], /The number of beams must be a whole number of 1 or more, but 0 was given/],
    ["no token", ["reconstruct", "plain", "one two", "--max-tokens", "0", ...one], /The largest number of tokens must be a whole number of 1 or more, but 0 was given/],
    ["by too cold a drawing", ["vary", "plain", "one two", "--temperature", "-1", ...one], /temperature.*-1 was given/],
  ]);
});

describe("what cannot be encoded", () => {
  const encode = (input: string, ...flags: string[]): string[] => ["encode", "plain", input, "--threads", "1", ...flags];
  wrong([
    ["a sentence that is longer than the model", encode("one two three four five"), /The text has 5 tokens, but the model holds 2 of a sentence; shorten it, or train with a longer --context/],
    ["a line of a file that is", encode("long.txt"), /Line 2 of "long\.txt" has 5 tokens, but the model holds 2 of a sentence; shorten it, or train with a longer --context/],
    ["one end that is", ["interpolate", "plain", "one two", "one two three four five", "--threads", "1"], /The second sentence has 5 tokens, but the model holds 2 of a sentence/],
    ["a middle that is", ["vary", "plain", "one two three four five", "--threads", "1"], /The text has 5 tokens, but the model holds 2 of a sentence/],
    ["nothing", encode(" "), /The input is empty; give a text, a file or - for the standard input/],
    ["an end that is blank", ["interpolate", "plain", "one two", " ", "--threads", "1"], /The second sentence is blank, and there is no point for it; give a sentence/],
    ["a middle that is blank", ["vary", "plain", "", "--threads", "1"], /The text is blank, and there is no point for it; give a sentence/],
    ["an empty file", ["reconstruct", "plain", "empty.txt", "--threads", "1"], /There is no sentence in "empty\.txt" to write again; give some/],
    ["blank lines for a file", encode("blank.txt", "--out", "points.npy"), /There is no sentence in "blank\.txt" to encode; give some/],
    ["a file that is not there", encode("lines.tx"), /There is no file "lines\.tx"; perhaps "lines\.txt" is meant/],
    ["a folder", encode("./plain"), /"\.\/plain" is a folder and not a file of texts/],
    ["a file in another encoding", encode("latin.txt"), /"latin\.txt" is not valid UTF-8/],
    ["a column that a table has not", encode("moods.csv", "--column", "text"), /moods\.csv has no column "text"; its columns are "said", "mood"/],
    ["into a file of no known form", encode("lines.txt", "--out", "points.csv"), /Points cannot be written to "points\.csv"; give it the extension \.npy \(a matrix for NumPy\) or \.jsonl \(a JSON object a line\)/],
    ["into a folder that is not there", encode("lines.txt", "--out", "nowhere/points.npy"), /There is no folder "nowhere" to write "points\.npy" in; make it, or write elsewhere/],
  ]);
});

describe("runs that have no latent space, or none yet", () => {
  const commands: [command: string, args: string[]][] = [
    ["encode", ["one two"]],
    ["reconstruct", ["one two"]],
    ["interpolate", ["one two", "two one"]],
    ["vary", ["one two"]],
  ];
  wrong(commands.map(([command, args]) => [`${command} with a language model`, [command, "gru", ...args, "--threads", "1"], /The run in "gru" is no variational autoencoder and has no latent space to .*; train one with --family vae/]));
  wrong([...commands, ["generate", []] as const, ["evaluate", ["lines.txt"]] as const].map(([command, args]) => [`${command} with a run that was ended before its first evaluation`, [command, "begun", ...args, "--threads", "1"], /The run in "begun" has no checkpoint yet/]));
  wrong([["a folder that is not there", ["encode", "nowhere", "one two", "--threads", "1"], /There is no folder "nowhere"; give the folder that training wrote/]]);
});

describe("what cannot be measured", () => {
  const evaluate = (run: string, data: string, ...flags: string[]): string[] => ["evaluate", run, data, "--threads", "1", ...flags];
  wrong([
    ["sentences with a label that the model does not know", evaluate("moods", "foreign.csv"), /"foreign\.csv" has the label "angry", which the model in "moods" does not know; it knows "happy", "sad"/],
    ["labels by a model without", evaluate("plain", "moods.csv", "--column", "said", "--label", "mood"), /The model in "plain" was trained without labels; leave the label out/],
    ["with no sample", evaluate("plain", "lines.txt", "--importance-samples", "0"), /The number of importance samples must be a whole number of 1 or more, but 0 was given; leave it out for 500/],
    ["of no sentence", evaluate("plain", "lines.txt", "--importance-sentences", "0"), /The number of sentences to sample for must be a whole number of 1 or more, but 0 was given; leave it out for 1,000/],
    ["a file that is not there for a map", ["explain", "plain", "elsewhere.txt", "--out", "map.svg", "--threads", "1"], /There is no file elsewhere\.txt/],
    ["a map that goes nowhere", ["explain", "plain", "lines.txt", "--threads", "1"], /Where the sentences of "lines\.txt" lie is shown as a picture; say where it goes: --out picture\.html/],
    ["a token of a map", ["explain", "plain", "lines.txt", "--token", "1", "--out", "map.svg", "--threads", "1"], /--token is for a text that is read token by token, but "lines\.txt" is a file of sentences/],
    ["a column of a sentence", ["explain", "plain", "one two", "--column", "said", "--threads", "1"], /--column is for a table of sentences, but a sentence was given/],
    ["a sentence that is too long", ["explain", "plain", "one two three four", "--threads", "1"], /The text has 4 tokens, but the model holds 2 of a sentence; shorten it/],
    ["a target that is too long", ["explain", "plain", "one two", "--target", "one two three four", "--threads", "1"], /The target has more tokens than the 2 that the model holds; give a shorter one/],
    ["a sentence of a label that the model does not know", ["explain", "moods", "one two", "--label", "angry", "--threads", "1"], /does not know the label "angry", but "happy", "sad"; name one of these/],
    ["a sentence by beams", ["explain", "plain", "one two", "--beams", "2", "--threads", "1"], /--beams is for models of pairs of texts, but the run in "plain" is a variational autoencoder/],
    ["attention of a variational autoencoder", ["explain", "plain", "one two", "--show", "attention", "--out", "map.svg", "--threads", "1"], /no attention to draw/],
    ["a single sentence", evaluate("plain", "single.txt"), /"single\.txt" has only 1 sentence that the model can hold, too few to measure a latent space on; give more/],
    ["sentences that are all longer than the model", evaluate("plain", "longer.txt"), /Each of the 2 sentences of "longer\.txt" has more than 2 tokens, which the model does not hold; give shorter ones, or train with a longer --context/],
    ["an empty file", evaluate("plain", "empty.txt"), /empty\.txt is empty; give a file with some text in it/],
    ["one long text", evaluate("plain", "lines.txt", "--no-lines"), /The option --(no-)?lines is for other models, but the run in "plain" is a variational autoencoder; leave it out/],
    ["with beams", evaluate("plain", "lines.txt", "--beams", "2"), /The option --beams is for other models, but the run in "plain" is a variational autoencoder; leave it out/],
    ["a language model by importance samples", evaluate("gru", "poem.txt", "--importance-samples", "5"), /The option --importance-samples is for variational autoencoders, but the run in "gru" is none; leave it out/],
    ["a language model by label", evaluate("gru", "poem.txt", "--label", "mood"), /The option --label is for variational autoencoders, but the run in "gru" is none; leave it out/],
  ]);
});
