// Numbers 0 to n - 1 in a new random order each epoch, without end, and small to save at any point.
import type { RandomState, RandomStream } from "../runtime/random.js";

/** Where a shuffled order stands: the generator before the present epoch was shuffled, and how far that epoch is. */
export interface OrderState {
  readonly random: RandomState;
  readonly taken: number;
}

/** Draws every number once an epoch. */
export class ShuffledOrder {
  private readonly order: Int32Array;
  private epochStart: RandomState;
  private taken: number;

  /** @param count at least 1 */
  constructor(
    readonly count: number,
    private readonly random: RandomStream,
  ) {
    this.order = new Int32Array(count);
    this.epochStart = random.state();
    this.taken = 0;
    this.shuffle();
  }

  next(): number {
    if (this.taken === this.count) {
      this.epochStart = this.random.state();
      this.taken = 0;
      this.shuffle();
    }
    return this.order[this.taken++];
  }

  state(): OrderState {
    return { random: this.epochStart, taken: this.taken };
  }

  /** @returns false, and nothing is changed, if the state is of fewer or more numbers */
  restore(state: OrderState): boolean {
    if (state.taken > this.count) return false;
    this.random.restore(state.random);
    this.epochStart = state.random;
    this.taken = state.taken;
    this.shuffle();
    return true;
  }

  /** Always from the same beginning, so that the generator's state alone decides the order. */
  private shuffle(): void {
    for (let i = 0; i < this.count; i++) this.order[i] = i;
    this.random.shuffle(this.order);
  }
}
