// Learning byte-pair merges with the native tokenizers library, which has no trainer options: train fully, keep a prefix.
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { characterByByte } from "./byte_alphabet.js";
import {
  type BytePairTokenizer,
  bytePairPattern,
  bytePairTokenizer,
  pieceToCharacters,
} from "./byte_pair_tokenizer.js";
import { diskFull, learnMergesOfFile } from "./learn_merges.js";
import { forEachMatch } from "./matches.js";
import { specialTokens } from "./special_tokens.js";

/** The library's trainer stops at this many tokens. */
export const largestBytePairVocabulary = 30_000;
/** Special tokens and bytes alone. */
export const smallestBytePairVocabulary = specialTokens.length + characterByByte.length;

/** Merges are learned from this many characters at most: more changes the vocabulary little and costs minutes. */
const trainingCharacters = 50_000_000;

/**
 * Learns byte pairs from some texts. The library learns merges in order of rank, so that the first of them are exactly
 * what a smaller vocabulary would have learned.
 * @param limit the most ids, from 260 to 30,000
 * @param minimumFrequency merges made fewer times than this are left out
 */
export function trainBytePairTokenizer(
  texts: readonly string[],
  limit: number,
  minimumFrequency: number,
): BytePairTokenizer {
  const pieces = countPieces(texts);
  const learned = bytePairTokenizer(prefixWithin(learnMerges(pieces), limit));
  const merges = learned.merges;
  const counts = learned.countMerges(pieces);
  const enough = counts.findIndex((count) => count < minimumFrequency);
  return enough < 0 ? learned : bytePairTokenizer(merges.slice(0, enough));
}

function countPieces(texts: readonly string[]): Map<string, number> {
  const pieces = new Map<string, number>();
  let left = trainingCharacters;
  for (const text of texts) {
    if (left <= 0) break;
    const used = text.length > left ? text.slice(0, left) : text;
    left -= used.length;
    forEachMatch(used, bytePairPattern, (piece) => pieces.set(piece, (pieces.get(piece) ?? 0) + 1));
  }
  return pieces;
}

/** As many merges as the vocabulary has room for; one whose token another merge already made takes no room. */
function prefixWithin(merges: readonly [string, string][], limit: number): [string, string][] {
  const tokens = new Set(characterByByte);
  const kept: [string, string][] = [];
  for (const [left, right] of merges) {
    if (!tokens.has(left + right) && tokens.size + specialTokens.length >= limit) break;
    tokens.add(left + right);
    kept.push([left, right]);
  }
  return kept;
}

const trainedSchema = z.object({ model: z.object({ merges: z.array(z.tuple([z.string(), z.string()])) }) });

/**
 * Pieces go to the library already cut and in the byte alphabet, which has no white space: given the text itself it
 * would cut it at every line end first, and never learn an empty line.
 */
function learnMerges(pieces: ReadonlyMap<string, number>): [string, string][] {
  const folder = mkdtempSync(join(tmpdir(), "wordloom-tokenizer-"));
  try {
    const input = join(folder, "pieces.txt");
    writePieces(input, pieces);
    const output = join(folder, "tokenizer.json");
    learnMergesOfFile(input, output);
    return trainedSchema.parse(JSON.parse(readFileSync(output, "utf8"))).model.merges;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") throw diskFull(error);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writePieces(path: string, pieces: ReadonlyMap<string, number>): void {
  const file = openSync(path, "w");
  try {
    let line = "";
    for (const [piece, count] of pieces) {
      const word = `${pieceToCharacters(piece)} `;
      for (let done = 0; done < count;) {
        const copies = Math.min(count - done, Math.ceil(65_536 / word.length));
        line += word.repeat(copies);
        done += copies;
        if (line.length < 65_536) continue;
        writeSync(file, `${line}\n`);
        line = "";
      }
    }
    writeSync(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}
