/**
 * A stretch of time, ms since 1970, of which every moment has one class. Classes never fall as time goes on,
 * so that two ends of one class have nothing else between them.
 */
export class TimeRange {
  fromMs = Infinity;
  toMs = -Infinity;
  timeClass = 0;
  readonly #classOf: (timeMs: number) => number;

  constructor(classOf: (timeMs: number) => number) {
    this.#classOf = classOf;
  }

  /** To one about this moment, as long as is easily found. */
  moveTo(timeMs: number): void {
    const timeClass = this.#classOf(timeMs);
    const isSame = (ms: number): boolean => this.#classOf(ms) === timeClass;
    this.timeClass = timeClass;
    this.fromMs = timeMs - (stepsMs.find((step) => isSame(timeMs - step)) ?? 0);
    this.toMs = timeMs + (stepsMs.find((step) => isSame(timeMs + step)) ?? 0);
  }
}

const stepsMs = [86_400_000, 3_600_000, 60_000, 1000];
