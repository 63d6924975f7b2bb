// One run of the synthetic benchmark: a generator of the oracle's size through likelihood and adversarial training, resumable.

import { selfBleu } from "../../dist/evaluation/samples_bleu.js";
import { ConvolutionalDiscriminator } from "../../dist/models/convolutional_discriminator.js";
import { OBJECTIVES } from "../../dist/models/adversarial_loss.js";
import { DiscriminatorTraining } from "../../dist/models/discriminator_training.js";
import { RecurrentLanguageModel } from "../../dist/models/recurrent.js";
import { nameParameters, parameterSpecs } from "../../dist/nn/module.js";
import { nodeBackend } from "../../dist/runtime/node_backend.js";
import { ParameterBuffers } from "../../dist/runtime/parameters.js";
import { RandomStream } from "../../dist/runtime/random.js";
import { AdversarialCourse } from "../../dist/training/adversarial_course.js";
import { adversarialOptimizer, AdversarialProgram } from "../../dist/training/adversarial_program.js";
import { restoreWeights } from "../../dist/training/checkpoint.js";
import { EvaluationProgram } from "../../dist/training/evaluation_program.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../../dist/training/optimizer.js";
import { RunFolder } from "../../dist/training/run_folder.js";
import { BASELINES } from "../../dist/training/token_advantages.js";
import { Trainer } from "../../dist/training/trainer.js";
import { batches, SequenceScorer } from "./oracle_score.js";
import { PROTOCOL } from "./oracle_weights.js";
import { asLists, drawingOf, SequenceBatches, SequenceDrawer } from "./sequences.js";

/** What the flags that are words may be. */
export const CHOICES = { method: ["policy", "relaxation"], baseline: BASELINES, objective: ["", ...OBJECTIVES] };

/** The schedule, each a flag; the paper's has 18,840 steps of likelihood, 200 rounds of 16 roll-outs and 15 epochs of the discriminator a round. */
export const OPTIONS = {
  method: "policy",
  batch: 64,
  likelihood: 6000,
  "likelihood-rate": 0.01,
  discriminator: 400,
  "discriminator-rate": 0.003,
  rounds: 40,
  "generator-updates": 1,
  "discriminator-updates": 3,
  rate: 0.01,
  "roll-outs": 8,
  /** The paper's: none. */
  baseline: "none",
  /** standard, and relativistic with the relaxation, unless given. */
  objective: "",
  "final-temperature": 0.05,
};

/** Sequences of the protocol: to train on, and held out. */
const TRAINING = 10_000;
const HELD_OUT = 2000;
/** Sequences drawn at an evaluation, and at the end. */
const DRAWN = 5000;
const DRAWN_AT_END = 10_000;
/** Of these Self-BLEU is taken. */
const COMPARED = 1000;
export const epochSteps = ({ batch }) => Math.ceil(TRAINING / batch);
const TEMPERATURES = [0.95, 0.9, 0.85];

function network(model, specs, parameters, seed, name) {
  const optimizer = createOptimizer({ ...OPTIMIZER_DEFAULTS, beta2: 0.999, weightDecay: name === "discriminator" ? 0.01 : 0 });
  const buffers = new ParameterBuffers(specs, name === "generator" ? [...optimizer.slots, ...adversarialOptimizer(optimizer).slots] : optimizer.slots);
  buffers.initialize(new RandomStream(seed, name));
  return { network: model, parameters, buffers, optimizer, clipNorm: 5 };
}

function networks(seed) {
  const { vocabularySize, embeddingWidth, width } = PROTOCOL;
  const model = new RecurrentLanguageModel({ cell: "lstm", vocabularySize, layers: 1, width, embeddingWidth, dropout: 0, tieEmbeddings: false });
  const generatorParameters = nameParameters(model);
  const discriminator = new ConvolutionalDiscriminator({ vocabularySize, embeddingWidth: 32, labelCount: 0, dropout: 0.25, spectralNorm: false, windows: [1, 2, 3, 4, 5], filters: [64, 64, 64, 64, 64] });
  const discriminatorParameters = nameParameters(new DiscriminatorTraining(discriminator, { objective: "standard", endId: null, penalty: null }));
  return {
    generator: network(model, parameterSpecs(generatorParameters), generatorParameters, seed, "generator"),
    discriminator: network(discriminator, parameterSpecs(discriminatorParameters), discriminatorParameters, seed, "discriminator"),
  };
}

/**
 * @returns scores of the generator after likelihood training and after the adversarial rounds (the best of them by NLL_oracle at the evaluations, as the literature reports it), both of
 * 10,000 fresh sequences, with the metrics of all evaluations
 */
