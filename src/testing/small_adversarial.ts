// A tiny generator and a tiny discriminator that learn in turns, with texts to learn from: vocabulary 11, texts of up to 6 tokens.

import { ConvolutionalDiscriminator } from "../models/convolutional_discriminator.js";
import { DiscriminatorTraining } from "../models/discriminator_training.js";
import type { TextDrawing } from "../models/drawn_texts.js";
import type { LanguageModel } from "../models/language_model.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream, type RandomState } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import type { Batch } from "../text/batch.js";
import { adversarialOptimizer, AdversarialProgram, type AdversarialProgramOptions, type Bottleneck } from "../training/adversarial_program.js";
import { batchOfTexts } from "../training/drawn_batches.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../training/optimizer.js";
import type { BatchSource } from "../training/trainer.js";
import { SMALL_SIZES, smallModel } from "./small_models.js";

export const ADVERSARIAL_ROWS = 6;
const LENGTH = 6;
const [PAD, START, END] = [0, 1, 2];
/** What texts with labels begin with, by label. */
const LABEL_TOKENS = [9, 10];

export const BOTTLENECKS: readonly Bottleneck[] = [{ name: "policy", rollOuts: 2, baseline: "normalized" }, { name: "relaxation" }];

/** Texts of random words, as many as are wanted; `taken` is told how many batches there were. */
export class RandomTexts implements BatchSource {
  private readonly random: RandomStream;
  private count = 0;

  constructor(private readonly drawing: TextDrawing, name: string, private readonly labelled = false, private readonly taken: (count: number) => void = () => undefined) {
    this.random = new RandomStream(4, name);
  }

  next(): Batch {
    this.taken(++this.count);
    const texts = new BigInt64Array(ADVERSARIAL_ROWS * LENGTH).fill(BigInt(PAD));
    for (let row = 0; row < ADVERSARIAL_ROWS; row++) {
      const words = 1 + this.random.integer(LENGTH - 1);
      for (let i = 0; i < words; i++) texts[row * LENGTH + i] = BigInt(3 + this.random.integer(5));
      texts[row * LENGTH + words] = BigInt(END);
    }
    return batchOfTexts(texts, BigInt64Array.from({ length: ADVERSARIAL_ROWS }, (_, row) => BigInt(this.labelled ? LABEL_TOKENS[row % 2] : START)), this.drawing);
  }

  state(): RandomState {
    return this.random.state();
  }

  restore(state: unknown): void {
    this.random.restore(state as RandomState);
  }
}

export interface SmallAdversarial {
  readonly program: AdversarialProgram;
  readonly generator: LanguageModel;
  readonly generatorBuffers: ParameterBuffers;
  readonly discriminatorBuffers: ParameterBuffers;
  readonly drawing: TextDrawing;
}

export interface SmallAdversarialSetting {
  readonly bottleneck: Bottleneck;
  /** The label of a text by its label's number, for networks that hear labels. */
  readonly label?: (own: number) => number;
  readonly options?: Partial<AdversarialProgramOptions>;
}

/** The same networks with the same weights each time. */
export async function smallAdversarial({ bottleneck, label, options = {} }: SmallAdversarialSetting): Promise<SmallAdversarial> {
  const optimizer = createOptimizer({ ...OPTIMIZER_DEFAULTS, name: "adamw" });
  const { model: generator, parameters, buffers: generatorBuffers } = smallModel("lstm", { layers: 1, width: 8, dropout: 0.1 }, [...optimizer.slots, ...adversarialOptimizer(optimizer).slots]);
  const drawing: TextDrawing = { decoder: generator.decoder(), length: LENGTH, padId: PAD, endId: END, excluded: [PAD, START] };
  const network = new ConvolutionalDiscriminator({ vocabularySize: SMALL_SIZES.vocabularySize, embeddingWidth: 4, labelCount: label ? LABEL_TOKENS.length : 0, dropout: 0.2, spectralNorm: false, windows: [1, 2, 3], filters: [4, 4, 4] });
  const judged = nameParameters(new DiscriminatorTraining(network, { objective: "standard", endId: END, penalty: null }));
  const discriminatorBuffers = new ParameterBuffers(parameterSpecs(judged), optimizer.slots);
  discriminatorBuffers.initialize(new RandomStream(6, "small discriminator"));
  const program = await AdversarialProgram.compile({
    generator: { network: generator, parameters, buffers: generatorBuffers, optimizer, clipNorm: 5 },
    discriminator: { network, parameters: judged, buffers: discriminatorBuffers, optimizer, clipNorm: 5 },
    discriminatorRate: 0.01,
    objective: bottleneck.name === "policy" ? "standard" : "relativistic",
    penalty: null,
    bottleneck,
    drawing,
    rows: ADVERSARIAL_ROWS,
    ...(label ? { labelOf: (start: number) => label(LABEL_TOKENS.indexOf(start)) } : {}),
    seed: 1,
    backend: nodeBackend,
    session: TEST_SESSION,
    ...options,
  });
  return { program, generator, generatorBuffers, discriminatorBuffers, drawing };
}
