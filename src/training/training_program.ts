// The compiled training step of a model: one program for each shape that its batches have.

import type { BatchShape, TextModel } from "../models/text_model.js";
import { coefficientInput, maskInputs, TraceContext } from "../nn/trace_context.js";
import type { Parameter } from "../nn/module.js";
import { WordloomError } from "../errors.js";
import { countMatmulFlops } from "../onnx/flops.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import { maskPools, MaskFeeds } from "../runtime/mask_feeds.js";
import { NoiseFeeds } from "../runtime/noise_feeds.js";
import { groupInput, groupOutput, PARAMETER_VECTOR, type ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import type { RandomStream } from "../runtime/random.js";
import { add, input, mul, type Tensor } from "../tensor/index.js";
import type { SizedBatch } from "../text/batch.js";
import { batchFeeds, shapeKey } from "./batch_feeds.js";
import { CarriedState } from "./carried_state.js";
import type { Optimizer } from "./optimizer.js";
import { addSums, measuredSums, traceLoss, type MeasuredSums } from "./traced_loss.js";
import { GRADIENT_VECTOR, groupGradients, scalarInput, updateOutputs } from "./update_graph.js";

export interface TrainingProgramOptions {
  readonly model: TextModel;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Holds the optimizer's slots, and `GRADIENT_VECTOR` where batches are accumulated. */
  readonly buffers: ParameterBuffers;
  /** Parameters that the loss reads and that are not trained by it. */
  readonly frozen?: ParameterBuffers;
  readonly optimizer: Optimizer;
  /** All shapes that batches will have; one only for a model that carries state from batch to batch. */
  readonly shapes: readonly BatchShape[];
  /** Batches whose gradients are added up for one update. */
  readonly accumulation: number;
  readonly clipNorm: number | null;
  readonly seed: number;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

export interface StepResult {
  /** Mean nats per target over the step's batches, before the update. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Targets counted. */
  readonly tokens: number;
  /** The model's further measures, before the update; absent for a model that has none. */
  readonly measures?: MeasuredSums;
}

/** What serves the batches of one shape. */
interface ShapeProgram {
  readonly program: Program;
  readonly masks: MaskFeeds;
  readonly noise: NoiseFeeds;
  /** Matrix-product FLOPs of one batch. */
  readonly matmulFlops: number;
}

/** One optimizer step as one program; with accumulation, one program a batch and one for the update. */
export class TrainingProgram {
  readonly carried: CarriedState;

  private constructor(
    private readonly options: TrainingProgramOptions,
    private readonly programs: ReadonlyMap<string, ShapeProgram>,
    private readonly updateProgram: Program | null,
  ) {
    this.carried = new CarriedState(options.model, options.shapes[0].rows);
  }

  static async compile(options: TrainingProgramOptions): Promise<TrainingProgram> {
    const { model, parameters, buffers, optimizer, shapes, accumulation, clipNorm, seed, backend, session } = options;
    let updateProgram: Program | null = null;
    if (accumulation > 1) {
      const stored = buffers.groups.map(({ index, size }) => input(groupInput(index, GRADIENT_VECTOR), [size]));
      updateProgram = await Program.compile(updateOutputs(stored, buffers, optimizer, clipNorm), backend, session);
    }
    const traced = shapes.map((shape) => {
      const context = new TraceContext(true);
      const { lossSum, natsSum, carried, measures } = traceLoss(model, shape, context);
      const scale = input("lossScale", []);
      const gradients = groupGradients(mul(lossSum, scale), parameters, buffers);
      const updated = updateProgram
        ? Object.fromEntries(gradients.map((gradient, index) => [groupOutput(index, GRADIENT_VECTOR), add(input(groupInput(index, GRADIENT_VECTOR), [buffers.groups[index].size]), gradient)]))
        : updateOutputs(gradients, buffers, optimizer, clipNorm);
      const outputs: Record<string, Tensor> = { loss: mul(natsSum, scale), ...updated, ...carried, ...measures };
      return { key: shapeKey(shape), outputs, noise: context.noiseSites(), masks: context.maskPools().map(({ rate, sites }) => ({ rate, sites, ...maskInputs(rate) })) };
    });
    const pools = maskPools(seed, traced.flatMap(({ masks }) => masks));
    const programs = new Map<string, ShapeProgram>();
    // Each program keeps its own memory: of several, only what they need.
    const memory = { ...session, ...(traced.length > 1 ? { intermediates: "pooled" as const } : {}) };
    for (const { key, outputs, masks, noise } of traced) {
      const program = await Program.compile(outputs, backend, memory);
      programs.set(key, { program, masks: new MaskFeeds(pools, masks), noise: new NoiseFeeds(noise), matmulFlops: countMatmulFlops(Object.values(outputs)) });
    }
    return new TrainingProgram(options, programs, updateProgram);
  }

  /** Matrix-product FLOPs of one batch of a shape. */
  matmulFlops(shape: BatchShape): number {
    return this.programOf(shape).matmulFlops;
  }

  /**
   * One update from `accumulation` batches. If the loss or the gradient is not finite nothing is updated: the
   * parameters stay as they were.
   * @param step counted from 1, for the optimizer's bias corrections
   * @param dropout draws dropout masks and the noise of latent variables
   * @param coefficients of the model's loss, by name, and which parts learn
   */
  async step(batches: readonly SizedBatch[], learningRate: number, step: number, dropout: RandomStream, coefficients: Readonly<Record<string, number>> = {}): Promise<StepResult> {
    const { buffers, optimizer } = this.options;
    const tokens = batches.reduce((total, batch) => total + batch.targetCount, 0);
    const lossScale = hostTensor(Float32Array.of(1 / Math.max(1, tokens)), []);
    const scalars = Object.fromEntries(
      Object.entries(optimizer.scalars(learningRate, step)).map(([name, value]) => [scalarInput(name), hostTensor(Float32Array.of(value), [])]),
    );
    const factors = Object.fromEntries(Object.entries(coefficients).map(([name, value]) => [coefficientInput(name), hostTensor(Float32Array.of(value), [])]));
    const updated = [PARAMETER_VECTOR, ...optimizer.slots];
    if (!this.updateProgram) {
      const results = await this.run(batches[0], { lossScale, ...scalars, ...factors }, buffers.targets(updated), dropout);
      const result = { loss: results.loss.data[0] as number, gradientNorm: results.gradientNorm.data[0] as number, tokens, measures: measuredSums(results) };
      if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) {
        buffers.swap(updated);
        this.carried.swap();
      }
      return result;
    }
    buffers.flat(GRADIENT_VECTOR).fill(0);
    let loss = 0;
    let measures: MeasuredSums | undefined;
    for (const batch of batches) {
      const results = await this.run(batch, { lossScale, ...factors }, buffers.targets([GRADIENT_VECTOR]), dropout);
      loss += results.loss.data[0] as number;
      measures = addSums(measures, measuredSums(results));
      if (!Number.isFinite(loss)) return { loss, gradientNorm: NaN, tokens };
      buffers.swap([GRADIENT_VECTOR]);
      this.carried.swap();
    }
    const { gradientNorm } = await this.updateProgram.run({ ...buffers.feeds(), ...scalars, ...factors }, buffers.targets(updated));
    const norm = gradientNorm.data[0] as number;
    if (Number.isFinite(norm)) buffers.swap(updated);
    return { loss, gradientNorm: norm, tokens, measures };
  }

  private programOf(shape: BatchShape): ShapeProgram {
    const program = this.programs.get(shapeKey(shape));
    if (!program) throw new WordloomError("internal", `A batch of ${shapeKey(shape)} was given, but training was compiled for ${[...this.programs.keys()].join(", ")}.`);
    return program;
  }

  private run(batch: SizedBatch, extra: Record<string, HostTensor>, into: Record<string, HostTensor>, dropout: RandomStream): Promise<Record<string, HostTensor>> {
    const { buffers, frozen, model } = this.options;
    const { program, masks, noise } = this.programOf(batch.shape);
    const feeds = { ...frozen?.feeds(), ...buffers.feeds(), ...this.carried.feeds(), ...masks.draw(dropout), ...noise.draw(dropout), ...batchFeeds(model, batch), ...extra };
    return program.run(feeds, { ...into, ...this.carried.targets() });
  }

  async release(): Promise<void> {
    for (const { program } of this.programs.values()) await program.release();
    await this.updateProgram?.release();
  }
}
