// A growing array of token ids: four bytes an id, for texts whose number of tokens is not known beforehand.

/** Append ids, then take them all. */
export class IdBuffer {
  private ids: Int32Array;
  private count = 0;

  /** @param expected a guess at the final length; only speed depends on it */
  constructor(expected: number) {
    this.ids = new Int32Array(Math.max(16, Math.ceil(expected)));
  }

  push(id: number): void {
    if (this.count === this.ids.length) this.grow(this.count + 1);
    this.ids[this.count++] = id;
  }

  append(ids: Int32Array): void {
    if (this.count + ids.length > this.ids.length) this.grow(this.count + ids.length);
    this.ids.set(ids, this.count);
    this.count += ids.length;
  }

  get length(): number {
    return this.count;
  }

  /** The ids in an array of exactly their number. */
  take(): Int32Array {
    return this.ids.slice(0, this.count);
  }

  private grow(needed: number): void {
    const larger = new Int32Array(Math.max(needed, this.ids.length * 2));
    larger.set(this.ids);
    this.ids = larger;
  }
}
