// A variational autoencoder in use: sentences to points, points to sentences. Compiled when first needed.

import { WordloomError } from "../errors.js";
import { PosteriorProgram } from "../evaluation/posterior_program.js";
import type { Posteriors } from "../evaluation/latent_measures.js";
import { beamSearch } from "../generation/beam_search.js";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { sampleSources, type SourceSamplingOptions } from "../generation/sample_sources.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import type { SessionOptions } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { EncodedPairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { Tokenizer } from "../text/tokenizer.js";

/** A point, and the label of what is to be written from it, by its place; null for a model without labels. */
export interface PlacedPoint {
  readonly point: ArrayLike<number>;
  readonly label: number | null;
}

export interface WrittenText {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Of all tokens together, given the point, in nats. */
  readonly logProbability: number;
  /** Whether the model ended it; otherwise it was cut off. */
  readonly complete: boolean;
}

export interface WriteOptions {
  /** Texts followed side by side; 1, which is greedy, unless given. */
  readonly beams?: number;
  /** Given, words are drawn at random instead of searched for. */
  readonly sampling?: SourceSamplingOptions;
  /** The most tokens of a text; as many as the model holds unless given. */
  readonly maxTokens?: number;
  readonly signal?: AbortSignal;
}

/** Texts written at once. */
const ROWS = 64;

/** Frees what it compiled with `release`. */
export class LatentSpace {
  private encoder: Promise<PosteriorProgram> | null = null;
  private decoder: Promise<ProgramDecoder> | null = null;

  constructor(
    readonly model: VariationalAutoencoder,
    private readonly tokenizer: Tokenizer,
    private readonly buffers: ParameterBuffers,
    private readonly session: SessionOptions,
  ) {}

  /** The compiled encoder; it belongs to this space. */
  posteriorProgram(): Promise<PosteriorProgram> {
    this.encoder ??= PosteriorProgram.compile({ model: this.model, buffers: this.buffers, backend: nodeBackend, session: this.session });
    return this.encoder;
  }

  /**
   * Sentences as token ids.
   * @param where in words, what the i-th sentence is: `line 3 of "poems.txt"`
   * @throws WordloomError "invalid_argument" for a sentence that is longer than the model
   */
  tokenized(sentences: readonly TextPair[], where: (index: number) => string): TokenizedPairs {
    const encoded = new EncodedPairs(sentences, this.tokenizer, this.tokenizer);
    const most = this.model.contextLength;
    const pairs = encoded.within({ maximumSource: Math.max(most, encoded.longest.source), maximumTarget: Math.max(most, encoded.longest.target) });
    for (let i = 0; i < pairs.count; i++) {
      if (pairs.sourceLength(i) <= most) continue;
      throw new WordloomError("invalid_argument", `${where(i)} has ${pairs.sourceLength(i) - 1} tokens, but the model holds ${most - 1} of a sentence; shorten it, or train with a longer --context.`);
    }
    return pairs;
  }

  /** The posteriors of sentences, in their order. */
  async encode(sentences: TokenizedPairs, signal?: AbortSignal): Promise<Posteriors> {
    return (await this.posteriorProgram()).of(sentences, signal);
  }

  /**
   * Writes a text from each point, in their order.
   * @param first the place of the first point among all: with the seed it decides what is drawn
   */
  async *write(points: readonly PlacedPoint[], { beams = 1, sampling, maxTokens, signal }: WriteOptions = {}, first = 0): AsyncGenerator<WrittenText, void, void> {
    this.decoder ??= ProgramDecoder.compile(this.model.decoder(), this.buffers, nodeBackend, this.session);
    const decoder = await this.decoder;
    const { bosId, eosId, padId, unknownId } = this.tokenizer;
    const most = Math.min(maxTokens ?? Infinity, this.model.contextLength);
    const options = { beams, maximumLength: () => most, bosId, eosId, forbiddenTokens: [padId, bosId, unknownId] };
    for (let from = 0; from < points.length; from += ROWS) {
      const batch = points.slice(from, from + ROWS);
      const sources = batch.map(({ point, label }) => (label === null ? point : [...Array.from(point), label]));
      const found = sampling
        ? await sampleSources({ decoder, sources, indices: batch.map((_, i) => first + from + i), options: { ...options, beams: 1 }, sampling, signal })
        : await beamSearch({ decoder, sources, options, signal });
      for (const [best] of found) {
        yield { text: this.tokenizer.decode(best.tokens), tokens: best.tokens, logProbability: best.logProbability, complete: best.complete };
      }
    }
  }

  async release(): Promise<void> {
    await (await this.encoder)?.release();
    await (await this.decoder)?.release();
  }
}
