// A corpus as token ids, laid out so that millions of short samples cost no more than their tokens.
import type { CorpusKind } from "./corpus.js";
import type { Tokenizer } from "./tokenizer.js";

/**
 * Samples as ids, one after another. A sample of n tokens has n + 1 positions: at each the model reads one token
 * (`<bos>` t1 … tn) and is to predict another (t1 … tn `<eos>`).
 */
export class TokenizedSamples {
  /** How many samples there are. */
  readonly count: number;

  /**
   * @param tokens all samples' tokens
   * @param offsets (count + 1): sample i is tokens[offsets[i]] up to tokens[offsets[i + 1]]
   * @param starts what is read before each sample, one for all or one for each (count)
   */
  constructor(
    private readonly tokens: Int32Array,
    private readonly offsets: Float64Array,
    private readonly starts: number | Int32Array,
    private readonly eosId: number,
  ) {
    this.count = offsets.length - 1;
  }

  /** Positions of one sample: its tokens and one more. */
  positions(sample: number): number {
    return this.offsets[sample + 1] - this.offsets[sample] + 1;
  }

  /** Positions of all samples together: how many targets one pass has. */
  get totalPositions(): number {
    return this.tokens.length + this.count;
  }

  /** The token read at a position of a sample. */
  input(sample: number, position: number): number {
    if (position > 0) return this.tokens[this.offsets[sample] + position - 1];
    return typeof this.starts === "number" ? this.starts : this.starts[sample];
  }

  /** The tokens of a sample, its end left out. */
  content(sample: number): Int32Array {
    return this.tokens.subarray(this.offsets[sample], this.offsets[sample + 1]);
  }

  /** The token to predict at a position of a sample. */
  target(sample: number, position: number): number {
    const at = this.offsets[sample] + position;
    return at < this.offsets[sample + 1] ? this.tokens[at] : this.eosId;
  }
}

/** What batches are made of. */
export type TokenizedText =
  | { readonly kind: "stream"; readonly tokens: Int32Array }
  | { readonly kind: "samples"; readonly samples: TokenizedSamples };

/**
 * Encodes the texts of a corpus or of one part of a split; those of a stream are joined as they are.
 * @param starts of samples that do not begin with `<bos>`: what each begins with
 */
export function tokenize(tokenizer: Tokenizer, kind: CorpusKind, texts: readonly string[], starts?: Int32Array): TokenizedText {
  const encoded = texts.map((text) => tokenizer.encode(text));
  const offsets = new Float64Array(texts.length + 1);
  encoded.forEach((ids, i) => {
    offsets[i + 1] = offsets[i] + ids.length;
  });
  if (kind === "stream" && encoded.length === 1) return { kind, tokens: encoded[0] };
  const tokens = new Int32Array(offsets[texts.length]);
  encoded.forEach((ids, i) => tokens.set(ids, offsets[i]));
  if (kind === "stream") return { kind, tokens };
  return { kind, samples: new TokenizedSamples(tokens, offsets, starts ?? tokenizer.bosId, tokenizer.eosId) };
}

/** How many targets one pass over a tokenized text has: the tokens that a loss is the mean over. */
export function targetsIn(text: TokenizedText): number {
  return text.kind === "stream" ? Math.max(0, text.tokens.length - 1) : text.samples.totalPositions;
}

/** How many tokens of a text stand for what the tokenizer does not know. */
export function unknownTokens(text: TokenizedText, unknownId: number): number {
  const count = (tokens: Int32Array): number => tokens.reduce((sum, token) => sum + (token === unknownId ? 1 : 0), 0);
  if (text.kind === "stream") return count(text.tokens);
  let sum = 0;
  for (let i = 0; i < text.samples.count; i++) sum += count(text.samples.content(i));
  return sum;
}
