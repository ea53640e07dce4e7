// Hot: measured by bench/micro/records.bench.ts.

import { SpareMemory } from '../std/spare-memory.ts';

const SLAB_BYTES = 256 * 1024;
/** The outputs of a few batches in flight. */
const SPARE_BYTES_MAX = 64 * SLAB_BYTES;

/**
 * Keeps memory for the outputs of batches to come. Memory fresh from the system costs a record more
 * than judging it does.
 */
export class SlabPool {
  readonly #spare = new SpareMemory(SPARE_BYTES_MAX);

  take(): Slab {
    return Buffer.from(this.#spare.take(SLAB_BYTES));
  }

  giveBack(slabs: readonly Slab[]): void {
    for (const { buffer } of slabs) this.#spare.give(buffer);
  }
}

type Slab = Buffer<ArrayBuffer>;

/** Room for the output records of one batch. */
export class Arena {
  readonly #pool: SlabPool;
  #slabs: Slab[] = [];
  #last = Buffer.alloc(0);
  #used = 0;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  /** As many bytes as asked for, holding anything. */
  allocate(size: number): Buffer {
    if (size > SLAB_BYTES) return Buffer.allocUnsafeSlow(size);
    if (this.#used + size > this.#last.length) {
      this.#last = this.#pool.take();
      this.#slabs.push(this.#last);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += size;
    return this.#last.subarray(start, this.#used);
  }

  /** Nobody needs the records any more: their bytes will be written over. */
  release(): void {
    this.#pool.giveBack(this.#slabs);
    this.#slabs = [];
    this.#last = Buffer.alloc(0);
    this.#used = 0;
  }
}
