// A variational autoencoder's training: sentences that are read and written again.

import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { createVariationalAutoencoder, variationalArchitecture, type VariationalConfig } from "../models/variational_config.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import { counted } from "../text/corpus.js";
import { choosePairBuckets, type PairBuckets } from "../text/pairs/pair_buckets.js";
import { PairBatcher } from "../text/pairs/pair_batcher.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { EncodedPairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { beginSentences } from "./begin_sentences.js";
import { checkSameData } from "./language_task.js";
import { writeLatentCard } from "./latent_card.js";
import { LatentCourse, partOfParameter } from "./latent_course.js";
import { charactersIn } from "../text/corpus.js";
import { readLatentData, type LatentData } from "./latent_data.js";
import { chooseLatentSettings, LONGEST_SENTENCE, type LatentSettings } from "./latent_settings.js";
import { LatentSpace, type PlacedPoint } from "./latent_space.js";
import type { LatentRun } from "./run_model.js";
import type { RunTask, TaskSampler } from "./run_task.js";
import type { TrainOptions } from "./train_options.js";
import type { MachineSpeed } from "./training_settings.js";

type Notice = (message: string) => void;

/** Everything that a task is made of. */
interface LatentParts {
  readonly config: VariationalConfig;
  readonly settings: LatentSettings;
  readonly tokenizer: Tokenizer;
  readonly data: LatentData;
  /** What is trained on, and the shapes of its batches. */
  readonly sentences: TokenizedPairs;
  readonly buckets: PairBuckets;
  /** What is measured on. */
  readonly validation: TokenizedPairs;
}

/** Reads the sentences of a new variational autoencoder and chooses its sizes. */
export async function beginLatentTask(options: TrainOptions, checkFolder: (corpusName: string) => void, speed: () => Promise<MachineSpeed>, notice: Notice): Promise<RunTask> {
  const { data, tokenizer } = await beginSentences(options, checkFolder, notice);
  const encoded = new EncodedPairs(data.train, tokenizer, tokenizer);
  const maximumLength = Math.min(options.context ?? LONGEST_SENTENCE, encoded.longest.source);
  const sentences = within(encoded, maximumLength, "to learn from", notice);
  const { config, settings, buckets, notices } = chooseLatentSettings(options, data, sentences, { vocabularySize: tokenizer.vocabularySize, maximumLength, speed: options.minutes === undefined ? null : await speed() });
  for (const message of notices) notice(message);
  const { padId, bosId, eosId } = tokenizer;
  const complete = { ...config, pad_token_id: padId, bos_token_id: bosId, eos_token_id: eosId };
  const measured = within(new EncodedPairs(data.validation, tokenizer, tokenizer), config.max_position_embeddings, "of the validation part", notice);
  return latentTask({ config: complete, settings, tokenizer, data, sentences, buckets, validation: measured });
}

/** The data of a run that goes on, checked to be what it began with. */
export async function resumeLatentTask(run: LatentRun, options: TrainOptions, settings: LatentSettings, _notice: Notice): Promise<RunTask> {
  const { column, label, validation, stories, sha256, validationSha256, file, lowercase } = settings.data;
  const data = await readLatentData({ path: options.data, column, label, validation, stories, seed: settings.seed, lowercase });
  checkSameData(run.folder, options.data, { file, sha256, validationSha256, validation }, { sha256: data.corpus.sha256, validationSha256: data.validationSha256 });
  const { tokenizer, config } = run;
  const of = (pairs: readonly TextPair[], most: number): TokenizedPairs => within(new EncodedPairs(pairs, tokenizer, tokenizer), most, "", () => undefined);
  const sentences = of(data.train, settings.maximumLength);
  return latentTask({ ...run, settings, data, sentences, buckets: choosePairBuckets(sentences, settings), validation: of(data.validation, config.max_position_embeddings) });
}

