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
    // The chunk that it lies in is soon used for other bytes.
    this.#pieces.push(Buffer.from(kept));
    this.#length += kept.length;
  }

  /** What was gathered; begins anew. */
  take(): Buffer {
    const [only] = this.#pieces;
    const bytes =
      this.#pieces.length === 1 && only !== undefined
        ? only
        : Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}
