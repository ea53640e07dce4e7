/** Gathers the bytes of one record as they come in pieces; beyond the bound it only remembers that there were more. */
export class BoundedBytes {
  readonly #bytesMax: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(piece: Buffer): void {
    // One byte more than the bound is enough to tell that it is exceeded.
    const room = this.#bytesMax + 1 - this.#length;
    if (piece.length === 0 || room <= 0) return;
    const kept = piece.length > room ? piece.subarray(0, room) : piece;
    this.#pieces.push(kept);
    this.#length += kept.length;
  }

  /** A copy of what was gathered; begins anew. */
  take(): Buffer {
    const bytes = Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}
