import { Field } from '../dialects/fields.ts';
import type { PortWriting } from '../dialects/port-tables.ts';
import type { Schema } from './schema.ts';

/** How a schema writes the times and sizes of a record, as `assembly/avro-numbers.ts` reads them, in its order. */
export function numberWritings(types: ReadonlyMap<number, Schema>): Buffer {
  const words = numbers.flatMap((field) => writingOf(types.get(field)));
  return Buffer.from(Uint32Array.from(words).buffer);
}

const numbers = [
  Field.startTime,
  Field.endTime,
  Field.connections,
  Field.bytesIn,
  Field.bytesOut,
] as const;

/** How a schema writes a port, as `assembly/ports.ts` reads it. */
export function portWriting(type: Schema | undefined): PortWriting {
  const [way, nulls, longs] = writingOf(type);
  return { way, nulls, longs };
}

type Writing = readonly [way: number, nulls: number, longs: number, unit: number];

function writingOf(type: Schema | undefined): Writing {
  if (type === undefined) return [NOT_THERE, 0, 0, 0];
  if (type.kind === 'int' || type.kind === 'long') return [WHOLE, 0, 0, unitOf(type.logicalType)];
  if (type.kind !== 'union') return FOR_THE_HOST;
  let nulls = 0;
  let longs = 0;
  const units = new Set<number>();
  for (const [i, branch] of type.branches.slice(0, BRANCHES_MAX).entries()) {
    if (branch.kind === 'null') nulls |= 1 << i;
    if (branch.kind !== 'int' && branch.kind !== 'long') continue;
    longs |= 1 << i;
    units.add(unitOf(branch.logicalType));
  }
  const [unit = BY_SIZE, ...others] = units;
  return others.length > 0 ? FOR_THE_HOST : [IN_UNION, nulls, longs, unit];
}

function unitOf(logicalType: string): number {
  return units[logicalType.replace('local-', '')] ?? BY_SIZE;
}

const NOT_THERE = 0;
const WHOLE = 1;
const IN_UNION = 2;
const FOR_THE_HOST: Writing = [3, 0, 0, 0];
const BRANCHES_MAX = 32;

const BY_SIZE = 0;
const units: Readonly<Record<string, number>> = {
  'timestamp-millis': 1,
  'timestamp-micros': 2,
  'timestamp-nanos': 3,
};
