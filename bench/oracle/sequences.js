// Sequences of the synthetic benchmark as training and evaluation take them: drawn fast, batched, whole.

import { WordloomError } from "../../dist/errors.js";
import { hostTensor } from "../../dist/runtime/backend.js";
import { nodeBackend } from "../../dist/runtime/node_backend.js";
import { batchOfTexts, TextDrawer } from "../../dist/training/drawn_batches.js";
import { ShuffledOrder } from "../../dist/text/shuffled_order.js";
import { PROTOCOL } from "./oracle_weights.js";

const DRAWN_ROWS = 100;

/** How sequences are drawn from a model of the protocol: all 20 tokens, any of the 5,000. */
export const drawingOf = (model, temperature = 1) => ({ decoder: model.decoder(), length: PROTOCOL.length, padId: 0, endId: null, excluded: [], temperature });

/** Draws sequences with a model's current weights, inside ONNX programs. */
export class SequenceDrawer {
  static async compile({ model, buffers }, { threads, temperature = 1 }) {
    const session = { device: "cpu", threads };
    return new SequenceDrawer(await TextDrawer.compile(drawingOf(model, temperature), DRAWN_ROWS, buffers, nodeBackend, session));
  }

  constructor(drawer) {
    this.drawer = drawer;
  }

  /** @returns {Promise<Int32Array>} (count x 20) token ids, row by row */
  async draw(count, random) {
    const start = hostTensor(new BigInt64Array(DRAWN_ROWS).fill(BigInt(PROTOCOL.startToken)), [DRAWN_ROWS]);
    const sequences = new Int32Array(count * PROTOCOL.length);
    for (let first = 0; first < count; first += DRAWN_ROWS) {
      const { data } = await this.drawer.draw(start, random);
      const wanted = Math.min(DRAWN_ROWS, count - first) * PROTOCOL.length;
      for (let i = 0; i < wanted; i++) sequences[first * PROTOCOL.length + i] = Number(data[i]);
    }
    return sequences;
  }

  release() {
    return this.drawer.release();
  }
}

/** Sequences in a new order each epoch, a batch at a time. */
export class SequenceBatches {
  constructor(sequences, rows, drawing, random) {
    this.sequences = sequences;
    this.rows = rows;
    this.drawing = drawing;
    this.order = new ShuffledOrder(sequences.length / PROTOCOL.length, random);
  }

  next() {
    const { rows, sequences, drawing } = this;
    const texts = new BigInt64Array(rows * PROTOCOL.length);
    for (let row = 0; row < rows; row++) {
      const from = this.order.next() * PROTOCOL.length;
      for (let i = 0; i < PROTOCOL.length; i++) texts[row * PROTOCOL.length + i] = BigInt(sequences[from + i]);
    }
    return batchOfTexts(texts, new BigInt64Array(rows).fill(BigInt(PROTOCOL.startToken)), drawing);
  }

  state() {
    return this.order.state();
  }

  restore(state) {
    if (!this.order.restore(state)) throw new WordloomError("invalid_run", "The saved position in the sequences is of fewer sequences; delete the run and train again.");
  }
}

/** Sequences as lists of tokens. */
export const asLists = (sequences) => Array.from({ length: sequences.length / PROTOCOL.length }, (_, row) => Array.from(sequences.subarray(row * PROTOCOL.length, (row + 1) * PROTOCOL.length)));
