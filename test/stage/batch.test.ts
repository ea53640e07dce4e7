import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header, InputRecord, OutputRecord } from '../../src/stage/ports.ts';
import { recordLines } from '../flow/dialects/support/records.ts';
import { whisker } from '../flow/dialects/support/whisker-record.ts';
import { aRecord as anyRecord, header, headersOf, judged } from './support/judging.ts';
import { maker } from './support/processing.ts';

const good = JSON.stringify(whisker);

function aRecord(members: Partial<InputRecord> = {}): InputRecord {
  return anyRecord({ value: Buffer.from(good), ...members });
}

describe('an output', () => {
  test('keeps key and time, and says where it came from and what was found', () => {
    const { outputs } = judged([aRecord()]);
    expect(outputs).toMatchObject([{ key: Buffer.from('k'), timestampMs: 1_787_000_000_000 }]);
    expect(headersOf(outputs[0])).toEqual([
      ['flow-source', 'flows/3/41'],
      ['flow-verdict-change', 'NewlyDenied'],
      ['policy-set', 'main'],
      ['policy-hash', '0123456789abcdef'],
    ]);
  });

  test('keeps its headers, but for ours of an earlier pass', () => {
    const headers: Header[] = [
      header('policy-set', 'old'),
      header('traceparent', '00-1'),
      ['empty', null],
      header('traceparent', '00-2'),
      header('flow-source', 'other/0/1'),
    ];
    const { outputs } = judged([aRecord({ headers })]);
    expect(headersOf(outputs[0])).toEqual([
      ['traceparent', '00-1'],
      ['empty', 'null'],
      ['traceparent', '00-2'],
      ['flow-source', 'flows/3/41'],
      ['flow-verdict-change', 'NewlyDenied'],
      ['policy-set', 'main'],
      ['policy-hash', '0123456789abcdef'],
    ]);
  });

  test('of one batch has one time and one policy hash', () => {
    const records = recordLines('whisker').map((line, offset) =>
      aRecord({ offset, value: Buffer.from(line) }),
    );
    const { outputs, tally } = judged(records);
    const stamps = outputs.map(({ value }) => {
      const { evaluated_at, policy_hash } = JSON.parse(String(value)).evaluation;
      return `${evaluated_at} ${policy_hash}`;
    });
    expect(new Set(stamps)).toEqual(new Set([`2026-11-21T12:00:00.000Z ${maker.policyHash}`]));
    expect(outputs).toHaveLength(records.length);
    expect(tally.sums().records.evaluated).toBe(records.length);
  });
});

describe('a tombstone', () => {
  test('passes as it is', () => {
    const record = aRecord({ value: null, headers: [header('policy-set', 'x')] });
    const { outputs, deadLetters, tally } = judged([record]);
    const { offset: _, ...expected } = record;
    expect(outputs).toEqual([expected]);
    expect(deadLetters).toEqual([]);
    expect(tally.sums().records).toMatchObject({ passed_through: 1, evaluated: 0 });
  });
});

