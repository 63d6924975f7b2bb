// The training of a generator against a discriminator, on lines of text; what remains is a language model.

import { WordloomError } from "../errors.js";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { DiscriminatorTraining } from "../models/discriminator_training.js";
import { createDiscriminator, parseDiscriminatorConfig } from "../models/discriminator_config.js";
import type { TextDrawing } from "../models/drawn_texts.js";
import { createModel, isRecurrent, type ModelConfig } from "../models/model_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { trainingBatches } from "../text/batching.js";
import { charactersIn, counted } from "../text/corpus.js";
import { evaluationBatches } from "../text/evaluation_batches.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { tokenize, type TokenizedSamples } from "../text/tokenized.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { AdversarialCourse } from "../training/adversarial_course.js";
import { adversarialOptimizer, AdversarialProgram } from "../training/adversarial_program.js";
import { TextDrawer } from "../training/drawn_batches.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../training/optimizer.js";
import { chooseAdversarialSettings, lengthOfTexts } from "./adversarial_settings.js";
import { GenerationWatch } from "./adversarial_watch.js";
import { beginSentences } from "./begin_sentences.js";
import { LabelTokens } from "./label_tokens.js";
import { checkSameData } from "./language_task.js";
import { readLatentData, type LatentData } from "./latent_data.js";
import { writeAdversarialCard } from "./adversarial_card.js";
import type { LanguageRun } from "./run_model.js";
import type { RunTask } from "./run_task.js";
import type { TrainOptions } from "./train_options.js";
import type { AdversarialSettings, MachineSpeed, TrainingSettings } from "./training_settings.js";
import { writeText } from "./writing.js";

type Notice = (message: string) => void;
type Settings = TrainingSettings & { readonly adversarial: AdversarialSettings };

/** Everything that a task is made of. */
interface Parts {
  readonly config: ModelConfig;
  readonly settings: Settings;
  readonly tokenizer: Tokenizer;
  readonly data: LatentData;
}

/** Reads the texts of a new run and chooses its sizes. */
export async function beginAdversarialTask(options: TrainOptions, checkFolder: (corpusName: string) => void, speed: () => Promise<MachineSpeed>, notice: Notice): Promise<RunTask> {
  const { data, tokenizer } = await beginSentences(options, checkFolder, notice);
  const all = samplesOf(tokenizer, data.train);
  const length = lengthOfTexts(options, all);
  const speedOf = options.minutes === undefined ? null : await speed();
  const { config, settings, notices } = chooseAdversarialSettings(options, data, all, { length, vocabularySize: tokenizer.vocabularySize, speed: speedOf });
  for (const message of notices) notice(message);
  const { padId, bosId, eosId } = tokenizer;
  const labels = data.labels.length > 0 ? { labels: data.labels } : {};
  return adversarialTask({ config: { ...config, pad_token_id: padId, bos_token_id: bosId, eos_token_id: eosId, ...labels }, settings, tokenizer, data }, notice);
}

/** The texts of a run that goes on, checked to be what it began with. */
export async function resumeAdversarialTask(run: LanguageRun, options: TrainOptions, settings: TrainingSettings): Promise<RunTask> {
  const { column, label = null, validation, stories, sha256, validationSha256, file } = settings.data;
  const lowercase = settings.adversarial!.lowercase;
  const data = await readLatentData({ path: options.data, column, label, validation, stories, seed: settings.seed, lowercase });
  checkSameData(run.folder, options.data, { file, sha256, validationSha256, validation }, { sha256: data.corpus.sha256, validationSha256: data.validationSha256 });
  return adversarialTask({ ...run, settings: settings as Settings, data }, () => undefined);
}

function samplesOf(tokenizer: Tokenizer, texts: readonly TextPair[], starts?: Int32Array): TokenizedSamples {
  const tokenized = tokenize(tokenizer, "samples", texts.map(({ target }) => target), starts);
  if (tokenized.kind !== "samples") throw new WordloomError("internal", "Lines were read as one long text.");
  return tokenized.samples;
}

/** Texts that the generator can hold whole. */
function within(texts: readonly TextPair[], tokenizer: Tokenizer, length: number, what: string, notice: Notice): TextPair[] {
  const kept = texts.filter(({ target }) => tokenizer.encode(target).length < length);
  const dropped = texts.length - kept.length;
  if (texts.length < 2) throw new WordloomError("invalid_data", `There is only ${counted(texts.length, "text")} ${what}, and two are needed; give more lines, or hold out another part of them (--validation).`);
  if (kept.length < 2) throw new WordloomError("invalid_data", `Of the ${counted(texts.length, "text")} ${what} ${kept.length === 0 ? "none has" : "only one has"} at most ${counted(length - 1, "token")}, and two are needed; allow longer ones (--context), or give more lines.`);
  if (dropped > 0) notice(`Left out ${counted(dropped, "text")} ${what} of more than ${counted(length - 1, "token")} (--context).`);
  return kept;
}

