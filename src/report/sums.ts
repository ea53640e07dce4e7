// Hot: a record that is like one before is only added to numbers.
import type { Span, Volume } from './volume.ts';

/** Where a record is: at an offset of one of several places, by its number. */
export interface Place {
  readonly place: number;
  readonly offset: number;
}

/**
 * What records come to, by a number that those have in common which are alike: hundreds of thousands of them, and
 * no object of any.
 */
export class Sums {
  #sums = new Float64Array(0);
  #places = new Int32Array(0);

  /** Those of which there are records. */
  numbers(): Int32Array {
    const all = Int32Array.from(this.#places, (_, number) => number);
    return all.filter((number) => this.#sums[STRIDE * number]! > 0);
  }

  /** Records of `ROW` numbers each: theirs, connections, bytes, event time in ms or 0. */
  add(rows: Float64Array, offsets: Float64Array, place: number): void {
    for (let record = 0, row = 0; record < offsets.length; record += 1, row += ROW) {
      const number = rows[row]!;
      if (number >= this.#places.length) this.#grow(number + 1);
      const sums = this.#sums;
      const to = STRIDE * number;
      const eventMs = rows[row + 3]!;
      if (sums[to] === 0) {
        this.#places[number] = place;
        sums[to + OFFSET] = offsets[record]!;
        sums[to + FIRST_MS] = Infinity;
        sums[to + LAST_MS] = -Infinity;
      }
      sums[to]! += 1;
      sums[to + CONNECTIONS]! += rows[row + 1]!;
      sums[to + BYTES]! += rows[row + 2]!;
      if (eventMs === 0) continue;
      if (eventMs < sums[to + FIRST_MS]!) sums[to + FIRST_MS] = eventMs;
      if (eventMs > sums[to + LAST_MS]!) sums[to + LAST_MS] = eventMs;
    }
  }

  /** What the records of a number came to; begins anew. `null` = there were none. */
  take(number: number): (Volume & Span & Place) | null {
    const sums = this.#sums;
    const to = STRIDE * number;
    const flows = sums[to] ?? 0;
    if (flows === 0) return null;
    const hasTimes = Number.isFinite(sums[to + FIRST_MS]!);
    const taken = {
      flows,
      connections: sums[to + CONNECTIONS]!,
      bytes: sums[to + BYTES]!,
      firstMs: hasTimes ? sums[to + FIRST_MS]! : null,
      lastMs: hasTimes ? sums[to + LAST_MS]! : null,
      place: this.#places[number]!,
      offset: sums[to + OFFSET]!,
    };
    sums.fill(0, to, to + STRIDE);
    return taken;
  }

  #grow(needed: number): void {
    const length = Math.max(NUMBERS_AT_FIRST, 2 * this.#places.length, needed);
    const sums = new Float64Array(STRIDE * length);
    sums.set(this.#sums);
    this.#sums = sums;
    const places = new Int32Array(length);
    places.set(this.#places);
    this.#places = places;
  }
}

/** As the lane of the stage tells of records. */
export const ROW = 4;
// Of a number: how many flows, and then these.
const CONNECTIONS = 1;
const BYTES = 2;
const FIRST_MS = 3;
const LAST_MS = 4;
const OFFSET = 5;
const STRIDE = 6;
const NUMBERS_AT_FIRST = 1024;
