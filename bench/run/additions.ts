/**
 * What each record grew by, of which there are as many before as after: its new bytes, wherever they stand. Who
 * writes as much without looking at records then writes what compresses as well, too.
 */
export function additionsOf(before: readonly Buffer[], after: readonly Buffer[]): Buffer[] {
  return after.map((value, i) => additionOf(before[i] ?? Buffer.alloc(0), value));
}

function additionOf(before: Buffer, after: Buffer): Buffer {
  const start = sharedBytes(before, after, (bytes, i) => bytes[i]);
  const rest = [before.subarray(start), after.subarray(start)] as const;
  const end = sharedBytes(...rest, (bytes, i) => bytes[bytes.length - 1 - i]);
  const [kept, grown] = rest.map((bytes) => bytes.subarray(0, bytes.length - end)) as [
    Buffer,
    Buffer,
  ];
  // What was there and stands between two insertions.
  const keptAt = grown.indexOf(kept);
  if (keptAt < 0) return grown.subarray(-Math.max(1, grown.length - kept.length));
  return Buffer.concat([grown.subarray(0, keptAt), grown.subarray(keptAt + kept.length)]);
}

function sharedBytes(
  one: Buffer,
  other: Buffer,
  at: (bytes: Buffer, i: number) => number | undefined,
): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && at(one, count) === at(other, count)) count += 1;
  return count;
}

/** Bytes of one of them, in the mean. */
export function meanLength(texts: readonly Buffer[]): number {
  let sum = 0;
  for (const { length } of texts) sum += length;
  return texts.length === 0 ? 0 : Math.round(sum / texts.length);
}
