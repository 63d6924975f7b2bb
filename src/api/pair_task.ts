// An encoder–decoder's training: pairs of texts in batches of similar lengths.

import { WordloomError } from "../errors.js";
import { beamSearch } from "../generation/beam_search.js";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { createSequenceToSequenceModel, sequenceArchitecture, type SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import { counted, readable } from "../text/corpus.js";
import { choosePairBuckets, type PairBuckets } from "../text/pairs/pair_buckets.js";
import { PairBatcher } from "../text/pairs/pair_batcher.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import { areSpelled } from "../text/pairs/spelled_pairs.js";
import { EncodedPairs, encodePairs, taggedSources, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { Tokenizer, TokenizerKind } from "../text/tokenizer.js";
import { trainTokenizer } from "../text/train_tokenizer.js";
import { unknownNotice } from "./data.js";
import { checkSameData } from "./language_task.js";
import { writePairCard } from "./pair_card.js";
import { readPairData, pairReadingOf, type PairData } from "./pair_data.js";
import { forbiddenTokensOf, usualMaximumLength } from "./pair_options.js";
import { choosePairSettings, pairLimits, type PairSettings } from "./pair_settings.js";
import { initialVectors, widthOfVectors } from "./pretrained_embeddings.js";
import type { PairRun } from "./run_model.js";
import type { RunTask } from "./run_task.js";
import type { TrainOptions } from "./train_options.js";
import type { MachineSpeed } from "./training_settings.js";

type Notice = (message: string) => void;

/** Everything that a task is made of. */
interface PairParts {
  readonly config: SequenceToSequenceConfig;
  readonly settings: PairSettings;
  readonly tokenizer: Tokenizer;
  readonly sourceTokenizer: Tokenizer;
  readonly data: PairData;
  readonly embeddings: string | null;
  /** What is trained on, and the shapes of its batches. */
  readonly pairs: TokenizedPairs;
  readonly buckets: PairBuckets;
  /** What is measured on: not cut off, as far as the model can hold it. */
  readonly validation: TokenizedPairs;
}

/** Reads the pairs of a new encoder–decoder and chooses its sizes. */
export async function beginPairTask(options: TrainOptions, checkFolder: (corpusName: string) => void, speed: () => Promise<MachineSpeed>, notice: Notice): Promise<RunTask> {
  const { targetFile = null, validation, validationTarget = null, seed } = options;
  checkEmbeddingTokenizer(options);
  const data = await readPairData({ path: options.data, targetFile, reading: pairReadingOf(options), validation, validationTarget, seed });
  checkFolder(data.corpus.name); // before the long work
  for (const message of [...data.corpus.notices, data.description]) notice(message);
  const vectorWidth = await widthOfVectors(options);
  const { tokenizer, sourceTokenizer, joint } = trainPairTokenizers(options, data, notice);
  const [trained, heldOut] = [data.train, data.validation].map((part) => new EncodedPairs(part, sourceTokenizer, tokenizer));
  const limits = pairLimits(options, {
    source: Math.max(trained.longest.source, heldOut.longest.source),
    target: Math.max(trained.longest.target, heldOut.longest.target),
  });
  const pairs = trained.within({ ...limits, longPairs: options.longPairs });
  const { config, settings, buckets, notices } = choosePairSettings(options, data, pairs, { joint, sourceVocabularySize: sourceTokenizer.vocabularySize, vocabularySize: tokenizer.vocabularySize, ...limits, vectorWidth, speed: options.minutes === undefined ? null : await speed() });
  const measured = measurable(heldOut, config);
  for (const message of [...longNotices(pairs, settings), ...cutNotices(measured, config), ...notices]) notice(message);
  const { padId, bosId, eosId } = tokenizer;
  const complete = { ...config, pad_token_id: padId, bos_token_id: bosId, eos_token_id: eosId };
  return pairTask({ config: complete, settings, tokenizer, sourceTokenizer, data, embeddings: options.embeddings ?? null, pairs, buckets, validation: measured });
}

/** The data of a run that goes on, checked to be what it began with. */
export async function resumePairTask(run: PairRun, options: TrainOptions, settings: PairSettings, _notice: Notice): Promise<RunTask> {
  const { reading, validation, validationTarget, sha256, validationSha256, file } = settings.data;
  if (settings.data.targetFile !== null && options.targetFile === undefined) {
    throw new WordloomError("invalid_argument", `The run in "${run.folder.path}" was trained on two aligned files; give the second one with --target-file.`);
  }
  const data = await readPairData({ path: options.data, targetFile: options.targetFile ?? null, reading, validation, validationTarget, seed: settings.seed });
  checkSameData(run.folder, options.data, { file, sha256, validationSha256, validation }, { sha256: data.corpus.sha256, validationSha256: data.validationSha256 });
  const pairs = encodePairs(data.train, run.sourceTokenizer, run.tokenizer, settings);
  const heldOut = new EncodedPairs(data.validation, run.sourceTokenizer, run.tokenizer);
  return pairTask({ ...run, settings, data, embeddings: null, pairs, buckets: choosePairBuckets(pairs, settings), validation: measurable(heldOut, run.config) });
}

/** @throws WordloomError "invalid_argument" for vectors of words where the model reads characters */
function checkEmbeddingTokenizer({ embeddings, tokenizer }: TrainOptions): void {
  if (embeddings === undefined || tokenizer !== "character") return;
  throw new WordloomError("invalid_argument", "The vectors of --embeddings are those of words, but --tokenizer character reads a text as characters; leave the tokenizer out, or choose word or bpe.");
}

/** Words for the story views and where their vectors are given; characters for little text and strings to be spelled; byte pairs otherwise. */
function pairTokenizerKind(options: TrainOptions, data: PairData): TokenizerKind {
  if (options.tokenizer) return options.tokenizer === "bpe" ? "byte_pair" : options.tokenizer;
  if (options.data === "stories" || options.embeddings !== undefined) return "word";
  if (options.data === "dates") return "character";
  return data.corpus.characters > 200_000 && !areSpelled(data.train) ? "byte_pair" : "character";
}

function trainPairTokenizers(options: TrainOptions, data: PairData, notice: Notice): { tokenizer: Tokenizer; sourceTokenizer: Tokenizer; joint: boolean } {
  const kind = pairTokenizerKind(options, data);
  const sources = taggedSources(data.train);
  const targets = data.train.map((pair) => pair.target);
  const joint = options.joint ?? kind === "byte_pair";
  const size = { vocabularySize: options.vocabulary ?? (kind === "byte_pair" ? 6000 : undefined), ...(kind === "word" && options.data === "stories" ? { minimumFrequency: 1 } : {}) };
  const tokenizer = trainTokenizer(kind, joint ? [...sources, ...targets] : targets, size);
  const sourceTokenizer = joint ? tokenizer : trainTokenizer(kind, sources, size);
  notice(tokenizerNotice(options, tokenizer, joint ? null : sourceTokenizer));
  for (const [what, which, texts] of [["source", sourceTokenizer, taggedSources(data.validation)], ["target", tokenizer, data.validation.map((pair) => pair.target)]] as const) {
    const unknown = unknownNotice(which, texts, `The validation part's ${what} side`);
    if (unknown) notice(unknown);
  }
  return { tokenizer, sourceTokenizer, joint };
}

/** What texts are read as. @param source null where the tokenizer reads both sides */
function tokenizerNotice({ tokenizer: asked, embeddings }: TrainOptions, { kind, vocabularySize }: Tokenizer, source: Tokenizer | null): string {
  const tokens = { character: "characters", word: "words", byte_pair: "byte pairs" }[kind];
  const sizes = source === null ? `${readable(vocabularySize)} for both sides` : `${readable(source.vocabularySize)} of sources, ${readable(vocabularySize)} of targets`;
  const why = embeddings !== undefined && asked === undefined ? ", since --embeddings has vectors of words" : "";
  return `Read as ${tokens}${why}: ${sizes} (${kind === "character" ? "--tokenizer" : "--tokenizer, --vocabulary"}).`;
}

function longNotices({ long }: TokenizedPairs, { maximumSource, maximumTarget }: PairSettings): string[] {
  const notices: string[] = [];
  const { truncatedSources, truncatedTargets, dropped } = long;
  const limit = `${maximumSource} source or ${maximumTarget} target tokens, ends included`;
  if (dropped > 0) notices.push(`Left out ${counted(dropped, "pair")} of more than ${limit} (--context, --long-pairs).`);
  if (truncatedSources + truncatedTargets > 0) notices.push(`Cut ${readable(truncatedSources)} sources and ${readable(truncatedTargets)} targets off at ${limit} (--context, --long-pairs).`);
  return notices;
}

const measurable = (heldOut: EncodedPairs, { max_position_embeddings: most }: SequenceToSequenceConfig): TokenizedPairs => heldOut.within({ maximumSource: most, maximumTarget: most });

/** A sentence where the validation part is longer than the model holds, so that losses leave something out. */
function cutNotices({ long: { truncatedSources, truncatedTargets } }: TokenizedPairs, { max_position_embeddings: most }: SequenceToSequenceConfig): string[] {
  if (truncatedSources + truncatedTargets === 0) return [];
  return [`Of the validation part, ${counted(truncatedSources, "source")} and ${counted(truncatedTargets, "target")} are longer than the model holds (${most} tokens) and are measured only as far (--context).`];
}

/** How many sources of the validation part are shown with what is made of them. */
const SHOWN = 3;

function pairTask(parts: PairParts): RunTask {
  const { config, settings, tokenizer, sourceTokenizer, data, embeddings, pairs, buckets, validation } = parts;
  const validationPass = pairEvaluationPass(validation, buckets);
  const model = createSequenceToSequenceModel(config);
  const { bosId, eosId, padId } = tokenizer;
  const maximumLength = usualMaximumLength(settings);
  return {
    architecture: sequenceArchitecture(config),
    config,
    settings,
    model,
    shapes: buckets.shapes,
    batcher: new PairBatcher(pairs, buckets, new RandomStream(settings.seed, "shuffling")),
    validationPass: () => validationPass, // each iteration begins anew
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: pairs.totalTargets,
    validationTokens: validation.totalTargets,
    // Without padding: what the loss of a step is the mean over, on average.
    tokensPerStep: Math.round((pairs.totalTargets / buckets.batches) * settings.accumulation),
    writeFiles: (folder) => {
      folder.writeTokenizer(JSON.stringify(tokenizer.toJSON()));
      if (!settings.joint) folder.writeSourceTokenizer(JSON.stringify(sourceTokenizer.toJSON()));
      folder.writeGenerationConfig({ bos_token_id: bosId, eos_token_id: eosId, pad_token_id: padId, num_beams: 5, do_sample: false });
    },
    ...(embeddings === null ? {} : { initialize: (buffers) => initialVectors(embeddings, parts, buffers) }),
    sampler: async (buffers, session) => {
      const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, session);
      const shown = data.validation.slice(0, SHOWN);
      const ids = shown.map((_, pair) => Array.from({ length: validation.sourceLength(pair) }, (__, i) => validation.source(pair, i)));
      return {
        sample: async () => {
          const found = await beamSearch({ decoder, sources: ids, options: { beams: 1, maximumLength, bosId, eosId, forbiddenTokens: forbiddenTokensOf(parts) } });
          return found.map(([best], i) => `${shown[i].source} → ${tokenizer.decode(best.tokens)}`).join("\n");
        },
        release: () => decoder.release(),
      };
    },
    writeCard: (finished) => writePairCard({ ...finished, ...parts, trainingTokens: pairs.totalTargets, validationTokens: validation.totalTargets }),
  };
}
