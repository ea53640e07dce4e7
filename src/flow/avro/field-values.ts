// Hot: measured by bench/micro/avro.bench.ts.
import { Field } from '../dialects/fields.ts';
import { OUT_OF_RANGE, readCount, readTimeMs, timeOfCount } from '../dialects/numbers.ts';
import { UnreadableField } from '../dialects/unreadable.ts';
import { InvalidText, readValue } from './read-value.ts';
import type { Schema } from './schema.ts';
import { readLong, varintEnd } from './varint.ts';

/**
 * The value of a field that begins at `at`. `undefined` = absent or null, or an empty list of a
 * type that has no other way to say so. Throws `UnreadableField`.
 */
export function readFieldOf(type: Schema, bytes: Buffer, at: number, field: number): unknown {
  try {
    const value = readValue(type, bytes, at) ?? undefined;
    const isEmpty = Array.isArray(value) && value.length === 0;
    return isEmpty && type.kind !== 'union' ? undefined : value;
  } catch (error) {
    if (error instanceof InvalidText) throw new UnreadableField('invalid_utf8', nameOf(field));
    throw error;
  }
}

/** As `RecordForm.countOf`; `at` < 0 = the record lacks it. */
export function readCountOf(type: Schema, bytes: Buffer, at: number): number {
  if (at < 0) return 0;
  const { kind } = type;
  if (kind === 'union') {
    return readCountOf(branchOf(type.branches, bytes, at), bytes, afterLong(bytes, at));
  }
  if (kind === 'int' || kind === 'long') return Math.max(0, readLong(bytes, at));
  const json = jsonOf(type, bytes, at);
  return readCount(json, 0, json.length);
}

/** As `RecordForm.timeOf`; `at` < 0 = the record lacks it. */
export function readTimeOf(type: Schema, bytes: Buffer, at: number): number {
  if (at < 0) return 0;
  const { kind } = type;
  if (kind === 'union') {
    return readTimeOf(branchOf(type.branches, bytes, at), bytes, afterLong(bytes, at));
  }
  if (kind === 'int' || kind === 'long') {
    return withinDates(timeIn(Math.max(0, readLong(bytes, at)), type.logicalType));
  }
  const json = jsonOf(type, bytes, at);
  return readTimeMs(json, 0, json.length);
}

/** A number that does not say what it counts is told by its size, as in JSON. */
function timeIn(count: number, logicalType: string): number {
  switch (logicalType) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return count;
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return Math.trunc(count / 1e3);
    case 'timestamp-nanos':
    case 'local-timestamp-nanos':
      return Math.trunc(count / 1e6);
    default:
      return timeOfCount(count);
  }
}

const DATE_MAX = 8.64e15;

function withinDates(timeMs: number): number {
  return timeMs > DATE_MAX ? OUT_OF_RANGE : timeMs;
}

function branchOf(branches: readonly Schema[], bytes: Buffer, at: number): Schema {
  return branches[readLong(bytes, at)]!;
}

function afterLong(bytes: Buffer, at: number): number {
  return varintEnd(bytes, at, bytes.length);
}

const NULL = 'null';

/** For the types in which numbers seldom are. */
function jsonOf(type: Schema, bytes: Buffer, at: number): Buffer {
  try {
    return Buffer.from(JSON.stringify(readValue(type, bytes, at)) ?? NULL);
  } catch (error) {
    // No text that is not UTF-8 is a number.
    if (error instanceof InvalidText) return Buffer.from('{}');
    throw error;
  }
}

function nameOf(field: number): string {
  return Object.entries(Field).find(([, number]) => number === field)?.[0] ?? '';
}
