import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AvroForm } from '../../../src/flow/avro/avro-form.ts';
import { AvroReader } from '../../../src/flow/avro/avro-reader.ts';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { CanonicalAvroWriter } from '../../../src/flow/canonical/avro-writer.ts';
import { CanonicalJsonWriter } from '../../../src/flow/canonical/json-writer.ts';
import { decodeFlow } from '../../../src/flow/dialects/decode-flow.ts';
import type { ScannedRecord } from '../../../src/flow/dialects/scanned-record.ts';
import type { RecordWriter } from '../../../src/flow/dialects/writer.ts';
import { encodeStamp } from '../../../src/flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import { limits } from '../../../src/stage/limits.ts';
import { anEvaluation } from '../../stage/support/evaluations.ts';
import { maker } from '../../stage/support/processing.ts';
import { derived } from '../avro/support/reading.ts';
import { objectText, stringText, valueText } from '../dialects/support/json-text.ts';
import { aReader, flowOf } from '../dialects/support/reading.ts';
import { calicoDialects, recordLines } from '../dialects/support/records.ts';

const bare = { member: 'evaluation', limits };
const avro = new CanonicalAvroWriter(bare);
const json = new CanonicalJsonWriter(bare);
// What avsc makes of the bytes, by the schema that is published.
const type = avscType(canonicalSchema);
const reader = aReader();
const form = new AvroForm(derived(canonicalSchema), Buffer.alloc(0));

function scannedJson(text: string): ScannedRecord {
  return scanned(reader.read(Buffer.from(text), 'flows'));
}

function scannedAvro(bytes: Buffer): ScannedRecord {
  return scanned(
    new AvroReader(limits).read({ form, formNumber: 0, lists: 0, laneLayout: 0 }, bytes, 0),
  );
}

function scanned(reading: ReturnType<typeof reader.read>): ScannedRecord {
  if (reading.status === 'unreadable') throw new Error(reading.message);
  return reading;
}

function written(
  writer: RecordWriter,
  record: ScannedRecord,
  evaluation: FlowEvaluation = anEvaluation(),
): Buffer {
  const placed = {
    enrichment: writer.encode(evaluation, maker, record),
    stamp: encodeStamp(Date.UTC(2026, 10, 21, 4, 31)),
  };
  return writer.write(record, placed, { allocate: (size) => Buffer.alloc(size, '?') });
}

/** The record in Avro, as avsc reads it. */
function decoded(text: string): object {
  return plain(type.fromBuffer(written(avro, scannedJson(text)))) as object;
}

