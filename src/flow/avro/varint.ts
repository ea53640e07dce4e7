// Hot: measured by bench/micro/avro.bench.ts.

const BYTES_MAX = 10;

/** Where the number that begins at `at` ends; -1 = `end` comes first, -2 = it has more than 64 bits. */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  const last = Math.min(end, at + BYTES_MAX);
  for (let next = at; next < last; next += 1) {
    const byte = bytes[next]!;
    if (byte < 0x80) return next === at + BYTES_MAX - 1 && byte > 1 ? -2 : next + 1;
  }
  return last === end && end < at + BYTES_MAX ? -1 : -2;
}

/** The number that begins at `at` and is known to end; beyond 2^53 the nearest double. */
export function readLong(bytes: Uint8Array, at: number): number {
  let byte = bytes[at]!;
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
  let low = byte & 0x7f;
  let next = at;
  for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
    byte = bytes[(next += 1)]!;
    low |= (byte & 0x7f) << shift;
  }
  let high = 0;
  for (let scale = 1; byte >= 0x80; scale *= 0x80) {
    byte = bytes[(next += 1)]!;
    high += (byte & 0x7f) * scale;
  }
  // Of the sum only the last step may round.
  const half = high * 2 ** 27 + (low >>> 1);
  return (low & 1) === 0 ? half : -half - 1;
}

/** The same to its last digit. */
export function readExactLong(bytes: Uint8Array, at: number): bigint {
  let value = 0n;
  let next = at;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[next]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
    next += 1;
  }
  return (value >> 1n) ^ -(value & 1n);
}

/** A number as Avro writes it; `value` is a whole number of at most 53 bits. */
export function encodeLong(value: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
