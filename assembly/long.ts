// Whole numbers as Avro writes them: zig-zag, seven bits a byte, the lowest first.

const BYTES_MAX: usize = 10;

/** The number last read. */
export let long: i64 = 0;

/** Where the number that begins at `at` ends; 0 = beyond `end`, or it has more than 64 bits. */
export function readLong(at: usize, end: usize): usize {
  const first = <u64>load<u8>(at);
  if (first < 0x80) {
    long = unzigzag(first);
    return at < end ? at + 1 : 0;
  }
  let bits = first & 0x7f;
  for (let next = at + 1, shift: u64 = 7; next < end && next - at < BYTES_MAX; next += 1) {
    const byte = <u64>load<u8>(next);
    bits |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (shift == 63 && byte > 1) return 0;
      long = unzigzag(bits);
      return next + 1;
    }
    shift += 7;
  }
  return 0;
}

function unzigzag(bits: u64): i64 {
  return <i64>(bits >> 1) ^ -(<i64>(bits & 1));
}
