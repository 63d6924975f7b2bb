// What a person does wrong with a generator against a discriminator: one sentence each, exit code 2, nothing half-written.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "../testing/command_line.js";
import { numberPairs } from "../testing/number_pairs.js";

const SENTENCES = numberPairs().map(({ source }) => source);
const TINY_GAN = ["--family", "gan", "--tokenizer", "word", "--width", "8", "--context", "6", "--batch", "8", "--likelihood-steps", "2", "--discriminator-steps", "1", "--rounds", "1"];
const table = (labelOf: (i: number) => string): string => `said,mood\n${SENTENCES.map((text, i) => `${text},${labelOf(i)}`).join("\n")}\n`;
const MOODS = ["happy", "sad"];

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  place.write("lines.txt", `${SENTENCES.join("\n")}\n`);
  place.write("moods.csv", table((i) => MOODS[i % 2]));
  place.write("foreign.csv", table((i) => (i === 50 ? "angry" : "sad")));
  place.write("other.txt", `${SENTENCES.slice(20).join("\n")}\n`);
  place.write("single.txt", "one two\n");
  place.write("two.txt", "one two\ntwo one\n");
  place.write("empty.txt", "");
  place.write("blank.txt", "\n  \n\n");
  await Promise.all([
    place.train("lines.txt", ...TINY_GAN, "--threads", "1", "--out", "plain"),
    place.train("moods.csv", "--column", "said", "--label", "mood", ...TINY_GAN, "--threads", "1", "--out", "moods"),
    place.train("lines.txt", ...TINY_GAN, "--threads", "1", "--out", "begun"),
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
  const gan = (data: string, ...args: string[]): string[] => ["train", data, ...TINY_GAN, "--threads", "1", "--out", "new", ...args];
  wrong([
    ["one long text", gan("lines.txt", "--no-lines"), /A generator that learns against a discriminator writes lines and cannot learn from one long text; leave --no-lines out/],
    ["an empty file", gan("empty.txt"), /empty\.txt is empty; give a file with some text in it/],
    ["blank lines", gan("blank.txt"), /blank\.txt has no text in it, only blanks; give a file with some text/],
    ["a single line", gan("single.txt"), /single has only 1 sample, too few to set some aside for validation and train on the rest; give more text/],
    ["two lines, of which one is held out", gan("two.txt"), /There is only 1 text to learn from, and two are needed; give more lines, or hold out another part of them \(--validation\)/],
    ["texts that are all longer than the context", gan("lines.txt", "--context", "2"), /Of the 90 texts to learn from none has at most 1 token, and two are needed; allow longer ones \(--context\), or give more lines/],
    ["one text to validate on", gan("lines.txt", "--validation", "1"), /There is only 1 text of the validation part, and two are needed; give more lines, or hold out another part of them \(--validation\)/],
    ["labels to validate on that none was trained with", gan("moods.csv", "--column", "said", "--label", "mood", "--validation", "foreign.csv"), /The validation part has the label "angry", which no text to learn from has; there are "happy", "sad"/],
    ["labels of plain lines", gan("lines.txt", "--label", "mood"), /lines\.txt is read as plain text, which has no column "mood" of labels/],
    ["the folder of another run", gan("lines.txt", "--out", "plain"), /The folder "plain" holds a run already; resume it \(--resume\) or choose another folder \(--out\)/],
    ["a run that goes on with another file", ["train", "other.txt", "--out", "plain", "--resume"], /The run in "plain" was trained on .*; resume with the same file/],
  ]);
});