describe('a dead letter', () => {
  test('keeps its bytes, key, time and headers, and says why', () => {
    const headers = [header('error-code', 'old'), header('a', 'b')];
    const value = Buffer.from('{"x":\u0000');
    const { outputs, deadLetters, tally } = judged([aRecord({ value, headers })]);
    expect(outputs).toEqual([]);
    expect(deadLetters).toMatchObject([
      {
        offset: 41,
        reason: 'not_a_record',
        record: { value, key: Buffer.from('k'), timestampMs: 1_787_000_000_000 },
      },
    ]);
    expect(headersOf(deadLetters[0]?.record)).toEqual([
      ['a', 'b'],
      ['error-code', 'not_a_record'],
      ['error-message', 'the bytes are not a flow record, at byte 5'],
      ['flow-source', 'flows/3/41'],
    ]);
    expect([...tally.deadLetters]).toEqual([['not_a_record', 1]]);
  });

  test('of an empty value', () => {
    const { deadLetters } = judged([aRecord({ value: Buffer.alloc(0) })]);
    expect(deadLetters).toMatchObject([{ reason: 'not_a_record' }]);
  });

  test('of more headers than the limit', () => {
    const headers = Array.from({ length: 3 }, () => header('a', 'b'));
    const { deadLetters, tally } = judged([aRecord({ headers })], { limits: { headers: 2 } });
    expect(deadLetters).toMatchObject([{ reason: 'too_many_items' }]);
    expect([...tally.limitsReached]).toEqual([['headers', 1]]);
  });

  test('of a record that our members make too large', () => {
    const { outputs } = judged([aRecord()]);
    const [output] = outputs;
    const size = sizeOf(output);
    expect(judged([aRecord()], { limits: { outputRecordBytes: size } }).deadLetters).toEqual([]);
    const { deadLetters, tally } = judged([aRecord()], { limits: { outputRecordBytes: size - 1 } });
    expect(deadLetters).toMatchObject([
      { reason: 'output_too_large', record: { value: Buffer.from(good) } },
    ]);
    expect(tally.sums().records).toMatchObject({ evaluated: 0, dead_lettered: 1 });
    expect([...tally.limitsReached]).toEqual([['outputRecordBytes', 1]]);
  });

  test('too large for any topic is represented by its size', () => {
    const record = aRecord({ value: Buffer.alloc(5000, 'x'), headers: [header('a', 'b')] });
    const { deadLetters } = judged([record], {
      limits: { outputRecordBytes: 1000, recordBytes: 4000 },
    });
    expect(String(deadLetters[0]?.record.value)).toBe('{"omitted_bytes":5003}');
    expect(headersOf(deadLetters[0]?.record).map(([name]) => name)).toEqual([
      'error-code',
      'error-message',
      'flow-source',
    ]);
    const keyed = judged([{ ...record, key: Buffer.alloc(2000) }], {
      limits: { outputRecordBytes: 1000 },
    });
    expect(keyed.deadLetters[0]?.record.key).toBeNull();
  });
});

describe('any batch', () => {
  const lines = [
    ...recordLines('whisker').slice(0, 20),
    ...recordLines('goldmane-go').slice(0, 20),
  ];
  const value = fc.oneof(
    fc.constantFrom(...lines).map((line) => Buffer.from(line)),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(null),
  );

  test('has one outcome for each record, in order', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const records = values.map((bytes, offset) => aRecord({ offset, value: bytes }));
        const { outputs, deadLetters, tally } = judged(records);
        const sources = outputs.filter(({ value: bytes }) => bytes !== null).map(offsetOf);
        const tombstones = values.flatMap((bytes, offset) => (bytes === null ? [offset] : []));
        const letters = deadLetters.filter(({ index }) => index === null || index === 0);
        const offsets = [...sources, ...tombstones, ...letters.map(({ offset }) => offset)];
        expect(offsets.toSorted((a, b) => a - b)).toEqual(values.map((_, offset) => offset));
        expect(sources).toEqual(sources.toSorted((a, b) => a - b));
        const { evaluated, not_evaluated, passed_through, dead_lettered } = tally.sums().records;
        expect(evaluated + not_evaluated).toBe(sources.length);
        expect([passed_through, dead_lettered]).toEqual([tombstones.length, deadLetters.length]);
      }),
    );
  });
});

function offsetOf(record: OutputRecord): number {
  const source = headersOf(record).find(([name]) => name === 'flow-source')?.[1] ?? '';
  return Number(source.split('/')[2]);
}

function sizeOf(record: OutputRecord | undefined): number {
  const headers = record?.headers ?? [];
  const bytes = headers.map(([name, value]) => name.length + (value?.length ?? 0));
  return bytes.reduce((sum, size) => sum + size, (record?.value?.length ?? 0) + 1);
}
