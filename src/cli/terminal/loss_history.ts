// The losses of a run as a bounded list: a run of a million steps is drawn as quickly as one of a thousand.

/** A loss in nats and the step after which it was measured. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** Points in the order of their steps; beyond `capacity` points, neighbours are merged into their mean. */
export class LossHistory {
  readonly #capacity: number;
  #points: LossPoint[] = [];

  /** @param capacity an even number: the most points ever kept */
  constructor(capacity = 2048) {
    this.#capacity = capacity;
  }

  get points(): readonly LossPoint[] {
    return this.#points;
  }

  /** Adds a point; a loss that is no finite number cannot be drawn and is left out. */
  add(step: number, loss: number): void {
    if (!Number.isFinite(loss)) return;
    this.#points.push({ step, loss });
    if (this.#points.length <= this.#capacity) return;
    const merged: LossPoint[] = [];
    for (let i = 0; i + 1 < this.#points.length; i += 2) {
      const [a, b] = [this.#points[i], this.#points[i + 1]];
      merged.push({ step: (a.step + b.step) / 2, loss: (a.loss + b.loss) / 2 });
    }
    if (this.#points.length % 2 === 1) merged.push(this.#points[this.#points.length - 1]);
    this.#points = merged;
  }
}
