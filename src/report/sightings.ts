import { RecordSums, ROW } from '../flow/record-sums.ts';
import type { Answer } from './answer.ts';
import { Interned } from './interned.ts';
import type { Sighting } from './sighting.ts';
import { Texts } from './texts.ts';
import type { RecordSize } from './volume.ts';

/** What records are that are alike. */
export type Seen = Pick<Sighting, 'answer' | 'conversation'>;

/**
 * Counts records by number, those that are alike having one, and tells later what became of each conversation. Of a
 * number some words are kept in columns. There are no more numbers than whoever gives them remembers records.
 */
export class Sightings {
  readonly #tell: (sighting: Sighting) => void;
  #sums = new RecordSums();
  /** `KIND` numbers of each. */
  #kinds = new Int32Array(0);
  #answers = new Interned<Answer>((answer) => JSON.stringify(answer));
  #names = new Texts();
  #places = new Texts();
  #place = 0;
  readonly #row = new Float64Array(ROW);
  readonly #offset = new Float64Array(1);

  /** `tell` is given conversation after conversation: both of the ends that report one follow each other. */
  constructor(tell: (sighting: Sighting) => void) {
    this.#tell = tell;
  }

  /** What the records that follow are called, but for their offset: `flows.ndjson:`. */
  set place(name: string) {
    this.#place = this.#places.numberOf(name);
  }

  /** Records of a number are these from now on. */
  meet(number: number, seen: Seen): void {
    this.#settle(number);
    if (KIND * number >= this.#kinds.length) this.#grow(number + 1);
    const { source, destination, protocol, port } = seen.conversation;
    const kind = [
      this.#names.numberOf(source),
      this.#names.numberOf(destination),
      protocol ?? -1,
      port ?? -1,
      this.#answers.numberOf(seen.answer),
    ];
    this.#kinds.set(kind, KIND * number);
  }

  /** One record of a number that was met. */
  add(number: number, { connections, bytes, eventMs }: RecordSize, offset: number): void {
    this.#row.set([number, connections, bytes, eventMs ?? 0]);
    this.#offset[0] = offset;
    this.addRows(this.#row, this.#offset);
  }

  /** One record that nobody will recognise. */
  addUnnumbered(seen: Seen, { connections, bytes, eventMs }: RecordSize, offset: number): void {
    const counts = { flows: 1, connections, bytes, firstMs: eventMs, lastMs: eventMs };
    this.#tell({ ...seen, ...counts, sample: this.#called(this.#place, offset) });
  }

  /** Records of numbers that were met: `ROW` numbers each, theirs, connections, bytes, event time in ms or 0. */
  addRows(rows: Float64Array, offsets: Float64Array): void {
    this.#sums.add(rows, offsets, this.#place);
  }

  /** Tells of all records, and begins anew: numbers will be of others. */
  settle(): void {
    const numbers = this.#sums.numbers.toSorted((one, other) => this.#compare(one, other));
    for (const number of numbers) this.#settle(number);
    this.#sums = new RecordSums();
    this.#kinds = new Int32Array(0);
    this.#answers.forget();
    this.#names.forget();
  }

  #settle(number: number): void {
    const sum = this.#sums.of(number);
    if (sum === null) return;
    this.#sums.forget(number);
    const { first, ...counts } = sum;
    const [source, destination, protocol, port, answer] = this.#kinds.subarray(KIND * number);
    this.#tell({
      ...counts,
      sample: this.#called(first.place, first.offset),
      answer: this.#answers.of(answer!),
      conversation: {
        source: this.#names.of(source!),
        destination: this.#names.of(destination!),
        protocol: protocol! < 0 ? null : protocol!,
        port: port! < 0 ? null : port!,
      },
    });
  }

  #called(place: number, offset: number): string {
    return `${this.#places.of(place)}${offset}`;
  }

  /** By conversation, and then by who was met first. */
  #compare(one: number, other: number): number {
    const kinds = this.#kinds;
    for (let word = 0; word < WORDS_OF_CONVERSATION; word += 1) {
      const difference = kinds[KIND * one + word]! - kinds[KIND * other + word]!;
      if (difference !== 0) return difference;
    }
    return one - other;
  }

  #grow(needed: number): void {
    const grown = new Int32Array(
      Math.max(KIND * NUMBERS_AT_FIRST, 2 * this.#kinds.length, KIND * needed),
    );
    grown.set(this.#kinds);
    this.#kinds = grown;
  }
}

// Source, destination, protocol, port, answer.
const KIND = 5;
const WORDS_OF_CONVERSATION = 4;
const NUMBERS_AT_FIRST = 1024;
