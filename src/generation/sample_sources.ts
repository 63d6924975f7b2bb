// Random texts for many sources side by side: the decoding loop of prompts, begun from what an encoder read.

import { attendingFor } from "./attending.js";
import type { DecoderState, SourceDecoder } from "./decoder.js";
import { DecoderRows } from "./decoder_rows.js";
import { compareHypotheses, scoreOf, type Hypothesis } from "./hypothesis.js";
import { Sample } from "./sample.js";
import { Sampler } from "./sampler.js";
import { parseSamplingOptions, type SamplingOptionsInput } from "./sampling_options.js";
import { checkDrawn, parseSourceOptions, textLimit, type SourceOptionsInput } from "./source_options.js";
import { writeSamples } from "./write_samples.js";

/**
 * The options that shape the distribution of a token, and the seed. There is no repetition penalty among them: it is for
 * logits, and a decoder of sources gives log-probabilities, of which it would hardly touch the likeliest.
 */
export type SourceSamplingOptions = Pick<SamplingOptionsInput, "temperature" | "topK" | "topP" | "minP" | "seed">;

/** What is to be read, and with what. */
export interface SampleSourcesRequest<State extends DecoderState = DecoderState> {
  readonly decoder: SourceDecoder<State>;
  /** Token ids of each source, one or more; all are decoded side by side. */
  readonly sources: readonly ArrayLike<number>[];
  /** A number for each source that names its random streams, so that its texts do not depend on the batch that it is in. */
  readonly indices: readonly number[];
  /** `beams` means nothing here. */
  readonly options: SourceOptionsInput;
  readonly sampling: SourceSamplingOptions;
  /** Stops before the decoder's next step. */
  readonly signal?: AbortSignal;
}

/** Samples are read here as tokens; who wants text decodes it. */
const noText = { push: (): string => "", finish: (): string => "" };

/**
 * Draws `nBest` texts for each source. Their log-probabilities are the model's own, whatever the options do.
 * @returns the texts of each source, best first; two may be the same
 * @throws WordloomError `invalid_argument` for a wrong option, a source without tokens, or attention where the model does
 * not attend to its source; `interrupted` when the signal is aborted, `non_finite_loss` for logits that are no numbers
 */
export async function sampleSources<State extends DecoderState>(request: SampleSourcesRequest<State>): Promise<(readonly Hypothesis[])[]> {
  const { sources, indices, signal } = request;
  const options = parseSourceOptions(request.options, request.decoder);
  checkDrawn(options);
  const { nBest, bosId, eosId, forbiddenTokens } = options;
  const sampling = parseSamplingOptions({ ...request.sampling, forbiddenTokens, endTokens: [eosId], logProbabilities: true });
  if (sources.length === 0) return [];
  const decoder = await attendingFor(options, request.decoder);
  const sampler = new Sampler(decoder.vocabularySize, sampling);
  const samples = sources.flatMap((source, i) => {
    const own = { ...sampling, maxTokens: textLimit(options, source.length, decoder) };
    return Array.from({ length: nBest }, (_, k) => new Sample(indices[i] * nBest + k, [bosId], noText, own, decoder.vocabularySize));
  });
  const origins = Int32Array.from(samples, (_, i) => Math.floor(i / nBest));
  const rows = new DecoderRows(decoder, signal);
  const logits = await rows.startEncoded(await decoder.encode(sources), bosId);
  const attentions = new Map(samples.map((sample): [Sample, Float32Array[]] => [sample, []]));
  const lengths = new Map(samples.map((sample, i) => [sample, sources[origins[i]].length]));
  for await (const grown of writeSamples({ rows, logits, origins, samples, sampler })) {
    if (!options.attention) continue;
    const attention = rows.attentionRows();
    for (const { sample, row } of grown) attentions.get(sample)!.push(attention[row].slice(0, lengths.get(sample)));
  }
  const texts = samples.map((sample): Hypothesis => {
    const text = hypothesis(sample, options.lengthPenalty);
    return options.attention ? { ...text, attention: attentions.get(sample) } : text;
  });
  return sources.map((_, i) => texts.slice(i * nBest, (i + 1) * nBest).sort(compareHypotheses));
}

function hypothesis({ tokens, logProbabilities, finishReason }: Sample, alpha: number): Hypothesis {
  const complete = finishReason === "end";
  const logProbability = logProbabilities!.reduce((total, each) => total + each, 0);
  return { tokens: complete ? tokens.slice(0, -1) : tokens, complete, logProbability, score: scoreOf(logProbability, tokens.length, alpha) };
}
