/** As much of what chunks leave behind is kept for those to come. */
const SPARE_BYTES_MAX = 16 * 1024 * 1024;
/** What a chunk begins with: most chunks of a quiet topic need no more. */
const FIRST_BYTES = 32 * 1024;

/**
 * Keeps memory for chunks, in two sizes. Memory fresh from the system costs a record more than judging
 * it does, and megabytes of it make the collector run.
 */
export class ChunkPool {
  readonly #firstBytes: number;
  readonly #chunkBytes: number;
  readonly #first: Buffer[] = [];
  readonly #whole: Buffer[] = [];

  /** For chunks of up to so many bytes, and for giants, which are not kept. */
  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#firstBytes = Math.min(FIRST_BYTES, chunkBytes);
  }

  take(bytes: number): Buffer {
    if (bytes > this.#chunkBytes) return Buffer.allocUnsafeSlow(bytes);
    return bytes <= this.#firstBytes
      ? (this.#first.pop() ?? Buffer.allocUnsafeSlow(this.#firstBytes))
      : (this.#whole.pop() ?? Buffer.allocUnsafeSlow(this.#chunkBytes));
  }

  giveBack(memory: Buffer): void {
    const spare = this.#first.length * this.#firstBytes + this.#whole.length * this.#chunkBytes;
    if (spare + memory.length > SPARE_BYTES_MAX) return;
    if (memory.length === this.#chunkBytes) this.#whole.push(memory);
    else if (memory.length === this.#firstBytes) this.#first.push(memory);
  }
}
