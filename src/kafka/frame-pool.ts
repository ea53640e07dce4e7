// Hot: measured by `npm run bench`.
import { SpareMemory } from '../std/spare-memory.ts';

/** Smaller frames are made anew: it is the megabytes that make the collector run. */
const FRAME_BYTES_MIN = 64 * 1024;
/** As much of what frames leave behind is kept for those to come. */
const SPARE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Memory for the answers of brokers, used again once all batches of an answer have been worked on. What
 * nobody gives back, such as a batch that was lost in a rebalance, is left to the collector: no memory is
 * ever written to while somebody might still read in it.
 */
export class FramePool {
  readonly #spare = new SpareMemory(SPARE_BYTES_MAX);
  readonly #taken = new WeakMap<ArrayBufferLike, Taken>();

  /** Memory that may hold anything. */
  take(bytes: number): Buffer {
    if (bytes < FRAME_BYTES_MIN || bytes > SPARE_BYTES_MAX) return Buffer.allocUnsafe(bytes);
    const memory = this.#spare.take(bytes);
    this.#taken.set(memory, { memory, holders: 0 });
    return Buffer.from(memory, 0, bytes);
  }

  /** As many have to give a frame back before it is used again; none = it is free already. */
  hold(frame: ArrayBufferLike, holders: number): void {
    const taken = this.#taken.get(frame);
    if (taken === undefined) return;
    taken.holders = holders;
    if (holders === 0) this.#free(taken);
  }

  /** One of its holders will not look at it again. */
  giveBack(frame: ArrayBufferLike): void {
    const taken = this.#taken.get(frame);
    if (taken === undefined || taken.holders === 0) return;
    taken.holders -= 1;
    if (taken.holders === 0) this.#free(taken);
  }

  #free({ memory }: Taken): void {
    this.#taken.delete(memory);
    this.#spare.give(memory);
  }
}

interface Taken {
  readonly memory: ArrayBuffer;
  holders: number;
}

/** One for all connections: the next answer may come on another. */
export const framePool = new FramePool();
