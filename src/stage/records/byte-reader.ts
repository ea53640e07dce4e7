// Hot: measured by bench/micro/wire.bench.ts.

/** The bytes end too early, or a length in them is impossible. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads Kafka's primitive types one after the other. @throws WireError */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** Exact up to 2^53, which offsets and times stay below. */
  int64(): number {
    const at = this.#take(8);
    return this.#bytes.readInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
  }

  string(): string {
    const length = this.int16();
    if (length < 0) throw new WireError('a text without a length');
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** A zig-zag number of at most ten bytes; exact up to 2^53. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new WireError('a cut number');
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    throw new WireError('a number that does not end');
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Where the next byte lies. */
  get at(): number {
    return this.#at;
  }

  /** Moves on by so many bytes. */
  skip(length: number): void {
    this.#take(length);
  }

  /** Moves beyond bytes that stand after their length as a varint, and returns it; -1 is `null`. */
  skipVarintBytes(): number {
    const length = this.varint();
    if (length !== -1) this.#take(length);
    return length;
  }

  /** Bytes after their length as a varint; -1 is `null`. */
  varintBytes(): Buffer | null {
    const length = this.varint();
    return length === -1 ? null : this.bytes(length);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || length > this.#bytes.length - at) throw new WireError('bytes cut short');
    this.#at = at + length;
    return at;
  }
}
