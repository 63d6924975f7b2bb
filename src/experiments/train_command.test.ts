import { expect, it } from "vitest";
import { trainCommand } from "./train_command.js";

it("gives options as flags, switches that are off only where there is a flag for that", () => {
  expect(trainCommand({ data: "my poems.txt", family: "lstm", weightDecay: 0.1, tie: false, lines: true, lowercase: false, inputFeeding: true, column: undefined })).toEqual(
    ["npx", "wordloom", "train", "my poems.txt", "--family", "lstm", "--weight-decay", "0.1", "--no-tie", "--lines", "--input-feeding"],
  );
});
