/** An Avro `long` and where it ends. */
export interface Long {
  readonly value: number;
  readonly end: number;
}

/** A long of Avro: a zig-zag number of at most ten bytes. `null`: it is cut, or beyond 2^53. */
export function readLong(bytes: Buffer, at: number): Long | null {
  let coded = 0;
  let scale = 1;
  for (let end = at; end < at + 10; end += 1) {
    const byte = bytes[end];
    if (byte === undefined) return null;
    coded += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      const value = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      return Number.isSafeInteger(value) ? { value, end: end + 1 } : null;
    }
    scale *= 128;
  }
  return null;
}

/** `value` is from 0 to 2^52. */
export function encodeLong(value: number): Buffer {
  const bytes: number[] = [];
  let left = value * 2;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return Buffer.from([...bytes, left]);
}
