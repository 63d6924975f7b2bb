// The compiled training step of a language model, with the tensors that it carries from batch to batch.

import type { LanguageModel } from "../models/language_model.js";
import { batchInputs } from "../models/language_model.js";
import { maskInputs, TraceContext } from "../nn/trace_context.js";
import type { Parameter } from "../nn/module.js";
import { countMatmulFlops } from "../onnx/flops.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import { MaskFeeds } from "../runtime/mask_feeds.js";
import { groupInput, groupOutput, PARAMETER_VECTOR, type ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import type { RandomStream } from "../runtime/random.js";
import { add, input, mul, sizeOf, type Tensor } from "../tensor/index.js";
import type { Batch } from "../text/batch.js";
import type { Optimizer } from "./optimizer.js";
import { GRADIENT_VECTOR, groupGradients, scalarInput, updateOutputs } from "./update_graph.js";

const carriedInput = (name: string): string => `carried.${name}`;
const carriedOutput = (name: string): string => `carried.${name}.next`;

/** Hidden states that pass from one batch to the next, in two copies. */
export class CarriedState {
  private copies: [Record<string, HostTensor>, Record<string, HostTensor>];
  private current: 0 | 1 = 0;

  constructor(private readonly model: LanguageModel, private readonly rows: number) {
    this.copies = [this.allocate(), this.allocate()];
  }

  private allocate(): Record<string, HostTensor> {
    const shapes = Object.entries(this.model.carried(this.rows)) as [string, readonly number[]][];
    return Object.fromEntries(shapes.map(([name, shape]) => [name, hostTensor(new Float32Array(sizeOf(shape)), shape)]));
  }

  feeds(): Record<string, HostTensor> {
    return Object.fromEntries(Object.entries(this.copies[this.current]).map(([name, tensor]) => [carriedInput(name), tensor]));
  }

  targets(): Record<string, HostTensor> {
    return Object.fromEntries(Object.entries(this.copies[1 - this.current]).map(([name, tensor]) => [carriedOutput(name), tensor]));
  }

  swap(): void {
    this.current = this.current === 0 ? 1 : 0;
  }

  /** The current tensors by name; writable. */
  tensors(): Readonly<Record<string, HostTensor>> {
    return this.copies[this.current];
  }
}

/** Traces a model's loss over a batch of fixed size with its carried state as further inputs and outputs. */
export function traceLoss(model: LanguageModel, rows: number, length: number, context: TraceContext): { lossSum: Tensor; carried: Record<string, Tensor> } {
  const carried = Object.fromEntries(Object.entries(model.carried(rows)).map(([name, shape]) => [name, input(carriedInput(name), shape)]));
  const traced = model.loss(batchInputs(rows, length), carried, context);
  return { lossSum: traced.lossSum, carried: Object.fromEntries(Object.entries(traced.carried).map(([name, tensor]) => [carriedOutput(name), tensor])) };
}

/** The tensors of a batch by their input names. */
export function batchFeeds(batch: Batch, rows: number, length: number): Record<string, HostTensor> {
  return {
    tokens: hostTensor(batch.tokens, [rows, length]),
    targets: hostTensor(batch.targets, [rows, length]),
    restart: hostTensor(batch.restart, [rows]),
  };
}

export interface TrainingProgramOptions {
  readonly model: LanguageModel;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Holds the optimizer's slots, and `GRADIENT_VECTOR` where batches are accumulated. */
  readonly buffers: ParameterBuffers;
  readonly optimizer: Optimizer;
  readonly rows: number;
  readonly length: number;
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
}

/** One optimizer step as one program; with accumulation, one program a batch and one for the update. */
export class TrainingProgram {
  readonly carried: CarriedState;

  private constructor(
    private readonly options: TrainingProgramOptions,
    private readonly batchProgram: Program,
    private readonly updateProgram: Program | null,
    private readonly masks: MaskFeeds,
    /** Matrix-product FLOPs of one batch. */
    readonly matmulFlops: number,
  ) {
    this.carried = new CarriedState(options.model, options.rows);
  }

  static async compile(options: TrainingProgramOptions): Promise<TrainingProgram> {
    const { model, parameters, buffers, optimizer, rows, length, accumulation, clipNorm, backend, session } = options;
    const context = new TraceContext(true);
    const { lossSum, carried } = traceLoss(model, rows, length, context);
    const loss = mul(lossSum, input("lossScale", []));
    const gradients = groupGradients(loss, parameters, buffers);
    let outputs: Record<string, Tensor>;
    let updateProgram: Program | null = null;
    if (accumulation === 1) outputs = updateOutputs(gradients, buffers, optimizer, clipNorm);
    else {
      const stored = buffers.groups.map(({ index, size }) => input(groupInput(index, GRADIENT_VECTOR), [size]));
      outputs = Object.fromEntries(gradients.map((gradient, index) => [groupOutput(index, GRADIENT_VECTOR), add(stored[index], gradient)]));
      updateProgram = await Program.compile(updateOutputs(stored, buffers, optimizer, clipNorm), backend, session);
    }
    const all = { loss, ...outputs, ...carried };
    const batchProgram = await Program.compile(all, backend, session);
    const masks = new MaskFeeds(options.seed, context.maskPools().map(({ rate, sites }) => ({ rate, sites, ...maskInputs(rate) })));
    return new TrainingProgram(options, batchProgram, updateProgram, masks, countMatmulFlops(Object.values(all)));
  }

  /**
   * One update from `accumulation` batches. If the loss or the gradient is not finite nothing is updated: the
   * parameters stay as they were.
   * @param step counted from 1, for the optimizer's bias corrections
   */
  async step(batches: readonly Batch[], learningRate: number, step: number, dropout: RandomStream): Promise<StepResult> {
    const { buffers, optimizer } = this.options;
    const tokens = batches.reduce((total, batch) => total + batch.targetCount, 0);
    const lossScale = hostTensor(Float32Array.of(1 / Math.max(1, tokens)), []);
    const scalars = Object.fromEntries(
      Object.entries(optimizer.scalars(learningRate, step)).map(([name, value]) => [scalarInput(name), hostTensor(Float32Array.of(value), [])]),
    );
    const updated = [PARAMETER_VECTOR, ...optimizer.slots];
    if (!this.updateProgram) {
      const results = await this.run(batches[0], { lossScale, ...scalars }, buffers.targets(updated), dropout);
      const result = { loss: results.loss.data[0] as number, gradientNorm: results.gradientNorm.data[0] as number, tokens };
      if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) {
        buffers.swap(updated);
        this.carried.swap();
      }
      return result;
    }
    buffers.flat(GRADIENT_VECTOR).fill(0);
    let loss = 0;
    for (const batch of batches) {
      const results = await this.run(batch, { lossScale }, buffers.targets([GRADIENT_VECTOR]), dropout);
      loss += results.loss.data[0] as number;
      if (!Number.isFinite(loss)) return { loss, gradientNorm: NaN, tokens };
      buffers.swap([GRADIENT_VECTOR]);
      this.carried.swap();
    }
    const { gradientNorm } = await this.updateProgram.run({ ...buffers.feeds(), ...scalars }, buffers.targets(updated));
    const norm = gradientNorm.data[0] as number;
    if (Number.isFinite(norm)) buffers.swap(updated);
    return { loss, gradientNorm: norm, tokens };
  }

  private run(batch: Batch, extra: Record<string, HostTensor>, into: Record<string, HostTensor>, dropout: RandomStream): Promise<Record<string, HostTensor>> {
    const { buffers, rows, length } = this.options;
    const feeds = { ...buffers.feeds(), ...this.carried.feeds(), ...this.masks.draw(dropout), ...batchFeeds(batch, rows, length), ...extra };
    return this.batchProgram.run(feeds, { ...into, ...this.carried.targets() });
  }

  async release(): Promise<void> {
    await this.batchProgram.release();
    await this.updateProgram?.release();
  }
}

