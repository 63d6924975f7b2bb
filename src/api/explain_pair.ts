// How a model that reads one text and writes another writes a given one, token by token: predictions and saliency.

import type { Reading } from "../explanation/reading.js";
import type { EmbeddedPairModel } from "../models/embedded_pair.js";
import type { SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { chosenTokens } from "./chosen_tokens.js";
import type { ExplainedToken } from "./model_options.js";
import { PairReader } from "./pair_reader.js";
import { Predictions, readToken, tokenName } from "./predictions.js";

/** A run that reads one text and writes another. */
export interface PairWriter {
  readonly model: EmbeddedPairModel;
  readonly buffers: ParameterBuffers;
  readonly sourceTokenizer: Tokenizer;
  readonly tokenizer: Tokenizer;
}

/** A pair as token ids. */
export interface WrittenPair {
  readonly title: string;
  /** `<eos>` at the end. */
  readonly source: readonly number[];
  /** One token or more; `<eos>` at the end of a whole text. */
  readonly written: readonly number[];
  /** The label's place, of a model that knows labels. */
  readonly label?: number;
}

/** Explains pairs with the model of one run, whose programs are kept for the next pair. */
export class PairExplainer {
  private readonly reader: PairReader;

  constructor(
    private readonly run: PairWriter,
    session: SessionOptions,
  ) {
    this.reader = new PairReader(run.model, run.buffers, session);
  }

  /**
   * @param token of the target: whose probability saliency explains; each in turn up to 64 unless given, of more the last
   * @throws WordloomError "invalid_argument" for a token that the target does not have; "interrupted"
   */
  async explain({ title, source, written, label }: WrittenPair, token: ExplainedToken | undefined, signal: AbortSignal): Promise<Reading> {
    const { model, tokenizer, sourceTokenizer } = this.run;
    const marked = [
      ...source.map((id) => ({ text: tokenName(sourceTokenizer, id), special: id === sourceTokenizer.eosId })),
      { text: tokenName(tokenizer, tokenizer.bosId), special: true },
      ...written.map((id) => ({ text: tokenName(tokenizer, id), special: id === tokenizer.eosId })),
    ];
    const begin = source.length + 1; // behind `<bos>`
    const chosen = chosenTokens({ tokens: marked, source: source.length }, token);
    const pair = { source, target: [tokenizer.bosId, ...written.slice(0, -1)], ...(label === undefined ? {} : { label }) };
    const predictions = new Predictions(tokenizer, model.vocabularySize, written);
    predictions.take(await this.reader.logits(pair), written.length);
    const found = await this.reader.attribute(pair, chosen.map((index) => ({ position: index - begin, target: written[index - begin] })), signal);
    return {
      title,
      tokens: marked.map((one, index) => readToken(one, predictions.rows[index - begin])),
      source: source.length,
      read: marked.length - 1,
      next: [],
      attention: [],
      lens: [],
      saliency: found.map((one, i) => ({ token: chosen[i], first: 0, ...one })),
      units: [],
      properties: [],
    };
  }
}
