// Hot: measured by bench/micro/processor.bench.ts.

const SLAB_BYTES = 256 * 1024;

/**
 * Room for output records, cut from large slabs so that a record costs no allocation of its own. A
 * slab lives until its last record is forgotten.
 */
export class Arena {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** As many bytes as asked for, holding anything. */
  allocate(size: number): Buffer {
    if (this.#used + size > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(size, SLAB_BYTES));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += size;
    return this.#slab.subarray(start, this.#used);
  }
}