export async function trainSeed(oracle, { seed, settings, threads, folder: path }) {
  const began = performance.now();
  const backend = nodeBackend;
  const session = { device: "cpu", threads };
  const oracleDrawer = await SequenceDrawer.compile(oracle, { threads });
  const sequences = await oracleDrawer.draw(TRAINING, new RandomStream(seed, "training sequences"));
  const heldOut = await oracleDrawer.draw(HELD_OUT, new RandomStream(seed, "held-out sequences"));
  await oracleDrawer.release();
  const scorer = new SequenceScorer(oracle, { threads });

  const { generator, discriminator } = networks(seed);
  const own = { model: generator.network, buffers: generator.buffers };
  const drawing = drawingOf(own.model);
  const bottleneck = settings.method === "policy" ? { name: "policy", rollOuts: settings["roll-outs"], baseline: settings.baseline } : { name: "relaxation" };
  const program = await AdversarialProgram.compile({ generator, discriminator, discriminatorRate: settings["discriminator-rate"], objective: settings.objective || (settings.method === "policy" ? "standard" : "relativistic"), penalty: null, bottleneck, drawing, rows: settings.batch, seed, backend, session });
  const evaluation = new EvaluationProgram({ ...own, backend, session });
  const drawer = await SequenceDrawer.compile(own, { threads });
  const selfScorer = new SequenceScorer(own, { threads });

  const scoresOf = async (from, count, stream) => {
    const drawn = await from.draw(count, new RandomStream(seed, stream));
    const compared = asLists(drawn.subarray(0, COMPARED * PROTOCOL.length));
    return { nllOracle: await scorer.score(drawn), entropy: await selfScorer.score(drawn), selfBleu: selfBleu(compared).mean[2] };
  };
  let atLikelihood = null;
  const watch = {
    judgedBy: "NLL_oracle",
    async observe({ step, validationLoss }) {
      const scores = await scoresOf(drawer, DRAWN, "evaluation");
      if (step === settings.likelihood) {
        const likelihood = { ...(await scoresOf(drawer, DRAWN_AT_END, "end")), nllGen: validationLoss };
        const tempered = [];
        for (const temperature of TEMPERATURES) {
          const cooled = await SequenceDrawer.compile(own, { threads, temperature });
          tempered.push({ temperature, ...(await scoresOf(cooled, DRAWN_AT_END, "end")) });
          await cooled.release();
        }
        atLikelihood = { likelihood, tempered };
      }
      return { measures: scores, notices: [], score: scores.nllOracle };
    },
    state: () => atLikelihood,
    restore: (state) => (atLikelihood = state),
  };
  const { likelihood: likelihoodSteps, discriminator: discriminatorSteps, rounds } = settings;
  const course = new AdversarialCourse(
    {
      likelihoodSteps,
      discriminatorSteps,
      rounds,
      generatorUpdates: settings["generator-updates"],
      discriminatorUpdates: settings["discriminator-updates"],
      likelihoodUpdates: 0,
      likelihoodRate: { name: "cosine", learningRate: settings["likelihood-rate"], minimumLearningRate: settings["likelihood-rate"] / 10, warmupSteps: 0 },
      adversarialRate: settings.rate,
      finalTemperature: settings["final-temperature"],
      evaluateEvery: { likelihood: 4 * epochSteps(settings), rounds: Math.max(1, Math.round(rounds / 20)) },
    },
    watch,
  );

  const state = RunFolder.hasCheckpoint(path) ? RunFolder.open(path) : null;
  const folder = state ?? RunFolder.create(path);
  if (!state) {
    folder.writeConfig({ model_type: "wordloom-recurrent", seed, ...settings });
    folder.writeTokenizer("{}");
  }
  const trainer = new Trainer({
    architecture: `gan ${settings.method}`,
    folder,
    buffers: own.buffers,
    program,
    evaluation,
    batcher: new SequenceBatches(sequences, settings.batch, drawing, new RandomStream(seed, "shuffling")),
    validationPass: () => batches(heldOut, PROTOCOL.length),
    schedule: { name: "constant", learningRate: settings.rate, minimumLearningRate: settings.rate, warmupSteps: 0 },
    course,
    accumulation: 1,
    totalSteps: likelihoodSteps + discriminatorSteps + rounds,
    totalSeconds: null,
    evaluateEvery: 1,
    threads,
    dropout: new RandomStream(seed, "dropout"),
    sample: async () => "",
    emit: (event) => {
      if (event.type === "progress") return;
      const number = (value) => (typeof value === "number" ? Number(value.toFixed(4)) : value);
      process.stderr.write(`seed ${seed} ${JSON.stringify(Object.fromEntries(Object.entries(event).map(([key, value]) => [key, number(value)])))}\n`);
    },
    signal: new AbortController().signal,
  });
  if (state) trainer.resume(folder.resume());
  const end = await trainer.run();
  restoreWeights(own.buffers, folder.readWeights(), folder.files.weights);
  const { nats, targets } = await evaluation.evaluate(batches(heldOut, PROTOCOL.length));
  const adversarial = { ...(await scoresOf(drawer, DRAWN_AT_END, "end")), nllGen: nats / targets };
  const metrics = folder.readMetrics();
  folder.release();
  for (const used of [program, evaluation, drawer, scorer, selfScorer]) await used.release();
  const seconds = end.seconds;
  return { seed, settings, ...atLikelihood, adversarial, bestRound: end.bestStep - likelihoodSteps - discriminatorSteps, seconds, wholeSeconds: (performance.now() - began) / 1000, metrics };
}
