// Hot: measured by bench/micro/records.bench.ts.
import { RecordSums } from '../flow/record-sums.ts';
import type { ChargedFlows, Countable } from './tally.ts';
import type { TopicPartition } from './ports.ts';

/** Decisions by the number of their answer: see `memo.ts`. One that is full is followed by another. */
export interface AnswerBook {
  readonly decisions: readonly Countable[];
}

/** Records that the lane judged, in the order of their offsets. */
export interface LaneRows {
  readonly book: AnswerBook;
  /** `ROW` numbers a record, the first being that of its answer. */
  readonly rows: Float64Array;
  readonly offsets: Float64Array;
  readonly at: TopicPartition | null;
  /** Takes their memory back: they have been added up. */
  readonly release: () => void;
}

/** What the records of each answer of a book come to. */
export class RowSums {
  readonly #book: AnswerBook;
  readonly #sums = new RecordSums();
  readonly #places: (TopicPartition | null)[] = [];
  readonly #placeNumbers = new Map<string, number>();

  constructor(book: AnswerBook) {
    this.#book = book;
  }

  get size(): number {
    return this.#sums.size;
  }

  /** What has records. */
  countables(): Countable[] {
    return this.#sums.numbers.map((answer) => this.#book.decisions[answer]!);
  }

  /** Adds them up and releases them. Returns the newest event time; -Infinity = no record has one. */
  add({ rows, offsets, at, release }: LaneRows): number {
    const newestMs = this.#sums.add(rows, offsets, this.#placeOf(at));
    release();
    return newestMs;
  }

  *charged(): Generator<readonly [Countable, ChargedFlows]> {
    for (const answer of this.#sums.numbers) {
      const countable = this.#book.decisions[answer]!;
      const { first, ...counts } = this.#sums.of(answer)!;
      const { place, ...record } = first;
      const example = { ...record, at: this.#places[place]! };
      const { cells, counter } = countable;
      yield [countable, { cells, counter, example, ...counts }];
    }
  }

  #placeOf(at: TopicPartition | null): number {
    const name = at === null ? '' : `${at.partition} ${at.topic}`;
    const known = this.#placeNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.#places.push(at) - 1;
    this.#placeNumbers.set(name, number);
    return number;
  }
}
