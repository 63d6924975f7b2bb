import { describe, expect, it } from "vitest";
import type { Family } from "../api/train_options.js";
import { comparedBy } from "./comparable_losses.js";
import { parseGrid } from "./sweep_grid.js";

const compared = (grid: object, ...families: Family[]) => comparedBy(parseGrid(grid), new Set(families));

describe("trainings", () => {
  it("are compared by their loss, or by bits a character where tokens differ", () => {
    expect(compared({ lr: [0.1, 0.2], family: ["lstm", "transformer"] }, "lstm", "transformer")).toBe("loss");
    expect(compared({ lr: [0.1, 0.2], context: [8, 16] }, "lstm")).toBe("loss");
    expect(compared({ tokenizer: ["character", "bpe"] }, "lstm")).toBe("bitsPerCharacter");
    expect(compared({ tokenizer: "bpe", vocabulary: [300, 400] }, "gru")).toBe("bitsPerCharacter");
    expect(compared({ latent: [8, 16], freeBits: 0 }, "vae")).toBe("loss");
    expect(compared({ cell: ["lstm", "gru"], labelSmoothing: [0, 0.1] }, "seq2seq")).toBe("loss");
  });

  it.each<[object, Family[], RegExp]>([
    [{ validation: [0.1, 0.2] }, ["lstm"], /varies --validation, which decides what the trainings are measured on/],
    [{ stories: [100, 200] }, ["lstm"], /--stories/],
    [{ tokenizer: ["word", "bpe"] }, ["lstm"], /<unk>/],
    [{ vocabulary: [300, 400] }, ["lstm"], /"tokenizer": "bpe"/],
    [{ vocabulary: [300, 400], tokenizer: ["character", "bpe"] }, ["lstm"], /"tokenizer": "bpe"/],
    [{ tokenizer: ["character", "bpe"] }, ["seq2seq"], /what a token is/],
    [{ context: [8, 16] }, ["vae"], /cut or left out/],
    [{ freeBits: [0, 0.2] }, ["vae"], /free bits count in the loss/],
    [{ latent: [8, 16] }, ["vae"], /add "freeBits": 0/],
    [{ family: ["lstm", "vae"] }, ["lstm", "vae"], /losses of lstm and vae are not of the same thing/],
    [{ lr: [0.1, 0.2] }, ["gan"], /phases/],
  ])("of %j do not compare", (grid, families, sentence) => expect(() => compared(grid, ...families)).toThrow(sentence));
});
