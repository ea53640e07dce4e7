import { Buffer } from 'node:buffer';
import type { Header, InputRecord } from './ports.ts';
import type { SchemaId } from './writer-schemas.ts';

/** The header that may name the schema of a value. */
export const SCHEMA_ID = '__value_schema_id';
const NUMBER_BYTES = 5;
const GUID_BYTES = 17;

/**
 * How a record says which schema it was written with: in front of the value (`00` and four bytes, big
 * end first), or in the last header `__value_schema_id` (`01` and a GUID, or a number as above), which
 * leaves the value as it is. One object reads many records.
 */
export class SchemaFraming {
  /** Of the record last read. */
  id: SchemaId = 0;
  /** Where, in its value, the datum begins. */
  start = 0;

  /** False if the record names no schema. */
  read({ value, headers }: Pick<InputRecord, 'value' | 'headers'>): boolean {
    if (value === null) return false;
    const named = headers.length === 0 ? null : lastNamed(headers);
    const id = idIn(named ?? value, named !== null);
    if (id === null) return false;
    this.id = id;
    this.start = named === null ? NUMBER_BYTES : 0;
    return true;
  }
}

/** A number as it stands in front of a value, or in the header. */
export function framingOf(id: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUInt32BE(id, 1);
  return bytes;
}

function lastNamed(headers: readonly Header[]): Uint8Array | null {
  return headers.findLast(([name]) => name === SCHEMA_ID)?.[1] ?? null;
}

function idIn(bytes: Uint8Array, isHeader: boolean): SchemaId | null {
  const hasNumber = isHeader ? bytes.length === NUMBER_BYTES : bytes.length >= NUMBER_BYTES;
  if (hasNumber && bytes[0] === 0) return numberIn(bytes);
  return isHeader && bytes.length === GUID_BYTES && bytes[0] === 1 ? guidIn(bytes) : null;
}

function numberIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
}

function guidIn(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex', 1);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  return parts.join('-');
}