/** Numbers of 64 bits as texts, records as mere objects. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'bigint' ? String(member) : member,
    ),
  );
}

const folder = new URL('../../golden/', import.meta.url);
const goldens = readdirSync(new URL('canonical/', folder)).map((file) => {
  const text = readFileSync(new URL(`records/${file}`, folder), 'utf8');
  const [, record = ''] = text.split(/\n--- \w+\n/);
  return { file, record };
});

const whole =
  '{"Key":{"source_name":"cart-*","source_namespace":"shop","source_type":1,"dest_name":"pvt","dest_type":4,"reporter":1,"action":1,"proto":"tcp","policies":{"enforced_policies":[{"kind":10,"tier":"default","action":2,"rule_index":-1,"trigger":{"kind":1,"namespace":"shop","name":"a","tier":"default"}}]}},"start_time":1787000000,"source_labels":["app=cart"],"bytes_in":9007199254740993,"num_connections_live":7,"x":[1.50]}';

test('a record is what avsc reads by the published schema', () => {
  const hit = { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'strict', tier: 'default' };
  const trigger = { kind: 'CalicoNetworkPolicy', namespace: 'shop', name: 'a', tier: 'default' };
  expect(decoded(whole)).toMatchObject({
    flow_id: '',
    start_time: '1787000000000',
    end_time: '0',
    reporter: 'Src',
    action: 'Allow',
    protocol: 'tcp',
    icmp_type: null,
    source_type: 'WorkloadEndpoint',
    source_namespace: 'shop',
    source_name: 'cart-*',
    source_labels: { app: 'cart' },
    source_ips: [],
    source_port: null,
    dest_type: 'Network',
    dest_name: 'pvt',
    dest_labels: {},
    dest_port: 0,
    bytes_in: '9007199254740993',
    num_connections_live: '7',
    policies: {
      enforced: [{ kind: 'EndOfTier', tier: 'default', action: 'Deny', rule_index: -1, trigger }],
      pending: [{ ...hit, action: 'Deny', rule_index: 2 }],
      pending_upstream: null,
    },
    extra: { x: '[1.50]' },
    evaluation: { evaluated_at: String(Date.UTC(2026, 10, 21, 4, 31)), verdict: 'Deny' },
  });
});

describe('a record of each dialect in Avro', () => {
  test.each(goldens)('is the same record as in canonical JSON: $file', ({ record }) => {
    const bytes = written(avro, scannedJson(record));
    const asJson = String(written(json, scannedJson(record)));
    expect(String(written(json, scannedAvro(bytes)))).toBe(asJson);
    expect(written(avro, scannedJson(asJson))).toEqual(bytes);
    expect(written(avro, scannedAvro(bytes))).toEqual(bytes);
  });
});

describe.each(calicoDialects)('a record of Calico in Avro: %s', (dialect) => {
  test('tells of the same flow', () => {
    for (const line of recordLines(dialect)) {
      const flow = decodeFlow(scannedAvro(written(avro, scannedJson(line))), limits);
      expect(flow).toEqual(flowOf(line, { reader }));
    }
  });
});

describe('any unknown members', () => {
  test('are kept as they came', () => {
    const unknown = fc.tuple(
      fc.oneof(
        stringText.map((name) => `"x${name.slice(1)}`),
        fc.constant('"__proto__"'),
      ),
      valueText.filter((text) => !/[\n\r]/.test(text)),
    );
    const record = fc.array(unknown, { maxLength: 4 }).chain((members) =>
      objectText([['"protocol"', '"tcp"'], ['"reporter"', '"Src"'], ...members]).map((text) => ({
        members,
        text,
      })),
    );
    fc.assert(
      fc.property(record, ({ members, text }) => {
        const extra = new Map(members.map(([name, value]) => [String(JSON.parse(name)), value]));
        // Not by avsc, which loses a member called __proto__.
        const kept = form.carry(scannedAvro(written(avro, scannedJson(text)))).extra;
        expect(new Map(kept)).toEqual(extra);
      }),
    );
  });
});

describe('numbers', () => {
  test.each(['9223372036854775807', '-9223372036854775808', '9007199254740993', '128', '-1', '0'])(
    'keep every digit: %s',
    (count) => {
      expect(decoded(`{"Key":{"source_name":"a"},"packets_in":${count}}`)).toMatchObject({
        packets_in: count,
      });
    },
  );

  test('of a hit that the schema is too narrow for are the nearest that fit', () => {
    const enforced = [
      { kind: 'Profile', action: 'Allow', policy_index: 2 ** 40, rule_index: -(2 ** 40) },
    ];
    expect(
      decoded(JSON.stringify({ protocol: 'tcp', reporter: 'Src', policies: { enforced } })),
    ).toMatchObject({
      policies: { enforced: [{ policy_index: 2 ** 31 - 1, rule_index: -(2 ** 31) }] },
    });
  });
});

describe('the writer', () => {
  test('puts in front of each record what it is told to', () => {
    const prefix = Buffer.from([0, 0, 0, 0, 7]);
    const framed = new CanonicalAvroWriter(bare);
    framed.prefix = prefix;
    const record = scannedJson(whole);
    const bytes = written(framed, record);
    expect(bytes.subarray(0, 5)).toEqual(prefix);
    expect(bytes.subarray(5)).toEqual(written(avro, record));
  });

  test('names our field as it is told to, in the schema too', () => {
    const named = new CanonicalAvroWriter({ ...bare, member: 'rehearsed' });
    const bytes = written(named, scannedJson(whole));
    expect(avscType(JSON.parse(named.schemaText)).fromBuffer(bytes)).toMatchObject({
      rehearsed: { evaluator: 'rehearsal/0.1.0' },
    });
  });

  test.each(['policies', 'extra', 'no-name'])('does not name our field %s', (member) => {
    expect(() => new CanonicalAvroWriter({ ...bare, member })).toThrow(/`output.member`/);
  });
});