/** Whole sentences alone: one that was cut would be written again without its end. */
function within(sentences: EncodedPairs, most: number, what: string, notice: Notice): TokenizedPairs {
  const { shortest } = sentences;
  if (sentences.count > 0 && shortest > most) {
    throw new WordloomError("invalid_data", `Each of the ${counted(sentences.count, "sentence")} ${what} has more than ${most - 1} tokens; allow longer ones (--context), or cut them into shorter lines.`);
  }
  const kept = sentences.within({ maximumSource: most, maximumTarget: most, longPairs: "drop" });
  if (kept.long.dropped > 0) notice(`Left out ${counted(kept.long.dropped, "sentence")} ${what} of more than ${most - 1} tokens (--context).`);
  return kept;
}

/** How many sentences of the validation part are looked at after each evaluation. */
const OBSERVED = 1000;

/** The first of some pairs. */
function beginningOf(data: LatentData, { tokenizer, validation }: LatentParts): TokenizedPairs {
  const kept = Array.from(validation.original.subarray(0, OBSERVED), (i) => data.validation[i]);
  const most = Math.max(2, ...kept.map((_, i) => validation.sourceLength(i)));
  return new EncodedPairs(kept, tokenizer, tokenizer).within({ maximumSource: most, maximumTarget: most });
}

function latentTask(parts: LatentParts): RunTask {
  const { config, settings, tokenizer, data, sentences, buckets, validation } = parts;
  const validationPass = pairEvaluationPass(validation, buckets);
  const model = createVariationalAutoencoder(config);
  const { bosId, eosId, padId } = tokenizer;
  return {
    architecture: variationalArchitecture(config),
    config,
    settings,
    model,
    shapes: buckets.shapes,
    batcher: new PairBatcher(sentences, buckets, new RandomStream(settings.seed, "shuffling")),
    validationPass: () => validationPass, // each iteration begins anew
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: sentences.totalTargets,
    validationTokens: validation.totalTargets,
    validationCharacters: charactersIn(Array.from(validation.original, (i) => data.validation[i].target)),
    tokensPerStep: Math.round((sentences.totalTargets / buckets.batches) * settings.accumulation),
    ...(settings.aggressive > 0 ? { partOf: partOfParameter } : {}),
    course: async (buffers, session) => {
      const space = new LatentSpace(model, tokenizer, buffers, session);
      const course = new LatentCourse({ ...settings, encoder: await space.posteriorProgram(), sentences: beginningOf(data, parts) });
      return { course, release: () => space.release() };
    },
    writeFiles: (folder) => {
      folder.writeTokenizer(JSON.stringify(tokenizer.toJSON()));
      folder.writeGenerationConfig({ bos_token_id: bosId, eos_token_id: eosId, pad_token_id: padId, num_beams: 1, do_sample: false });
    },
    sampler: async (buffers, session) => sampler(new LatentSpace(model, tokenizer, buffers, session), model, parts),
    writeCard: (finished) => writeLatentCard({ ...finished, ...parts, trainingTokens: sentences.totalTargets, validationTokens: validation.totalTargets }),
  };
}

/** How many sentences of the validation part are written again, and how many are written from the prior. */
const SHOWN = 2;

function sampler(space: LatentSpace, { latentWidth, labelCount }: VariationalAutoencoder, { data, validation }: LatentParts): TaskSampler {
  const shown = Array.from(validation.original.subarray(0, SHOWN), (i) => data.validation[i]);
  const random = new RandomStream(0, "points of the prior");
  const prior = Array.from({ length: SHOWN }, (_, i): PlacedPoint => ({ point: Array.from({ length: latentWidth }, () => random.normal()), label: labelCount > 0 ? i % labelCount : null }));
  return {
    sample: async () => {
      const posteriors = await space.encode(space.tokenized(shown, () => "A sentence of the validation part"));
      const means = shown.map(({ label }, i): PlacedPoint => ({ point: posteriors.means.subarray(i * latentWidth, (i + 1) * latentWidth), label: labelCount > 0 ? label! : null }));
      const lines: string[] = [];
      for await (const { text } of space.write([...means, ...prior])) lines.push(text.trim());
      return lines.map((text, i) => (i < shown.length ? `${shown[i].source} → ${text}` : `∼ ${text}`)).join("\n");
    },
    release: () => space.release(),
  };
}
