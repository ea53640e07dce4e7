// Hot: measured by bench/micro/records.bench.ts. A record that is like one before is only added to numbers.

/** So many numbers stand for a record: the one that it has in common with those alike, connections, bytes, event time in ms or 0. */
export const ROW = 4;

/** What the records of one number come to. */
export interface RecordSum {
  readonly flows: number;
  readonly connections: number;
  readonly bytes: number;
  /** Event times, ms since 1970; `null` = no record said. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first of the records: where it was read, by a number of whoever adds, and what it says. */
  readonly first: {
    readonly place: number;
    readonly offset: number;
    readonly connections: number;
    readonly bytes: number;
  };
}

/**
 * Adds up, for each number, what its records come to: hundreds of thousands of them, and no object of any. Numbers
 * are few beside records, and begin at 0.
 */
export class RecordSums {
  #sums = new Float64Array(0);
  /** Those that have records, in the order in which they came. */
  readonly #numbers: number[] = [];

  /** How many numbers came. */
  get size(): number {
    return this.#numbers.length;
  }

  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** Rows of records that were read in one place. Returns the newest event time; -Infinity = no record has one. */
  add(rows: Float64Array, offsets: Float64Array, place: number): number {
    let newestMs = -Infinity;
    for (let record = 0, row = 0; record < offsets.length; record += 1, row += ROW) {
      const number = rows[row]!;
      const eventMs = rows[row + 3]!;
      const to = STRIDE * number;
      if (to >= this.#sums.length) this.#grow(to);
      const sums = this.#sums;
      if (sums[to] === 0) {
        this.#numbers.push(number);
        sums[to + FIRST_MS] = Infinity;
        sums[to + LAST_MS] = -Infinity;
        sums[to + PLACE] = place;
        sums[to + OFFSET] = offsets[record]!;
        sums[to + FIRST_CONNECTIONS] = rows[row + 1]!;
        sums[to + FIRST_BYTES] = rows[row + 2]!;
      }
      sums[to]! += 1;
      sums[to + CONNECTIONS]! += rows[row + 1]!;
      sums[to + BYTES]! += rows[row + 2]!;
      if (eventMs === 0) continue;
      if (eventMs < sums[to + FIRST_MS]!) sums[to + FIRST_MS] = eventMs;
      if (eventMs > sums[to + LAST_MS]!) sums[to + LAST_MS] = eventMs;
      if (eventMs > newestMs) newestMs = eventMs;
    }
    return newestMs;
  }

  /** `null` = it has no records. */
  of(number: number): RecordSum | null {
    const sums = this.#sums;
    const at = STRIDE * number;
    const flows = sums[at] ?? 0;
    if (flows === 0) return null;
    const hasTimes = Number.isFinite(sums[at + FIRST_MS]);
    return {
      flows,
      connections: sums[at + CONNECTIONS]!,
      bytes: sums[at + BYTES]!,
      firstMs: hasTimes ? sums[at + FIRST_MS]! : null,
      lastMs: hasTimes ? sums[at + LAST_MS]! : null,
      first: {
        place: sums[at + PLACE]!,
        offset: sums[at + OFFSET]!,
        connections: sums[at + FIRST_CONNECTIONS]!,
        bytes: sums[at + FIRST_BYTES]!,
      },
    };
  }

  /** The number has no records from now on. */
  forget(number: number): void {
    this.#sums.fill(0, STRIDE * number, STRIDE * (number + 1));
  }

  #grow(needed: number): void {
    const grown = new Float64Array(Math.max(AT_FIRST, 2 * this.#sums.length, needed + STRIDE));
    grown.set(this.#sums);
    this.#sums = grown;
  }
}

// Of a number: how many flows, and then these.
const CONNECTIONS = 1;
const BYTES = 2;
const FIRST_MS = 3;
const LAST_MS = 4;
const PLACE = 5;
const OFFSET = 6;
const FIRST_CONNECTIONS = 7;
const FIRST_BYTES = 8;
const STRIDE = 9;
const AT_FIRST = 64 * STRIDE;
