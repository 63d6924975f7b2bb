// Turns pushed events into an asynchronous iteration.

import { WordloomError } from "../errors.js";

/** Events wait here until they are read. One reader. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  private readonly waiting: Event[] = [];
  private wake: (() => void) | null = null;
  private ended = false;
  private failure: { readonly error: unknown } | null = null;
  private read = false;

  /** @param onLeave called when the reader leaves before the end (`break`) */
  constructor(private readonly onLeave: () => void) {}

  push(event: Event): void {
    this.waiting.push(event);
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** Ends the iteration with an error, after the events that came before it. */
  fail(error: unknown): void {
    this.failure = { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Event> {
    if (this.read) throw new WordloomError("invalid_argument", "These events are read already; they can be iterated once.");
    this.read = true;
    try {
      for (;;) {
        while (this.waiting.length > 0) yield this.waiting.shift()!;
        if (this.failure) throw this.failure.error;
        if (this.ended) return;
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = null;
      }
    } finally {
      if (!this.ended) this.onLeave();
    }
  }
}
