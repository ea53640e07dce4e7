import type { FetchedBatch } from './internals.ts';
import { sizeOf } from './wire/fetched-message.ts';

/** Of what may be asked for, as long as nobody knows what it unpacks to. */
const SHARE_AT_FIRST = 1 / 8;
/** By so much more is asked for where a partition has records of which none fitted. */
const GROWTH = 4;

/**
 * How much to ask brokers for, so that it unpacks to about what the limits say: a broker counts packed bytes, of which
 * some become twenty.
 */
export class FetchSize {
  /** Of each byte that may be held: as many come packed. */
  #share = SHARE_AT_FIRST;
  /** The largest batch that came last. A broker sends whole batches, and one of any size only of the first partition. */
  #largest = 0;

  /** How many bytes to ask for, of which there may be `bytes` unpacked. */
  of(bytes: number): number {
    return Math.min(bytes, Math.max(2 * this.#largest, Math.ceil(bytes * this.#share)));
  }

  /** What came. */
  saw(batches: readonly FetchedBatch[]): void {
    const sizes = batches.flatMap(({ rawMessages }) => rawMessages.map(sizeOf));
    if (sizes.length > 0) {
      const packed = sizes.map((size) => size.packed);
      const unpacked = sizes.map((size) => size.unpacked);
      this.#share = Math.min(1, sum(packed) / sum(unpacked));
      this.#largest = Math.max(...packed);
    }
    if (batches.some(isLeftOut)) this.#share = Math.min(1, GROWTH * this.#share);
  }
}

/** False if a fetch brought nothing at all, not even records that nobody may see: nothing to move beyond. */
export function hasMessages({ rawMessages }: FetchedBatch): boolean {
  return rawMessages.length > 0;
}

function isLeftOut(batch: FetchedBatch): boolean {
  return !hasMessages(batch) && Number(batch.highWatermark) > Number(batch.fetchedOffset);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
