/** A stream of bytes that can be looked ahead in, and that knows how far it has been read. */
export class ByteStream {
  readonly #chunks: AsyncIterator<Buffer>;
  #ahead: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes before what is read next. */
  get position(): number {
    return this.#position;
  }

  /** The next `length` bytes, or as many as there are. They stay good. */
  async peek(length: number): Promise<Buffer> {
    if (this.#ahead.length < length) {
      const pieces = [this.#ahead];
      for (let held = this.#ahead.length; held < length;) {
        const piece = await this.#next();
        if (piece === null) break;
        pieces.push(piece);
        held += piece.length;
      }
      this.#ahead = Buffer.concat(pieces);
    }
    return this.#ahead.subarray(0, length);
  }

  /** Moves over bytes that have been looked at. */
  skip(length: number): void {
    this.#ahead = this.#ahead.subarray(length);
    this.#position += length;
  }

  /** Moves behind the next place that holds `marker`; false: to the end, as there is none. */
  async skipPast(marker: Buffer): Promise<boolean> {
    for (;;) {
      const found = this.#ahead.indexOf(marker);
      if (found !== -1) {
        this.skip(found + marker.length);
        return true;
      }
      // The marker may have begun.
      this.skip(Math.max(0, this.#ahead.length - marker.length + 1));
      const piece = await this.#next();
      if (piece === null) {
        this.skip(this.#ahead.length);
        return false;
      }
      this.#ahead = Buffer.concat([this.#ahead, piece]);
    }
  }

  async #next(): Promise<Buffer | null> {
    const next = await this.#chunks.next();
    return next.done === true ? null : next.value;
  }
}
