// A generator and a discriminator that learn in turns, behind the same interface as one compiled training step.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import type { Objective } from "../models/adversarial_loss.js";
import type { Discriminator } from "../models/discriminator.js";
import { DiscriminatorTraining } from "../models/discriminator_training.js";
import type { GradientPenalty } from "../models/gradient_penalty.js";
import type { TextDrawing } from "../models/drawn_texts.js";
import type { LanguageModel } from "../models/language_model.js";
import { RelaxedDiscriminatorTraining } from "../models/relaxed_discriminator_training.js";
import { PolicyGradient } from "../models/policy_gradient.js";
import { RelaxedGenerator } from "../models/relaxed_generator.js";
import type { TextModel } from "../models/text_model.js";
import type { Parameter } from "../nn/module.js";
import type { Backend, HostTensor, SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { RandomStream } from "../runtime/random.js";
import type { Batch, SizedBatch } from "../text/batch.js";
import { COUNTED, TURN, TURN_OF, type Turn } from "./adversarial_course.js";
import type { CarriedState } from "./carried_state.js";
import type { Coefficients } from "./course.js";
import { batchOfTexts, isWritten, startTokens, TextDrawer, wholeTexts } from "./drawn_batches.js";
import { withOwnSlots, type Optimizer } from "./optimizer.js";
import { labelsTensor, RollOutRewards } from "./roll_out_rewards.js";
import { tokenAdvantages, type Baseline } from "./token_advantages.js";
import { TrainingProgram, type StepResult } from "./training_program.js";
import type { UpdateProgram } from "./trainer.js";

/** A network that is trained: its parameters, the memory they live in, how they are updated. */
export interface TrainedNetwork<Network> {
  readonly network: Network;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly buffers: ParameterBuffers;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
}

/** How the discriminator's verdict reaches a generator of discrete tokens. */
export type Bottleneck =
  | { readonly name: "policy"; readonly rollOuts: number; readonly baseline: Baseline }
  | { readonly name: "relaxation" };

export interface AdversarialProgramOptions {
  readonly generator: TrainedNetwork<LanguageModel>;
  /** Its parameters have other names than the generator's. */
  readonly discriminator: TrainedNetwork<Discriminator>;
  readonly discriminatorRate: number;
  readonly objective: Objective;
  /** Of the discriminator; null for none. */
  readonly penalty: GradientPenalty | null;
  readonly bottleneck: Bottleneck;
  readonly drawing: TextDrawing;
  /** Texts in a batch. */
  readonly rows: number;
  /** Where labels condition both networks: the label of a text by the token before it. */
  readonly labelOf?: (startToken: number) => number;
  readonly seed: number;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

/** A verdict is not taken for less certain than this. */
const SMALLEST_REWARD = 1e-7;

const stateSchema = z.object({ likelihoodUpdates: z.int().nonnegative(), adversarialUpdates: z.int().nonnegative(), discriminatorUpdates: z.int().nonnegative() });

/** The generator's optimizer against the discriminator: its gradients are of another size than the likelihood's. */
export const adversarialOptimizer = (optimizer: Optimizer): Optimizer => withOwnSlots(optimizer, "adversarial");

/** Something that is compiled when its first turn comes. */
class OnDemand<T extends { release(): Promise<void> }> {
  private made: Promise<T> | null = null;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    this.made ??= this.make();
    return this.made;
  }

  async release(): Promise<void> {
    await (await this.made)?.release();
  }
}

/** SeqGAN (Yu et al. 2017) or RelGAN (Nie et al. 2019), by the bottleneck; its turns are given by the course. */
export class AdversarialProgram implements UpdateProgram {
  /** Updates of each kind, for their optimizers' bias corrections. */
  private counts: z.infer<typeof stateSchema> = { likelihoodUpdates: 0, adversarialUpdates: 0, discriminatorUpdates: 0 };
  readonly remedy = "a lower rate of the network that diverged (--lr, --adversarial-lr, --discriminator-lr), fewer updates of it, or gradient clipping (--clip)";
  private readonly discriminating: OnDemand<TrainingProgram>;
  private readonly generating: OnDemand<TrainingProgram>;
  private readonly rewards: OnDemand<RollOutRewards>;
  private readonly drawer: OnDemand<TextDrawer>;

  private constructor(
    private readonly options: AdversarialProgramOptions,
    private readonly likelihood: TrainingProgram,
  ) {
    const { generator, discriminator, drawing, rows, objective, penalty, bottleneck, backend, session } = options;
    const { endId } = drawing;
    const judging = { objective, penalty, endId };
    this.discriminating = new OnDemand(() =>
      bottleneck.name === "policy"
        ? programOf(options, new DiscriminatorTraining(discriminator.network, judging), discriminator)
        : programOf(options, new RelaxedDiscriminatorTraining(discriminator.network, drawing, judging), discriminator, generator.buffers),
    );
    const opponent = { ...generator, optimizer: adversarialOptimizer(generator.optimizer) };
    this.generating = new OnDemand(() =>
      bottleneck.name === "policy"
        ? programOf(options, new PolicyGradient(generator.network, drawing), opponent)
        : programOf(options, new RelaxedGenerator({ generator: generator.network, discriminator: discriminator.network, drawing, objective }), opponent, discriminator.buffers),
    );
    this.rewards = new OnDemand(() => RollOutRewards.compile({ drawing, rows, discriminator: discriminator.network, generatorBuffers: generator.buffers, discriminatorBuffers: discriminator.buffers, backend, session }));
    this.drawer = new OnDemand(() => TextDrawer.compile(drawing, rows, generator.buffers, backend, session));
  }

  /** Compiles what the first turns need; the rest when its turn comes. The generator's buffers need the slots of `adversarialOptimizer` too. */
  static async compile(options: AdversarialProgramOptions): Promise<AdversarialProgram> {
    return new AdversarialProgram(options, await programOf(options, options.generator.network, options.generator));
  }

  get carried(): CarriedState {
    return this.likelihood.carried;
  }

  get companions(): readonly ParameterBuffers[] {
    return [this.options.discriminator.buffers];
  }

  /** One update of the network whose turn it is. */
  async step(batches: readonly Batch[], learningRate: number, _update: number, random: RandomStream, coefficients: Coefficients): Promise<StepResult> {
    const [batch] = batches;
    const result = await this.turn(batch, coefficients[TURN] as Turn, learningRate, random, coefficients);
    return coefficients[COUNTED] === 0 ? { ...result, tokens: 0 } : result;
  }

  private turn(batch: Batch, turn: Turn, learningRate: number, random: RandomStream, coefficients: Coefficients): Promise<StepResult> {
    switch (turn) {
      case TURN_OF.likelihood:
        return this.likelihood.step([batch], learningRate, ++this.counts.likelihoodUpdates, random, coefficients);
      case TURN_OF.discriminator:
        return this.learnToDiscriminate(batch, random, coefficients);
      case TURN_OF.adversarial:
        return this.options.bottleneck.name === "policy" ? this.followPolicyGradient(batch, learningRate, random) : this.followRelaxation(batch, learningRate, random, coefficients);
    }
  }

  private async learnToDiscriminate(batch: Batch, random: RandomStream, coefficients: Coefficients): Promise<StepResult> {
    const program = await this.discriminating.get();
    const texts = this.options.bottleneck.name === "policy" ? await this.drawnPairs(batch, random) : this.begun(batch);
    const result = await program.step([texts], this.options.discriminatorRate, ++this.counts.discriminatorUpdates, random, coefficients);
    const { samples, sums } = result.measures!;
    return { ...result, measures: { samples, sums: { discriminatorAccuracy: sums.correct, discriminatorLoss: result.loss * samples } } };
  }

  /** Real texts with as many drawn ones. */
  private async drawnPairs(batch: Batch, random: RandomStream): Promise<SizedBatch> {
    const start = startTokens(batch);
    const fake = await (await this.drawer.get()).draw(start, random);
    const labels = this.labels(start);
    const pairs = { real: wholeTexts(batch, this.options.drawing.padId), fake: fake.data, ...(labels ? { realLabels: labels.data, fakeLabels: labels.data } : {}) };
    return { shape: batch.shape, targetCount: batch.shape.rows, ...pairs } as SizedBatch;
  }

  /** Real texts with the beginnings of as many made ones. */
  private begun(batch: Batch): SizedBatch {
    const start = startTokens(batch);
    const labels = this.labels(start);
    const texts = { start: start.data, real: wholeTexts(batch, this.options.drawing.padId), ...(labels ? { labels: labels.data } : {}) };
    return { shape: batch.shape, targetCount: batch.shape.rows, ...texts } as SizedBatch;
  }

  private async followPolicyGradient(batch: Batch, learningRate: number, random: RandomStream): Promise<StepResult> {
    const { drawing, rows, bottleneck } = this.options;
    const { rollOuts, baseline } = bottleneck as Extract<Bottleneck, { name: "policy" }>;
    const start = startTokens(batch);
    const texts = await (await this.drawer.get()).draw(start, random);
    const rewards = await (await this.rewards.get()).of(texts, start, this.labels(start), rollOuts, random);
    const written = batchOfTexts(texts.data as BigInt64Array, start.data as BigInt64Array, drawing);
    const advantages = tokenAdvantages(rewards, (text, position) => isWritten(written, text * drawing.length + position), { rows, length: drawing.length }, baseline);
    const { loss, gradientNorm, tokens } = await (await this.generating.get()).step([{ ...written, advantages } as Batch], learningRate, ++this.counts.adversarialUpdates, random);
    const whole = rewards.subarray((drawing.length - 1) * rows); // of texts that are complete
    const reward = whole.reduce((total, value) => total + value, 0);
    const generatorLoss = whole.reduce((total, value) => total - Math.log(Math.max(value, SMALLEST_REWARD)), 0);
    return { loss: generatorLoss / rows, gradientNorm, tokens: rows, measures: { samples: tokens, sums: { entropy: loss * tokens, reward: (reward / rows) * tokens } } };
  }

  private async followRelaxation(batch: Batch, learningRate: number, random: RandomStream, coefficients: Coefficients): Promise<StepResult> {
    return (await this.generating.get()).step([this.begun(batch)], learningRate, ++this.counts.adversarialUpdates, random, coefficients);
  }

  private labels(start: HostTensor): HostTensor | undefined {
    const { labelOf } = this.options;
    return labelOf && labelsTensor(Array.from(start.data as BigInt64Array, (token) => labelOf(Number(token))));
  }

  state(): z.infer<typeof stateSchema> {
    return { ...this.counts };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks how often its two networks were updated; train again.", { cause: parsed.error });
    this.counts = parsed.data;
  }

  async release(): Promise<void> {
    for (const program of [this.likelihood, this.discriminating, this.generating, this.rewards, this.drawer]) await program.release();
  }
}

/** A network's training step on batches of whole texts; `frozen` are parameters that it reads. */
function programOf({ rows, drawing, seed, backend, session }: AdversarialProgramOptions, model: TextModel, { parameters, buffers, optimizer, clipNorm }: TrainedNetwork<unknown>, frozen?: ParameterBuffers): Promise<TrainingProgram> {
  return TrainingProgram.compile({ model, parameters, buffers, optimizer, clipNorm, shapes: [{ rows, length: drawing.length }], accumulation: 1, seed, backend, session, ...(frozen ? { frozen } : {}) });
}
