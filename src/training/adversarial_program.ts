// A generator and a discriminator that learn in turns, behind the same interface as one compiled training step.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import type { Objective } from "../models/adversarial_loss.js";
import type { Discriminator } from "../models/discriminator.js";
import { DiscriminatorTraining } from "../models/discriminator_training.js";
import type { GradientPenalty } from "../models/gradient_penalty.js";
import type { TextDrawing } from "../models/drawn_texts.js";
import type { LanguageModel } from "../models/language_model.js";
import { PolicyGradient } from "../models/policy_gradient.js";
import { RelaxedGenerator } from "../models/relaxed_generator.js";
import type { TextModel } from "../models/text_model.js";
import type { Parameter } from "../nn/module.js";
import type { Backend, HostTensor, SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { RandomStream } from "../runtime/random.js";
import type { Batch } from "../text/batch.js";
import { COUNTED, TURN, TURN_OF, type Turn } from "./adversarial_course.js";
import type { CarriedState } from "./carried_state.js";
import type { Coefficients } from "./course.js";
import { batchOfTexts, isWritten, startTokens, TextDrawer, wholeTexts } from "./drawn_batches.js";
import type { Optimizer } from "./optimizer.js";
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

const stateSchema = z.object({ generatorUpdates: z.int().nonnegative(), discriminatorUpdates: z.int().nonnegative(), adversarial: z.boolean() });

/** SeqGAN (Yu et al. 2017) or RelGAN (Nie et al. 2019), by the bottleneck; its turns are given by the course. */
export class AdversarialProgram implements UpdateProgram {
  private generatorUpdates = 0;
  private discriminatorUpdates = 0;
  /** Whether the generator has begun to learn from the discriminator, which begins its optimizer anew. */
  private adversarial = false;

  private constructor(
    private readonly options: AdversarialProgramOptions,
    private readonly likelihood: TrainingProgram,
    private readonly discriminating: TrainingProgram,
    private readonly generating: TrainingProgram,
    private readonly rewards: RollOutRewards | null,
    /** Draws the texts of a batch; also for others. */
    readonly drawer: TextDrawer,
  ) {}

  static async compile(options: AdversarialProgramOptions): Promise<AdversarialProgram> {
    const { generator, discriminator, drawing, rows, objective, penalty, bottleneck, seed, backend, session } = options;
    const shapes = [{ rows, length: drawing.length }];
    const programOf = (model: TextModel, { parameters, buffers, optimizer, clipNorm }: TrainedNetwork<unknown>, frozen?: ParameterBuffers): Promise<TrainingProgram> =>
      TrainingProgram.compile({ model, parameters, buffers, optimizer, clipNorm, shapes, accumulation: 1, seed, backend, session, ...(frozen ? { frozen } : {}) });
    const likelihood = await programOf(generator.network, generator);
    const discriminating = await programOf(new DiscriminatorTraining(discriminator.network, { objective, penalty, endId: drawing.endId }), discriminator);
    const policy = bottleneck.name === "policy";
    const generating = policy
      ? await programOf(new PolicyGradient(generator.network, drawing), generator)
      : await programOf(new RelaxedGenerator({ generator: generator.network, discriminator: discriminator.network, drawing, objective }), generator, discriminator.buffers);
    const rewarding = { drawing, rows, discriminator: discriminator.network, generatorBuffers: generator.buffers, discriminatorBuffers: discriminator.buffers, backend, session };
    const rewards = policy ? await RollOutRewards.compile(rewarding) : null;
    return new AdversarialProgram(options, likelihood, discriminating, generating, rewards, await TextDrawer.compile(drawing, rows, generator.buffers, backend, session));
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
        return this.likelihood.step([batch], learningRate, ++this.generatorUpdates, random, coefficients);
      case TURN_OF.discriminator:
        return this.learnToDiscriminate(batch, random);
      case TURN_OF.adversarial:
        this.beginAdversarial();
        return this.options.bottleneck.name === "policy" ? this.followPolicyGradient(batch, learningRate, random) : this.followRelaxation(batch, learningRate, random, coefficients);
    }
  }

  private async learnToDiscriminate(batch: Batch, random: RandomStream): Promise<StepResult> {
    const { rows } = batch.shape;
    const start = startTokens(batch);
    const fake = await this.drawer.draw(start, random);
    const labels = this.labels(start);
    const both = { shape: batch.shape, targetCount: rows, real: wholeTexts(batch, this.options.drawing.padId), fake: fake.data, ...(labels ? { realLabels: labels.data, fakeLabels: labels.data } : {}) };
    const result = await this.discriminating.step([both], this.options.discriminatorRate, ++this.discriminatorUpdates, random);
    const { samples, sums } = result.measures!;
    return { ...result, measures: { samples, sums: { discriminatorAccuracy: sums.correct, discriminatorLoss: result.loss * samples } } };
  }

  private async followPolicyGradient(batch: Batch, learningRate: number, random: RandomStream): Promise<StepResult> {
    const { drawing, rows, bottleneck } = this.options;
    const { rollOuts, baseline } = bottleneck as Extract<Bottleneck, { name: "policy" }>;
    const start = startTokens(batch);
    const texts = await this.drawer.draw(start, random);
    const rewards = await this.rewards!.of(texts, start, this.labels(start), rollOuts, random);
    const written = batchOfTexts(texts.data as BigInt64Array, start.data as BigInt64Array, drawing);
    const advantages = tokenAdvantages(rewards, (text, position) => isWritten(written, text * drawing.length + position), { rows, length: drawing.length }, baseline);
    const { loss, gradientNorm, tokens } = await this.generating.step([{ ...written, advantages } as Batch], learningRate, ++this.generatorUpdates, random);
    const whole = rewards.subarray((drawing.length - 1) * rows); // of texts that are complete
    const reward = whole.reduce((total, value) => total + value, 0);
    const generatorLoss = whole.reduce((total, value) => total - Math.log(Math.max(value, Number.MIN_VALUE)), 0);
    return { loss: generatorLoss / rows, gradientNorm, tokens: rows, measures: { samples: tokens, sums: { entropy: loss * tokens, reward: (reward / rows) * tokens } } };
  }

  private async followRelaxation(batch: Batch, learningRate: number, random: RandomStream, coefficients: Coefficients): Promise<StepResult> {
    const start = startTokens(batch);
    const labels = this.labels(start);
    const begun = { shape: batch.shape, targetCount: batch.shape.rows, start: start.data, real: wholeTexts(batch, this.options.drawing.padId), ...(labels ? { labels: labels.data } : {}) };
    return this.generating.step([begun], learningRate, ++this.generatorUpdates, random, coefficients);
  }

  private labels(start: HostTensor): HostTensor | undefined {
    const { labelOf } = this.options;
    return labelOf && labelsTensor(Array.from(start.data as BigInt64Array, (token) => labelOf(Number(token))));
  }

  /** The first step against the discriminator: the moments of the likelihood's gradients say nothing of those to come. */
  private beginAdversarial(): void {
    if (this.adversarial) return;
    const { buffers, optimizer } = this.options.generator;
    for (const slot of optimizer.slots) buffers.flat(slot).fill(0);
    this.generatorUpdates = 0;
    this.adversarial = true;
  }

  state(): z.infer<typeof stateSchema> {
    const { generatorUpdates, discriminatorUpdates, adversarial } = this;
    return { generatorUpdates, discriminatorUpdates, adversarial };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks how often its two networks were updated; train again.", { cause: parsed.error });
    Object.assign(this, parsed.data);
  }

  async release(): Promise<void> {
    for (const program of [this.likelihood, this.discriminating, this.generating, this.rewards, this.drawer]) await program?.release();
  }
}
