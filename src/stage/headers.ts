import type { Header, InputRecord } from './ports.ts';
import { namesByLength } from './records/packed-headers.ts';
import type { PackedHeaders } from './records/packed-headers.ts';
import { SCHEMA_ID } from './schema-framing.ts';

/** Every header of ours (contract 5): one that a record comes with is of an earlier pass. */
const ourNames: ReadonlySet<string> = new Set([
  'flow-source',
  'flow-record-index',
  'flow-verdict-change',
  'policy-set',
  'policy-hash',
  'error-code',
  'error-message',
]);

const namesThatGo = namesByLength([...ourNames, SCHEMA_ID]);
const namesOfOurs = namesByLength(ourNames);

const CONTENT_TYPE = 'content-type';

/** The headers of a value as it came: ours at the end, in the place of any of an earlier pass. */
export function withHeaders(
  headers: readonly Header[],
  ours: readonly Header[],
): readonly Header[] {
  if (headers.length === 0) return ours;
  return [...headers.filter(([name]) => !ourNames.has(name)), ...ours];
}

/**
 * The same of a value that we have written. What names its schema goes, unless it is among `ours`; of
 * those, a content type gives way to one that is there.
 */
export function withOutputHeaders(
  headers: readonly Header[],
  ours: readonly Header[],
): readonly Header[] {
  if (headers.length === 0) return ours;
  const hasType = headers.some(isContentType);
  return withHeaders(
    headers.filter(([name]) => name !== SCHEMA_ID),
    hasType ? ours.filter((header) => !isContentType(header)) : ours,
  );
}

/** Whether the headers that a record came with leave as they are, ours behind them. */
export function isCopied(
  packed: PackedHeaders | null | undefined,
  record: Pick<InputRecord, 'headers'>,
): boolean {
  if (packed === undefined) return record.headers.length === 0;
  return packed === null || !packed.haveAny(namesThatGo);
}

/** Whether one of them is of an earlier pass. */
export function haveOurs(packed: PackedHeaders): boolean {
  return packed.haveAny(namesOfOurs);
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

function isContentType([name]: Header): boolean {
  return name.toLowerCase() === CONTENT_TYPE;
}
