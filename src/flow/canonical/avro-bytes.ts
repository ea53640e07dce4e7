/** Writes values as Avro does, one after the other. One object serves all records. */
export class AvroBytes {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  copy(out: Buffer, at: number, start: number, end: number): number {
    return this.#bytes.copy(out, at, start, end);
  }

  /** A number of at most 64 bits. */
  long(value: number | bigint): void {
    this.#grow(LONG_BYTES_MAX);
    if (typeof value === 'number' && value >= 0 && value <= SMALL_MAX) this.#varint(2 * value);
    else this.#bigVarint(BigInt(value));
  }

  /** A number that the type `int` may be too small for: then the nearest that it holds. */
  int(value: number): void {
    this.long(Math.max(INT_MIN, Math.min(value, INT_MAX)));
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.long(size);
    this.#grow(size);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** Items of an array or entries of a map. */
  items<Item>(items: readonly Item[], write: (item: Item) => void): void {
    if (items.length > 0) this.long(items.length);
    for (const item of items) write(item);
    this.long(0);
  }

  /** A union of null and one other type. */
  nullable<Value>(value: Value | null, write: (value: Value) => void): void {
    this.long(value === null ? 0 : 1);
    if (value !== null) write(value);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #bigVarint(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest >= 0x80n; rest >>= 7n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #grow(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const LONG_BYTES_MAX = 10;
const SMALL_MAX = 2 ** 30 - 1;
const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);
