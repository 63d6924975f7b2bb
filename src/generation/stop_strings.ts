// Ends a text before a stop string however its tokens cut it, and shows nothing that may still become one.

/**
 * Lets text through piece by piece until one of the stop strings is complete. Which one ends the text, and where, does
 * not depend on how the text is cut into pieces: it is the string that is complete first and, of those complete at
 * the same character, the longest.
 */
export class StopStrings {
  /** Text held back: a beginning of some stop string, as long as possible. */
  private held = "";
  private hasStopped = false;

  /** @param stops texts of at least one character; none lets everything through */
  constructor(private readonly stops: readonly string[]) {}

  /** Whether a stop string was met; everything after it is swallowed. */
  get stopped(): boolean {
    return this.hasStopped;
  }

  /** Takes the next piece of text and returns what may be shown now: "" for as long as a stop string may be coming. */
  push(piece: string): string {
    if (this.hasStopped) return "";
    const text = this.held + piece;
    let start = text.length;
    let end = Infinity;
    for (const stop of this.stops) {
      const found = text.indexOf(stop);
      if (found < 0) continue;
      const foundEnd = found + stop.length;
      if (foundEnd < end || (foundEnd === end && found < start)) {
        start = found;
        end = foundEnd;
      }
    }
    this.hasStopped = end !== Infinity;
    if (!this.hasStopped) start = text.length - this.beginning(text);
    this.held = this.hasStopped ? "" : text.slice(start);
    return text.slice(0, start);
  }

  /** Returns what was held back, once no more text comes. */
  finish(): string {
    const rest = this.held;
    this.held = "";
    return rest;
  }

  /** How many characters at the end of the text begin a stop string; the most of all stop strings. */
  private beginning(text: string): number {
    let longest = 0;
    for (const stop of this.stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (text.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
