// Blank lines of an input are not converted, and still have their places in the output.

/** Takes blank lines out of the texts to convert, and writes what stands for them between the converted ones. */
export class BlankLines {
  private read = 0;
  private written = 0;
  /** Read, and not yet written. */
  private readonly waiting: { readonly line: number; readonly source: string }[] = [];

  /** @param write what stands for a blank line */
  constructor(private readonly write: (source: string) => Promise<void>) {}

  /** The texts that are not blank. A blank line that nothing unanswered stands before is written at once. */
  async *without(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, void> {
    for await (const text of texts) {
      const line = this.read++;
      if (text.trim() !== "") yield text;
      else {
        this.waiting.push({ line, source: text });
        await this.writeWaiting();
      }
    }
  }

  /** Is called after each text's answer was written: the blank lines behind it follow. */
  async answered(): Promise<void> {
    this.written++;
    await this.writeWaiting();
  }

  private async writeWaiting(): Promise<void> {
    for (; this.waiting[0]?.line === this.written; this.written++) await this.write(this.waiting.shift()!.source);
  }
}
