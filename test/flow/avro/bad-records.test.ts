import { describe, expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { encodeLong } from '../../../src/flow/avro/varint.ts';
import { aHit, anEvaluation } from '../../stage/support/evaluations.ts';
import { badFields, flowOf, flowWith, listOf } from './support/bad-fields.ts';
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

describe('one dead letter for', () => {
  test.each(badFields)('%s', (_, type, bytes, reason) => {
    expect(spliced(derived(flowWith(type)), flowOf(bytes), evaluation)).toBe(reason);
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
