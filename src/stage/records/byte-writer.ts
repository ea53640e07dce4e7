// Hot: measured by bench/micro/wire.bench.ts.

/** Bytes of a zig-zag number. */
export function varintBytes(value: number): number {
  if (value >= 0 && value < 8192) return value < 64 ? 1 : 2;
  let left = value < 0 ? -value * 2 - 1 : value * 2;
  let count = 1;
  while (left >= 128) {
    left = Math.floor(left / 128);
    count += 1;
  }
  return count;
}

/** How many digits a whole number from 0 has. */
export function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count += 1;
  return count;
}

const ZERO = 0x30;

/** Writes Kafka's primitive types one after the other, into bytes that must be large enough. */
export class ByteWriter {
  bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  /** For values whose distance from 0 stays below 2^53. */
  int64(value: number): void {
    this.bigInt64(BigInt(value));
  }

  bigInt64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  /** A text after its length in two bytes; `null` has the length -1. */
  string(text: string | null): void {
    if (text === null) return this.int16(-1);
    this.int16(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  /** A zig-zag number whose distance from 0 stays below 2^52. */
  varint(value: number): void {
    if (value >= 0 && value < 64) {
      this.bytes[this.at++] = value * 2;
      return;
    }
    let left = value < 0 ? -value * 2 - 1 : value * 2;
    while (left >= 128) {
      this.bytes[this.at++] = (left % 128) | 0x80;
      left = Math.floor(left / 128);
    }
    this.bytes[this.at++] = left;
  }

  varintBytes(bytes: Uint8Array | null): void {
    if (bytes === null) return this.varint(-1);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  varintText(text: string): void {
    this.varint(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  /** A whole number from 0 in digits, of which there are `count`. */
  digits(value: number, count: number): void {
    let left = value;
    for (let at = this.at + count - 1; at >= this.at; at -= 1) {
      const rest = Math.floor(left / 10);
      this.bytes[at] = ZERO + left - rest * 10;
      left = rest;
    }
    this.at += count;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
