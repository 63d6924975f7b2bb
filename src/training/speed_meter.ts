// How fast a training goes, without the pauses of its evaluations.

/** Steps and tokens a second over the last few seconds. */
export class SpeedMeter {
  private readonly marks: { time: number; tokens: number }[] = [];

  add(tokens: number): void {
    this.marks.push({ time: performance.now(), tokens });
    const oldest = performance.now() - 5000;
    while (this.marks.length > 64 && this.marks[0].time < oldest) this.marks.shift();
  }

  /** Forgets everything but where it left off, so that a pause does not count. */
  restart(): void {
    this.marks.length = 0;
    this.marks.push({ time: performance.now(), tokens: 0 });
  }

  stepsPerSecond(): number {
    return this.rate(() => 1);
  }

  tokensPerSecond(): number {
    return this.rate((mark) => mark.tokens);
  }

  private rate(value: (mark: { tokens: number }) => number): number {
    if (this.marks.length < 2) return 0;
    const seconds = (this.marks[this.marks.length - 1].time - this.marks[0].time) / 1000;
    return this.marks.slice(1).reduce((total, mark) => total + value(mark), 0) / Math.max(1e-9, seconds);
  }
}
