// What is said at the end of a conversion: texts that were cut, and what the model never saw.

import type { Converted } from "../api/pair_jobs.js";

/** How many pieces that the model never saw are shown. */
const SHOWN = 8;
/** How many are remembered: an input may be endless. */
const MOST_REMEMBERED = 1000;

/** Gathers what is to be said; however much is converted, in memory that has a bound. */
export class ConversionRemarks {
  private cut = 0;
  private readonly unknown = new Set<string>();
  private hasMore = false;

  note({ truncated, unknown }: Pick<Converted, "truncated" | "unknown">): void {
    if (truncated) this.cut++;
    for (const piece of unknown) {
      if (this.unknown.size < MOST_REMEMBERED) this.unknown.add(piece);
      else this.hasMore ||= !this.unknown.has(piece);
    }
  }

  /** @param contextLength the tokens that the model holds */
  sentences(contextLength: number): string[] {
    const sentences: string[] = [];
    if (this.cut > 0) sentences.push(`${this.cut === 1 ? "1 text was" : `${this.cut} texts were`} longer than the model holds (${contextLength} tokens) and read only as far.`);
    if (this.unknown.size > 0) sentences.push(`The model never saw ${this.listed()}, and reads that as <unk>.`);
    return sentences;
  }

  /** Some of the pieces, as they stand in a sentence. */
  private listed(): string {
    const shown = [...this.unknown].slice(0, SHOWN).map((piece) => JSON.stringify(piece)).join(", ");
    const others = this.unknown.size - SHOWN;
    return others > 0 ? `${shown} and ${this.hasMore ? "more than " : ""}${others} more` : shown;
  }
}
