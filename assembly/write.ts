// Writes Kafka's primitive types, copies bytes and compares them. Up to 15 bytes behind what is written may change.

export namespace Varint {
  /** Bytes of a zig-zag number. */
  export function size(value: i64): usize {
    const zigzag = <u64>((value << 1) ^ (value >> 63));
    // Seven bits a byte.
    return <usize>((70 - clz(zigzag | 1)) / 7);
  }
}

/** Each of these returns where the next byte goes. */
export function writeVarint(out: usize, value: i64): usize {
  let left = <u64>((value << 1) ^ (value >> 63));
  let at = out;
  while (left >= 128) {
    store<u8>(at, <u8>(left | 128));
    left >>= 7;
    at += 1;
  }
  store<u8>(at, <u8>left);
  return at + 1;
}

export function writeDigits(out: usize, value: i64, count: usize): usize {
  let left = value;
  for (let at = out + count - 1; at >= out; at -= 1) {
    store<u8>(at, <u8>(0x30 + (left % 10)));
    left /= 10;
  }
  return out + count;
}

/** Bytes that do not overlap; from `from` on 15 more than are copied must be readable. */
export function copy(out: usize, from: usize, length: usize): usize {
  if (length > 512) {
    memory.copy(out, from, length);
    return out + length;
  }
  for (let at: usize = 0; at < length; at += 16) v128.store(out + at, v128.load(from + at));
  return out + length;
}

export function isSame(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) {
    if (load<u64>(a + at) != load<u64>(b + at)) return false;
  }
  for (; at < length; at += 1) {
    if (load<u8>(a + at) != load<u8>(b + at)) return false;
  }
  return true;
}
