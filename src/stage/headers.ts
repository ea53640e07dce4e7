import type { Header } from './ports.ts';

/** The headers as they came, with ours at the end in the place of any of the same names. */
export function withHeaders(
  headers: readonly Header[],
  ours: readonly Header[],
): readonly Header[] {
  if (headers.length === 0) return ours;
  const names = new Set(ours.map(([name]) => name));
  return [...headers.filter(([name]) => !names.has(name)), ...ours];
}

/** Bytes of a record as `limits.outputRecordBytes` counts them. */
export function recordBytes(record: {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const [name, value] of record.headers) {
    bytes += Buffer.byteLength(name) + (value?.length ?? 0);
  }
  return bytes;
}
