// One pass over the whole of a text for measuring: every target exactly once, in batches of one fixed size.
import { type Batch, BatchBuilder } from "./batch.js";
import type { BatchShape } from "./batcher.js";
import { targetsIn, type TokenizedSamples, type TokenizedText } from "./tokenized.js";

/** A pass that can be repeated: each iteration begins anew and gives the same batches. */
export interface EvaluationPass extends Iterable<Batch> {
  /** How many targets all batches have together. */
  readonly targets: number;
}

export interface EvaluationBatches extends BatchShape {
  /** True for models whose hidden state is carried from batch to batch. */
  readonly carriesState: boolean;
}

/**
 * The whole of a text. A stream's targets are all tokens but its first; a sample's all its tokens and `<eos>`. A stream
 * is read in non-overlapping windows or, for a model that carries its state, in `rows` lanes of consecutive windows (the
 * fewer rows, the fewer targets are without the text before them). Samples take a row each; one longer than a row goes
 * on in the same row of the next batch with `restart` 0. What is left of the last windows is padding.
 */
export function evaluationBatches(text: TokenizedText, options: EvaluationBatches): EvaluationPass {
  const batches = (): Iterator<Batch> => {
    if (text.kind === "samples") return sampleRows(text.samples, options);
    return options.carriesState ? streamLanes(text.tokens, options) : streamWindows(text.tokens, options);
  };
  return { targets: targetsIn(text), [Symbol.iterator]: batches };
}

/** Window w of the stream is row w % rows of batch w / rows. */
function* streamWindows(tokens: Int32Array, { rows, length, padId }: BatchShape): Generator<Batch> {
  const targets = tokens.length - 1;
  for (let start = 0; start < targets; start += rows * length) {
    const batch = new BatchBuilder(rows, length, padId);
    for (let row = 0; row < rows; row++) {
      const at = start + row * length;
      batch.setWindow(row, tokens, at, Math.min(length, targets - at));
    }
    batch.restart.fill(1);
    yield batch.build();
  }
}

/** Lane r is the rth part of the stream; all parts but the last have the same number of targets. */
function* streamLanes(tokens: Int32Array, { rows, length, padId }: BatchShape): Generator<Batch> {
  const targets = Math.max(0, tokens.length - 1);
  const lane = Math.ceil(targets / rows);
  for (let done = 0; done < lane; done += length) {
    const batch = new BatchBuilder(rows, length, padId);
    for (let row = 0; row < rows; row++) {
      const at = row * lane + done;
      const end = Math.min((row + 1) * lane, targets);
      batch.setWindow(row, tokens, at, Math.min(length, end - at));
    }
    if (done === 0) batch.restart.fill(1);
    yield batch.build();
  }
}

function* sampleRows(samples: TokenizedSamples, { rows, length, padId }: BatchShape): Generator<Batch> {
  let next = 0;
  const cursors = Array.from({ length: rows }, () => ({ sample: next++, position: 0 }));
  while (cursors.some(({ sample }) => sample < samples.count)) {
    const batch = new BatchBuilder(rows, length, padId);
    cursors.forEach((cursor, row) => {
      const { sample, position } = cursor;
      if (position === 0) batch.restart[row] = 1;
      if (sample >= samples.count) return;
      const count = Math.min(length, samples.positions(sample) - position);
      for (let i = 0; i < count; i++) {
        batch.set(row, i, samples.input(sample, position + i), samples.target(sample, position + i));
      }
      cursor.position += count;
      if (cursor.position === samples.positions(sample)) {
        cursor.sample = next++;
        cursor.position = 0;
      }
    });
    yield batch.build();
  }
}
