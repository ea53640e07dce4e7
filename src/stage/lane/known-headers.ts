import type { Header } from '../ports.ts';
import { encodeHeaders } from '../output-headers.ts';
import type { EncodedHeaders } from '../output-headers.ts';
import type { PackedHeaders } from '../records/packed-headers.ts';
import { SCHEMA_ID } from '../schema-framing.ts';
import { HEADERS_BYTES_MAX, HEADERS_ROOM } from './lane-memory.ts';
import type { LaneMemory } from './lane-memory.ts';

/** What headers say of the record that they came with. */
export interface Naming {
  /** Where the lane has the layout of the schema that they name. */
  readonly layout: number;
  /** Names the schema of the output; `null` = no header does. */
  readonly header: Header | null;
}

/**
 * Tells the lane of headers: records that come with the same are for it, in this batch, and leave with
 * them, but for what names a schema.
 */
export function tellHeaders(
  memory: LaneMemory,
  packed: PackedHeaders,
  naming: Naming | null,
): void {
  const before =
    naming === null ? asTheyCame(packed) : encodeHeaders(packed.headers().filter(isKept));
  const after = encodeHeaders(naming?.header ? [naming.header] : []);
  const blocks = [packed.bytes, before.bytes, after.bytes];
  if (blocks.some(({ length }) => length > HEADERS_BYTES_MAX)) return;
  const [headers = 0, headersBefore = 0, headersAfter = 0] = blocks.map((block, i) => {
    memory.headers.set(block, HEADERS_ROOM * i);
    return memory.headers.byteOffset + HEADERS_ROOM * i;
  });
  memory.tell({
    headers,
    headersBytes: packed.bytes.length,
    headersCount: packed.count,
    headersBefore,
    headersBeforeBytes: before.bytes.length,
    headersAfter,
    headersAfterBytes: after.bytes.length,
    headersOutCount: before.count + after.count,
    headersOutContent: before.contentBytes + after.contentBytes,
    headersLayout: naming?.layout ?? 0,
  });
}

function asTheyCame(packed: PackedHeaders): EncodedHeaders {
  const { bytes, count } = packed;
  return { bytes, count, contentBytes: packed.contentBytes() };
}

function isKept([name]: Header): boolean {
  return name !== SCHEMA_ID;
}
