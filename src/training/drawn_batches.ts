// Texts drawn from a generator as batches: whole batches at once by a program, and laid out for a loss.

import { drawTexts, drawTextsUniforms, type TextDrawing } from "../models/drawn_texts.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import type { RandomStream } from "../runtime/random.js";
import { input } from "../tensor/index.js";
import { type Batch, BatchBuilder, ignoredTarget } from "../text/batch.js";

/** Uniform numbers in [0, 1) for a program. */
export function uniformNumbers(count: number, random: RandomStream): HostTensor {
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = (random.nextUint32() >>> 8) / 16777216; // as fine as float32 is below 1
  return hostTensor(numbers, [count]);
}

/** Draws batches of so many texts with a generator's current weights. Free it with `release`. */
export class TextDrawer {
  private constructor(
    private readonly program: Program,
    private readonly buffers: ParameterBuffers,
    readonly drawing: TextDrawing,
    readonly rows: number,
  ) {}

  static async compile(drawing: TextDrawing, rows: number, buffers: ParameterBuffers, backend: Backend, session: SessionOptions): Promise<TextDrawer> {
    const uniforms = input("uniforms", [drawTextsUniforms(rows, drawing.length)]);
    const texts = drawTexts(drawing, input("start", [rows], "int64"), uniforms);
    return new TextDrawer(await Program.compile({ texts }, backend, session), buffers, drawing, rows);
  }

  /**
   * @param start the token before each text, (rows)
   * @returns int64 (rows x length), padding behind an end
   */
  async draw(start: HostTensor, random: RandomStream): Promise<HostTensor> {
    const uniforms = uniformNumbers(drawTextsUniforms(this.rows, this.drawing.length), random);
    const { texts } = await this.program.run({ ...this.buffers.feeds(), start, uniforms });
    return texts;
  }

  async release(): Promise<void> {
    await this.program.release();
  }
}

/** The token before each text of a batch of whole texts. */
export function startTokens({ shape: { rows, length }, tokens }: Batch): HostTensor {
  return hostTensor(BigInt64Array.from({ length: rows }, (_, row) => tokens[row * length]), [rows]);
}

/** The texts of a batch, padding behind their ends: int64 (rows x length). */
export function wholeTexts({ shape: { rows, length }, targets }: Batch, padId: number): BigInt64Array {
  return BigInt64Array.from({ length: rows * length }, (_, i) => (targets[i] < 0n ? BigInt(padId) : targets[i]));
}

/** How many tokens each of some texts (rows x length) has, its end included. */
export function textLengths(texts: BigInt64Array, { length, endId }: TextDrawing): Int32Array {
  const end = endId === null ? null : BigInt(endId);
  return Int32Array.from({ length: texts.length / length }, (_, row) => {
    const at = end === null ? -1 : texts.subarray(row * length, (row + 1) * length).indexOf(end);
    return at < 0 ? length : at + 1;
  });
}

/** Drawn texts as a batch to learn from: each token is to be predicted from the start token and those before it. */
export function batchOfTexts(texts: BigInt64Array, start: BigInt64Array, drawing: TextDrawing): Batch {
  const { length, padId } = drawing;
  const rows = start.length;
  const batch = new BatchBuilder(rows, length, padId);
  textLengths(texts, drawing).forEach((count, row) => {
    for (let i = 0; i < count; i++) batch.set(row, i, Number(i === 0 ? start[row] : texts[row * length + i - 1]), Number(texts[row * length + i]));
  });
  batch.restart.fill(1);
  return batch.build();
}

/** Whether a batch has a target somewhere. */
export const isWritten = ({ targets }: Batch, at: number): boolean => targets[at] !== BigInt(ignoredTarget);