describe("options that do not fit", () => {
  const train = (...args: string[]): string[] => ["train", "lines.txt", "--threads", "1", "--out", "new", ...args];
  const gan = (...args: string[]): string[] => train("--family", "gan", ...args);
  wrong([
    ["a view of pairs", gan("--view", "chinese"), /The option --view is for pairs of texts, but a generator against a discriminator reads single ones; leave it out/],
    ["a second file", gan("--target-file", "lines.txt"), /The option --target-file is for pairs of texts/],
    ["a latent space", gan("--latent", "8"), /The option --latent is for variational autoencoders; set --family vae or leave it out/],
    ["steps of no phase", gan("--steps", "9"), /A generator that learns against a discriminator does not take --steps; give --likelihood-steps and --rounds/],
    ["evaluations of its own", gan("--evaluate-every", "9"), /does not take --evaluate-every; leave it out/],
    ["tokens in a batch", gan("--batch-tokens", "9"), /does not take --batch-tokens; leave it out and give --batch/],
    ["accumulation", gan("--accumulation", "2"), /does not take --accumulation; leave it out and give a larger --batch/],
    ["tied weights", gan("--tie"), /does not take --tie; leave it out/],
    ["a norm", gan("--cell", "transformer", "--norm", "post"), /does not take --norm; leave it out/],
    ["heads of an LSTM", gan("--heads", "2"), /The option --heads is not for a generator of the cell lstm; leave it out or set --cell transformer/],
    ["a dialect of a GRU", gan("--cell", "gru", "--dialect", "llama"), /The option --dialect is not for a generator of the cell gru; leave it out or set --cell transformer/],
    ["an embedding's width of a Transformer", gan("--cell", "transformer", "--embedding", "8"), /The option --embedding is not for a generator of the cell transformer; leave it out or set --cell lstm/],
    ["keys and values that GPT-2 does not share", gan("--cell", "transformer", "--key-value-heads", "1"), /Only the dialect llama shares keys and values among heads; leave --key-value-heads out or set --dialect llama/],
    ["heads that do not divide the width", gan("--cell", "transformer", "--width", "16", "--heads", "3"), /The width 16 cannot be divided among 3 heads/],
    ["roll-outs of a relaxation", gan("--estimator", "gumbel", "--roll-outs", "2"), /The option --roll-outs is not for the estimator gumbel; leave it out or set --estimator policy/],
    ["a baseline of a relaxation", gan("--estimator", "gumbel", "--baseline", "none"), /The option --baseline is not for the estimator gumbel/],
    ["a temperature of a policy", gan("--final-temperature", "0.5"), /The option --final-temperature is not for the estimator policy; leave it out or set --estimator gumbel/],
    ["a weight of no penalty", gan("--penalty-weight", "2"), /There is no penalty that --penalty-weight could weigh; give --gradient-penalty or leave it out/],
    ["a discriminator that is none", gan("--discriminator", "rnn"), /The option --discriminator must be one of cnn, lstm, transformer, but "rnn" was given/],
    ["an estimator that is none", gan("--estimator", "gan"), /The option --estimator must be one of policy, gumbel, but "gan" was given/],
    ["an objective that is none", gan("--objective", "lsgan"), /The option --objective must be one of standard, relativistic, hinge, wasserstein, but "lsgan" was given/],
    ["a baseline that is none", gan("--baseline", "critic"), /The option --baseline must be one of none, mean, normalized, but "critic" was given/],
    ["a penalty that is none", gan("--gradient-penalty", "r2"), /The option --gradient-penalty must be one of r1, interpolated, but "r2" was given/],
    ["no step by likelihood", gan("--likelihood-steps", "0"), /The option --likelihood-steps must be at least 1, but 0 was given/],
    ["half a round", gan("--rounds", "1.5"), /The option --rounds must be a whole number, but 1\.5 was given/],
    ["no roll-out", gan("--roll-outs", "0"), /The option --roll-outs must be at least 1, but 0 was given/],
    ["a rate of nothing", gan("--adversarial-lr", "0"), /The option --adversarial-lr must be (more|greater) than 0, but 0 was given/],
    ["a temperature that rises", gan("--estimator", "gumbel", "--final-temperature", "2"), /The option --final-temperature must be at most 1, but 2 was given/],
    ["rounds of a Transformer", train("--family", "transformer", "--rounds", "3"), /The option --rounds is for generators that learn against a discriminator; set --family gan or leave it out/],
    ["a discriminator of an autoencoder", train("--family", "vae", "--discriminator", "cnn"), /The option --discriminator is for generators that learn against a discriminator/],
    ["roll-outs of pairs", train("--family", "seq2seq", "--target-file", "lines.txt", "--roll-outs", "3"), /The option --roll-outs is for generators that learn against a discriminator/],
    ["a cell of an LSTM", train("--family", "lstm", "--cell", "gru"), /The option --cell is for models with an encoder or a discriminator, which the family lstm has not/],
  ]);
});

describe("what cannot be written or measured", () => {
  const one = ["--threads", "1"];
  wrong([
    ["a label that the model does not know", ["generate", "moods", "--label", "angry", ...one], /The model in "moods" does not know the label "angry", but "happy", "sad"; name one of these/],
    ["a label by a model without", ["generate", "plain", "--label", "sad", ...one], /The option --label is for models that were trained with labels, but the run in "plain" is a language model without; leave it out/],
    ["of an input", ["generate", "plain", "--input", "one", ...one], /The run in "plain" writes on from a prompt|--input/],
    ["with a run that was ended before its first evaluation", ["generate", "begun", ...one], /The run in "begun" has no checkpoint yet/],
    ["a point of a latent space", ["encode", "plain", "one two", ...one], /The run in "plain" is no variational autoencoder and has no latent space to .*; train one with --family vae/],
    ["by importance samples", ["evaluate", "plain", "lines.txt", "--importance-samples", "5", ...one], /The option --importance-samples is for variational autoencoders, but the run in "plain" is none/],
    ["an empty file", ["evaluate", "plain", "empty.txt", ...one], /empty\.txt is empty; give a file with some text in it/],
  ]);
});

it("a batch larger than the data is as large as these", async () => {
  await place.train("lines.txt", ...TINY_GAN, "--batch", "5000", "--threads", "1", "--out", "few");
  expect(place.contents()).toHaveProperty("few/model.safetensors");
});
