// The parts of Hugging Face's tokenizer.json that this project writes and reads, checked before anything trusts them.
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { specialTokens, structuralTokens } from "./special_tokens.js";

/** Splits a text into what a regular expression matches; each piece is then encoded on its own. */
export function splitInto(pattern: string): object {
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
}

/**
 * A whole tokenizer.json. `<unk>` is left out of the added tokens: it would otherwise match where a text really says
 * "<unk>", and be dropped when generated text is decoded.
 */
export function tokenizerFile(preTokenizer: object, decoder: object, model: object): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: structuralTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder,
    model,
  };
}

// z.record drops a key named "__proto__", which is a perfectly good word; so the object is only looked at, never copied.
const vocabularySchema = z.custom<Record<string, number>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must map tokens to ids",
);

const splitSchema = z.object({ type: z.literal("Split"), pattern: z.object({ Regex: z.string() }) });
const byteLevelSchema = z.object({ type: z.literal("ByteLevel"), use_regex: z.literal(false) });

const fileSchema = z.object({
  pre_tokenizer: z.union([
    splitSchema,
    z.object({ type: z.literal("Sequence"), pretokenizers: z.tuple([splitSchema, byteLevelSchema]) }),
  ]),
  model: z.discriminatedUnion("type", [
    z.object({ type: z.literal("WordPiece"), vocab: vocabularySchema }),
    z.object({
      type: z.literal("BPE"),
      vocab: vocabularySchema,
      merges: z.array(z.union([z.tuple([z.string(), z.string()]), z.string()])),
    }),
  ]),
});

/** What a tokenizer needs of its file. */
export interface TokenizerFile {
  readonly kind: "character" | "word" | "byte_pair";
  /** In id order. */
  readonly tokens: readonly string[];
  /** The regular expression that cuts a text into pieces. */
  readonly pattern: string;
  /** Byte-pair merges in order of rank; empty for the other kinds. */
  readonly merges: readonly (readonly [string, string])[];
}

/**
 * Checks the parsed content of a tokenizer.json.
 * @param whereFrom the file's name, for messages
 * @throws WordloomError "invalid_run" when it is not a tokenizer that this project writes
 */
export function parseTokenizerFile(json: unknown, whereFrom: string): TokenizerFile {
  const result = fileSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const place = issue.path.length > 0 ? ` at "${issue.path.join(".")}"` : "";
    throw invalid(whereFrom, `it does not have the layout of one that Wordloom writes${place}`, result.error);
  }
  const { model, pre_tokenizer: preTokenizer } = result.data;
  const tokens = tokensInOrder(model.vocab, whereFrom);
  if (preTokenizer.type === "Sequence") {
    if (model.type !== "BPE") throw invalid(whereFrom, "a byte-level tokenizer must have a BPE model");
    const merges = model.merges.map((merge) => splitMerge(merge, whereFrom));
    const pattern = checkPattern(preTokenizer.pretokenizers[0].pattern.Regex, whereFrom);
    return { kind: "byte_pair", tokens, pattern, merges };
  }
  const pattern = checkPattern(preTokenizer.pattern.Regex, whereFrom);
  if (model.type === "WordPiece") return { kind: "word", tokens, pattern, merges: [] };
  if (model.merges.length > 0) throw invalid(whereFrom, "its BPE merges are not on bytes");
  const long = tokens.slice(specialTokens.length).find((token) => [...token].length !== 1);
  if (long !== undefined) throw invalid(whereFrom, `its token ${JSON.stringify(long)} is not one character`);
  return { kind: "character", tokens, pattern, merges: [] };
}

/** The error for a tokenizer that cannot be used. */
export function invalid(whereFrom: string, reason: string, cause?: unknown): WordloomError {
  return new WordloomError(
    "invalid_run",
    `${whereFrom} is not a tokenizer that can be opened: ${reason}; restore the file from the run that wrote it.`,
    { cause },
  );
}

function tokensInOrder(vocabulary: Record<string, number>, whereFrom: string): string[] {
  const entries = Object.entries(vocabulary);
  const tokens: (string | undefined)[] = Array.from({ length: entries.length });
  for (const [token, id] of entries) {
    if (!Number.isInteger(id) || id < 0 || id >= tokens.length || tokens[id] !== undefined) {
      throw invalid(whereFrom, `its ids are not 0 to ${tokens.length - 1}, each once (see ${JSON.stringify(token)})`);
    }
    tokens[id] = token;
  }
  for (const [id, token] of specialTokens.entries()) {
    if (tokens[id] !== token) throw invalid(whereFrom, `id ${id} is not ${token}`);
  }
  return tokens as string[];
}

function splitMerge(merge: [string, string] | string, whereFrom: string): [string, string] {
  if (typeof merge !== "string") return merge;
  const parts = merge.split(" "); // the older layout: byte-level tokens never contain a space
  if (parts.length !== 2) throw invalid(whereFrom, `the merge ${JSON.stringify(merge)} is not two tokens`);
  return [parts[0], parts[1]];
}

function checkPattern(pattern: string, whereFrom: string): string {
  try {
    new RegExp(pattern, "gu");
  } catch (error) {
    throw invalid(whereFrom, `its pattern ${JSON.stringify(pattern)} is not a regular expression`, error);
  }
  return pattern;
}
