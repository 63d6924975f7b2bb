// The native trainer of byte pairs in a process of its own, since it writes to the standard output and cannot be told not to.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { WordloomError } from "../errors.js";

/** Ctrl-C reaches every process of a terminal, and whoever trains decides what it stops. */
const script = `
process.on("SIGINT", () => {});
const [library, input, output] = process.argv.slice(1);
const { BPE, Tokenizer, whitespaceSplitPreTokenizer } = require(library);
const trainer = new Tokenizer(BPE.empty());
trainer.setPreTokenizer(whitespaceSplitPreTokenizer());
trainer.train([input]);
trainer.save(output, false);
`;

/**
 * Learns from a file of pieces, with white space between them, and writes the library's file of a tokenizer.
 * @throws WordloomError "disk_full"
 */
export function learnMergesOfFile(input: string, output: string): void {
  const library = createRequire(import.meta.url).resolve("tokenizers");
  const { status, signal, stderr, error } = spawnSync(process.execPath, ["-e", script, library, input, output], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  if (error) throw error;
  if (status === 0) return;
  if (/os error 28|ENOSPC/.test(stderr)) throw diskFull();
  const reason = stderr.trim().split("\n").findLast((line) => /error/i.test(line)) ?? (signal === null ? `code ${status}` : `signal ${signal}`);
  throw new WordloomError("internal", `The trainer of byte pairs ended early (${reason}).`);
}

/** For a disk without room for what training writes aside. */
export function diskFull(cause?: unknown): WordloomError {
  return new WordloomError("disk_full", `The disk that holds ${tmpdir()} is full; free some space there to train a tokenizer.`, { cause });
}
