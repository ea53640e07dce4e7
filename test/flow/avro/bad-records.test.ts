import { describe, expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { encodeLong } from '../../../src/flow/avro/varint.ts';
import { aHit, anEvaluation } from '../../stage/support/evaluations.ts';
import { derived, spliced } from './support/reading.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const evaluation = anEvaluation({ pending: [aHit({})] });

const record = {
  start_time: 1_787_000_000_000,
  end_time: 1_787_000_015_000,
  reporter: 'Dst',
  action: 'Allow',
  protocol: 'tcp',
  source_name: 'cart-*',
  source_namespace: 'shop',
  source_labels: { app: 'cart' },
  dest_name: 'ledger-*',
  dest_labels: { app: 'ledger' },
  dest_port: 5432,
  bytes_in: 2n ** 53n + 1n,
  bytes_out: 2n ** 63n - 1n,
  policies: {
    enforced: [{ kind: 'Profile', name: 'kns.shop', action: 'Allow' }],
    pending: [],
    pending_upstream: null,
  },
};

test('a record cut short anywhere is truncated', () => {
  const schema = derived(canonicalSchema);
  const bytes = avscType(canonicalSchema).toBuffer(record);
  const outcomes = bytes.map((_, end) =>
    spliced(schema, bytes.subarray(0, end), evaluation) === 'truncated' ? 1 : 0,
  );
  expect(outcomes.indexOf(0)).toBe(-1);
});

test('bytes after the record make it none', () => {
  const bytes = avscType(canonicalSchema).toBuffer(record);
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
  expect(spliced(derived(canonicalSchema), longer, evaluation)).toBe('not_a_record');
});

/** A flow record with one more field, and what lies in it. */
const cases: readonly (readonly [what: string, type: unknown, bytes: Buffer, reason: string])[] = [
  ['no branch of its union', ['null', 'int'], encodeLong(2), 'not_a_record'],
  ['a branch below 0', ['null', 'int'], encodeLong(-1), 'not_a_record'],
  ['no symbol', enumOf(['A']), encodeLong(1), 'not_a_record'],
  ['neither true nor false', 'boolean', Buffer.from([2]), 'not_a_record'],
  ['a text of negative length', 'string', encodeLong(-5), 'not_a_record'],
  ['a text that is too long', 'string', encodeLong(65_537), 'too_large'],
  ['a text of 2^62 bytes', 'string', encodeLong(2 ** 52), 'too_large'],
  ['bytes beyond the end', 'bytes', encodeLong(2 ** 52), 'truncated'],
  ['an int of 33 bits', 'int', encodeLong(2 ** 31), 'number_out_of_range'],
  ['a long of 70 bits', 'long', Buffer.from('ffffffffffffffffff7f', 'hex'), 'number_out_of_range'],
  ['a number without an end', 'long', Buffer.alloc(12, 0xff), 'number_out_of_range'],
  ['four thousand million items', listOf('string'), encodeLong(4e9), 'too_many_items'],
  ['as many that take no bytes', listOf('null'), encodeLong(4e9), 'too_many_items'],
  ['-2^63 items', listOf('null'), Buffer.from('ffffffffffffffffff01', 'hex'), 'too_many_items'],
  ['ten thousand entries', mapOf('null'), encodeLong(10_000), 'too_many_items'],
  ['a block that is larger than it says', listOf('int'), blockOf(1, 2), 'not_a_record'],
  ['a block of a size below 0', listOf('int'), blockOf(1, -2), 'not_a_record'],
  ['lists in lists without end', tree, Buffer.alloc(2000, encodeLong(1)), 'too_deep'],
  ['itself, always', endless, Buffer.alloc(0), 'too_deep'],
];

describe('one dead letter for', () => {
  test.each(cases)('%s', (_, type, bytes, reason) => {
    const schema = {
      type: 'record',
      name: 'Flow',
      fields: [
        { name: 'protocol', type: 'string' },
        { name: 'reporter', type: 'string' },
        { name: 'foreign', type: typeof type === 'function' ? type() : type },
      ],
    };
    const value = Buffer.concat([Buffer.from([0, 0]), bytes]);
    expect(spliced(derived(schema), value, evaluation)).toBe(reason);
  });
});

test('lists of records without bytes cost no time', () => {
  const empty = { type: 'record', name: 'Empty', fields: nothings(1000) };
  const fields = [
    { name: 'protocol', type: 'string' },
    { name: 'reporter', type: 'string' },
    { name: 'foreign', type: listOf(listOf(empty)) },
  ];
  const inner = Buffer.concat([encodeLong(10_000), encodeLong(0)]);
  const value = Buffer.concat([
    Buffer.from([0, 0]),
    encodeLong(10_000),
    ...Array.from({ length: 10_000 }, () => inner),
    encodeLong(0),
  ]);
  const spentMs = cpuMsOf(() => {
    const out = spliced(derived({ type: 'record', name: 'Flow', fields }), value, evaluation);
    expect(out).toBeInstanceOf(Buffer);
  });
  expect(spentMs).toBeLessThan(1000);
});

function nothings(count: number) {
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}`, type: 'null' }));
}

function listOf(items: unknown) {
  return { type: 'array', items };
}

function mapOf(values: unknown) {
  return { type: 'map', values };
}

function enumOf(symbols: readonly string[]) {
  return { type: 'enum', name: 'Symbols', symbols };
}

function blockOf(count: number, size: number): Buffer {
  return Buffer.concat([encodeLong(-count), encodeLong(size), encodeLong(0), encodeLong(0)]);
}

function tree() {
  return { type: 'record', name: 'Tree', fields: [{ name: 'trees', type: listOf('Tree') }] };
}

function endless() {
  return { type: 'record', name: 'Endless', fields: [{ name: 'again', type: 'Endless' }] };
}
