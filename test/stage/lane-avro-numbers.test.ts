import { expect, test } from 'vitest';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { framed, registryOf, schemaOf } from './support/avro-records.ts';
import { lanePair, recordsOf } from './support/lane-pair.ts';

const logical = (type: string, logicalType: string) => ({ type, logicalType });

/** How others may write a time or a size. */
const types: readonly unknown[] = [
  'null',
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
  logical('long', 'timestamp-millis'),
  logical('long', 'timestamp-micros'),
  logical('long', 'timestamp-nanos'),
  logical('long', 'local-timestamp-micros'),
  logical('int', 'timestamp-millis'),
  ['null', 'long'],
  [logical('long', 'timestamp-millis'), 'null'],
  ['string', 'null', 'int'],
  [logical('int', 'timestamp-millis'), logical('long', 'timestamp-micros')],
];

const edges = [1e11, 1e14, 1e17, 8.64e15, 8.64e18, 2 ** 31, 2 ** 53];
const numbers = [0, 1, 7_200_000, ...edges, ...edges.map((edge) => edge - 1), 2 ** 62].flatMap(
  (number) => [BigInt(number), -BigInt(number), BigInt(number) + 1n],
);

/** The same number in each branch that takes it, and what is none. */
function valuesOf(type: unknown): Buffer[] {
  if (!Array.isArray(type)) return numbers.flatMap((number) => valueOf(type, number));
  return type.flatMap((branch, i) =>
    valuesOf(branch).map((value) => Buffer.concat([Buffer.from([2 * i]), value])),
  );
}

function valueOf(type: unknown, number: bigint): Buffer | [] {
  const { type: name = type as string } = Object(type) as { type?: string };
  switch (name) {
    case 'null':
      return Buffer.alloc(0);
    case 'int':
      return BigInt.asIntN(32, number) === number ? zigzag(number) : [];
    case 'long':
      return zigzag(number);
    case 'float':
      return avscType('float').toBuffer(Number(number));
    case 'double':
      return avscType('double').toBuffer(Number(number));
    default:
      return Buffer.concat([zigzag(BigInt(String(number).length)), Buffer.from(String(number))]);
  }
}

function zigzag(number: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (number << 1n) ^ (number >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

const shared = lanePair();
const fields = ['start_time', 'end_time', 'num_connections_started', 'bytes_in', 'bytes_out'];

test.each(
  types.flatMap((type) => fields.map((name) => [name, JSON.stringify(type), type] as const)),
)('%s of type %s is counted as it is on the host', (name, _, type) => {
  const texts = ['protocol', 'reporter'].map((text) => ({ name: text, type: 'string' }));
  const derived = schemaOf({ type: 'record', name: 'Flow', fields: [...texts, { name, type }] });
  const schemas = registryOf(new Map([[7, derived]]));
  const values = valuesOf(type).map((value) =>
    framed(7, Buffer.concat([Buffer.from([0, 0]), value])),
  );
  for (let pass = 0; pass < 2; pass += 1) {
    const [lane, host] = shared.both(recordsOf(values), schemas);
    expect(lane).toEqual(host);
  }
});
