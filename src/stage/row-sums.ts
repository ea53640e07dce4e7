// Hot: measured by bench/micro/records.bench.ts.
import type { ChargedFlows, Countable } from './tally.ts';
import type { TopicPartition } from './ports.ts';

/** Decisions by the number of their answer: see `memo.ts`. One that is full is followed by another. */
export interface AnswerBook {
  readonly decisions: readonly Countable[];
}

/** Records that the lane judged, in the order of their offsets. */
export interface LaneRows {
  readonly book: AnswerBook;
  /** `ROW` numbers a record: its answer, connections, bytes, event time in ms or 0. */
  readonly rows: Float64Array;
  readonly offsets: Float64Array;
  readonly at: TopicPartition | null;
}

export const ROW = 4;

/** Adds up, for each answer of a book, what its records come to, without an object of any record. */
export class RowSums {
  readonly #book: AnswerBook;
  #sums = new Float64Array(STRIDE * ANSWERS_AT_FIRST);
  /** Answers that have records, and where the first of these was read. */
  readonly #answers: number[] = [];
  readonly #places: (TopicPartition | null)[] = [];

  constructor(book: AnswerBook) {
    this.#book = book;
  }

  get size(): number {
    return this.#answers.length;
  }

  /** What has records. */
  countables(): Countable[] {
    return this.#answers.map((answer) => this.#book.decisions[answer]!);
  }

  /** Returns the newest event time; -Infinity = no record has one. */
  add({ rows, offsets, at }: LaneRows): number {
    let newestMs = -Infinity;
    for (let record = 0, row = 0; record < offsets.length; record += 1, row += ROW) {
      const answer = rows[row]!;
      const eventMs = rows[row + 3]!;
      let to = STRIDE * answer;
      if (to >= this.#sums.length) this.#grow(to);
      const sums = this.#sums;
      if (sums[to] === 0) {
        this.#answers.push(answer);
        this.#places.push(at);
        sums[to + FIRST_MS] = Infinity;
        sums[to + LAST_MS] = -Infinity;
        sums[to + OFFSET] = offsets[record]!;
        sums[to + EXAMPLE_CONNECTIONS] = rows[row + 1]!;
        sums[to + EXAMPLE_BYTES] = rows[row + 2]!;
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

  *charged(): Generator<readonly [Countable, ChargedFlows]> {
    const sums = this.#sums;
    for (const [i, countable] of this.countables().entries()) {
      const at = STRIDE * this.#answers[i]!;
      const hasTimes = Number.isFinite(sums[at + FIRST_MS]);
      yield [
        countable,
        {
          cells: countable.cells,
          counter: countable.counter,
          example: {
            at: this.#places[i] ?? null,
            offset: sums[at + OFFSET]!,
            connections: sums[at + EXAMPLE_CONNECTIONS]!,
            bytes: sums[at + EXAMPLE_BYTES]!,
          },
          flows: sums[at]!,
          connections: sums[at + CONNECTIONS]!,
          bytes: sums[at + BYTES]!,
          firstMs: hasTimes ? sums[at + FIRST_MS]! : null,
          lastMs: hasTimes ? sums[at + LAST_MS]! : null,
        },
      ];
    }
  }

  #grow(needed: number): void {
    const grown = new Float64Array(Math.max(2 * this.#sums.length, 2 * needed));
    grown.set(this.#sums);
    this.#sums = grown;
  }
}

// Of an answer: how many flows, and then these.
const CONNECTIONS = 1;
const BYTES = 2;
const FIRST_MS = 3;
const LAST_MS = 4;
const OFFSET = 5;
const EXAMPLE_CONNECTIONS = 6;
const EXAMPLE_BYTES = 7;
const STRIDE = 8;
const ANSWERS_AT_FIRST = 64;