/** The loss of a model over held-out text. */
export class EvaluationProgram {
  private constructor(
    private readonly model: LanguageModel,
    private readonly buffers: ParameterBuffers,
    private readonly rows: number,
    private readonly length: number,
    private readonly program: Program,
  ) {}

  static async compile(options: Pick<TrainingProgramOptions, "model" | "buffers" | "rows" | "length" | "backend" | "session">): Promise<EvaluationProgram> {
    const { model, buffers, rows, length, backend, session } = options;
    const { lossSum, carried } = traceLoss(model, rows, length, new TraceContext(false));
    return new EvaluationProgram(model, buffers, rows, length, await Program.compile({ lossSum, ...carried }, backend, session));
  }

  /** Sum of nats and number of targets over the batches of one pass, which begins with an empty carried state. */
  async evaluate(batches: Iterable<Batch>, signal?: AbortSignal): Promise<{ nats: number; targets: number }> {
    const carried = new CarriedState(this.model, this.rows);
    let nats = 0;
    let targets = 0;
    for (const batch of batches) {
      if (signal?.aborted) break;
      const feeds = { ...this.buffers.feeds(), ...carried.feeds(), ...batchFeeds(batch, this.rows, this.length) };
      const { lossSum } = await this.program.run(feeds, carried.targets());
      carried.swap();
      nats += lossSum.data[0] as number;
      targets += batch.targetCount;
    }
    return { nats, targets };
  }

  async release(): Promise<void> {
    await this.program.release();
  }
}
