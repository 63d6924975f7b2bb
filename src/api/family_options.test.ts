// Options that mean nothing to a variational autoencoder, or only to one: refused with a sentence, not passed over.

import { describe, expect, it } from "vitest";
import { LATENT_OPTIONS, namesFamily } from "./family_options.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";

const parse = (given: Partial<TrainOptionsInput>) => parseTrainOptions({ data: "data.csv", ...given });

/** Something to give each of the options that only variational autoencoders have. */
const LATENT: Readonly<Record<string, unknown>> = { latent: 8, label: "topic", annealing: "linear", annealingSteps: 9, cycles: 2, beta: 1, freeBits: 0, freeBitsTotal: 1, wordDropout: 0.1, aggressive: 0 };
const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

describe("the options of variational autoencoders", () => {
  it("are all looked at here", () => {
    expect(Object.keys(LATENT).sort()).toEqual([...LATENT_OPTIONS].sort());
  });

  it.each(Object.entries(LATENT))("%s %j says which family is meant", (name, value) => {
    const cyclical = name === "cycles" ? { annealing: "cyclical" as const } : {};
    expect(namesFamily({ [name]: value })).toBe(true);
    expect(parse({ [name]: value, ...cyclical })).toMatchObject({ family: "vae", cell: "lstm", [name]: value });
  });

  it.each(Object.entries(LATENT).flatMap(([name, value]) => (["lstm", "transformer", "seq2seq"] as const).map((family) => [name, value, family] as const)))("%s %j is refused for the family %3$s", (name, value, family) => {
    const sentence = new RegExp(`^The option ${flag(name)} is for variational autoencoders.*; set --family vae or leave it out\\.$`);
    expect(() => parse({ family, [name]: value })).toThrow(expect.objectContaining({ code: "invalid_argument", message: expect.stringMatching(sentence) }));
  });

  it("have defaults where none was given, and are not asked for by these", () => {
    const options = parse({ family: "vae" });
    expect(options).toMatchObject({ cell: "lstm", latent: 32, annealing: "linear", cycles: 4, beta: 1, aggressive: 0 });
    for (const name of ["label", "annealingSteps", "freeBits", "freeBitsTotal", "wordDropout"] as const) expect(options[name]).toBeUndefined();
    expect(parse({ family: "gru" }).family).toBe("gru");
    expect(namesFamily({ data: "data.csv", width: 8 })).toBe(false);
  });
});

describe("a variational autoencoder", () => {
  it.each<[Partial<TrainOptionsInput>, string]>([
    [{ source: "a" }, "The option --source is for pairs of texts, but a variational autoencoder reads single ones; leave it out."],
    [{ view: "summary" }, "The option --view is for pairs of texts, but a variational autoencoder reads single ones; leave it out."],
    [{ labelSmoothing: 0.1 }, "The option --label-smoothing is for pairs of texts, but a variational autoencoder reads single ones; leave it out."],
    [{ attention: "none" }, "The option --attention is for pairs of texts, but a variational autoencoder reads single ones; leave it out."],
    [{ tie: true }, "A variational autoencoder does not take --tie; leave it out."],
    [{ batch: 8 }, "A variational autoencoder does not take --batch; leave it out and give --batch-tokens."],
    [{ dialect: "gpt2" }, "A variational autoencoder does not take --dialect; leave it out."],
    [{ heads: 2 }, "The option --heads is not for the cell lstm; leave it out or set --cell transformer."],
    [{ cell: "gru", norm: "post" }, "The option --norm is not for the cell gru; leave it out or set --cell transformer."],
    [{ cell: "transformer", embedding: 8 }, "The option --embedding is not for the cell transformer; leave it out or set --cell gru or lstm."],
    [{ embedding: 0 }, "A variational autoencoder has no one-hot input; give --embedding a width of 1 or more."],
    [{ lines: false }, "A variational autoencoder makes a point of each line and cannot read one long text; leave --no-lines out."],
    [{ annealing: "none", annealingSteps: 5 }, "With --annealing none the weight never grows; leave --annealing-steps out."],
    [{ cycles: 3 }, "Only --annealing cyclical has cycles; leave --cycles out or set it."],
    [{ annealing: "logistic", cycles: 3 }, "Only --annealing cyclical has cycles; leave --cycles out or set it."],
    [{ wordDropout: 1 }, "The option --word-dropout must be less than 1, but 1 was given."],
    [{ freeBits: -1 }, "The option --free-bits must be at least 0, but -1 was given."],
    [{ aggressive: 1.5 }, "The option --aggressive must be a whole number, but 1.5 was given."],
    [{ latent: 0 }, "The option --latent must be at least 1, but 0 was given."],
  ])("refuses %j", (given, message) => {
    expect(() => parse({ family: "vae", ...given })).toThrow(expect.objectContaining({ code: "invalid_argument", message }));
  });

  it.each<[Partial<TrainOptionsInput>]>([
    [{ lines: true }],
    [{ column: "text", lowercase: true, batchTokens: 100, context: 9 }],
    [{ cell: "transformer", heads: 2, norm: "post", feedForward: 9 }],
    [{ cell: "rnn", embedding: 4 }],
    [{ annealing: "cyclical", cycles: 2, annealingSteps: 5 }],
    [{ freeBits: 0.5, freeBitsTotal: 3, wordDropout: 0.5, aggressive: 3 }],
  ])("takes %j", (given) => {
    expect(parse({ family: "vae", ...given })).toMatchObject({ family: "vae", ...given });
  });
});