/** Texts shown at each evaluation, and of a run's card. */
const SHOWN = 4;
/** Weight decay of the discriminator, which is trained by AdamW whatever the generator is trained by. */
const DISCRIMINATOR_DECAY = 0.01;
/** Texts drawn side by side to look at. */
const DRAWN_ROWS = 64;

function adversarialTask({ config, settings, tokenizer, data }: Parts, notice: Notice): RunTask {
  const { rows, length, seed, adversarial, evaluationRows } = settings;
  const { padId, bosId, eosId, unknownId } = tokenizer;
  const labels = new LabelTokens(data.labels, tokenizer, seed);
  const train = within(data.train, tokenizer, length, "to learn from", notice);
  const held = within(data.validation, tokenizer, length, "of the validation part", notice);
  const [samples, validation] = [samplesOf(tokenizer, train, labels.startsToLearn(train)), samplesOf(tokenizer, held, labels.starts(held))];
  const carriesState = isRecurrent(config);
  const model = createModel(config);
  const discriminator = createDiscriminator(parseDiscriminatorConfig(adversarial.discriminator, "The run's config.json"));
  const { objective, penalty, estimator, rollOuts, baseline, discriminatorRate } = adversarial;
  const drawing: TextDrawing = { decoder: model.decoder(), length, padId, endId: eosId, excluded: [padId, bosId, ...labels.tokens] };
  const begin = labels.tokens.length > 0 ? labels.tokens : [bosId];
  return {
    architecture: `gan ${settings.architecture}`,
    config,
    settings,
    model,
    shapes: [{ rows, length }],
    batcher: trainingBatches({ kind: "samples", samples }, { rows, length, padId, carriesState, random: new RandomStream(seed, "shuffling") }),
    validationPass: () => evaluationBatches({ kind: "samples", samples: validation }, { rows: evaluationRows, length, padId, carriesState }),
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: samples.totalPositions,
    validationTokens: validation.totalPositions,
    validationCharacters: charactersIn(held.map(({ target }) => target)),
    tokensPerStep: Math.round((samples.totalPositions / samples.count) * rows),
    moreSlots: (optimizer) => adversarialOptimizer(optimizer).slots,
    program: async ({ parameters, buffers, optimizer, clipNorm, session }) => {
      const opponents = nameParameters(new DiscriminatorTraining(discriminator, { objective, endId: eosId, penalty }));
      const opponentOptimizer = createOptimizer({ ...OPTIMIZER_DEFAULTS, beta2: 0.999, weightDecay: DISCRIMINATOR_DECAY });
      const opponentBuffers = new ParameterBuffers(parameterSpecs(opponents), opponentOptimizer.slots);
      opponentBuffers.initialize(new RandomStream(seed, "initialisation of the discriminator"));
      return AdversarialProgram.compile({
        generator: { network: model, parameters, buffers, optimizer, clipNorm },
        discriminator: { network: discriminator, parameters: opponents, buffers: opponentBuffers, optimizer: opponentOptimizer, clipNorm },
        discriminatorRate,
        objective,
        penalty,
        bottleneck: estimator === "policy" ? { name: "policy", rollOuts, baseline } : { name: "relaxation" },
        drawing,
        rows,
        ...(labels.tokens.length > 0 ? { labelOf: (token: number) => labels.labelOf(token) } : {}),
        seed,
        backend: nodeBackend,
        session,
      });
    },
    course: async (buffers, session) => {
      // What is looked at is drawn as `generate` draws: no unknown words.
      const drawer = await TextDrawer.compile({ ...drawing, excluded: [...drawing.excluded, unknownId] }, DRAWN_ROWS, buffers, nodeBackend, session);
      const real = Array.from({ length: validation.count }, (_, i) => Array.from(validation.content(i)));
      const course = new AdversarialCourse({ ...adversarial, likelihoodRate: settings.schedule }, new GenerationWatch({ drawer, starts: begin, real }));
      return { course, release: () => drawer.release() };
    },
    writeFiles: (folder) => {
      folder.writeTokenizer(JSON.stringify(tokenizer.toJSON()));
      folder.writeGenerationConfig({ bos_token_id: bosId, eos_token_id: eosId, pad_token_id: padId, do_sample: true });
    },
    sampler: async (buffers, session) => {
      const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, session);
      return {
        sample: async () => {
          const texts: string[] = [];
          for (let i = 0; i < SHOWN; i++) {
            const start = begin[i % begin.length];
            for await (const event of writeText(decoder, tokenizer, "samples", "", { maxTokens: length, seed: seed + i }, { start, forbidden: labels.tokens })) {
              if (event.type === "sample") texts.push(event.text);
            }
          }
          return texts.join("\n");
        },
        release: () => decoder.release(),
      };
    },
    writeCard: (finished) => writeAdversarialCard({ ...finished, config, settings, tokenizer, data, trainingTokens: samples.totalPositions, validationTokens: validation.totalPositions }),
  };
}
