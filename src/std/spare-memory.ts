/**
 * Memory that is used again, by sizes that are powers of two. It may hold anything. What nobody gives back is left to the
 * collector, and so is what is given back beyond `bytesMax`.
 *
 * Memory outside of the heap makes V8 mark all of the heap after each eight megabytes of it or so, however soon it is
 * garbage: a stage whose batches took twenty kilobytes each spent a fifth of its time so.
 */
export class SpareMemory {
  readonly #bytesMax: number;
  readonly #spare = new Map<number, ArrayBuffer[]>();
  #spareBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** At least so many bytes, and less than twice as many. */
  take(bytes: number): ArrayBuffer {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
    const spare = this.#spare.get(size)?.pop();
    if (spare === undefined) return Buffer.allocUnsafeSlow(size).buffer;
    this.#spareBytes -= size;
    return spare;
  }

  /** Nobody will look at it again. */
  give(memory: ArrayBuffer): void {
    const { byteLength } = memory;
    if (this.#spareBytes + byteLength > this.#bytesMax) return;
    this.#spareBytes += byteLength;
    const spare = this.#spare.get(byteLength);
    if (spare === undefined) this.#spare.set(byteLength, [memory]);
    else spare.push(memory);
  }
}
