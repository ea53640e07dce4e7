import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialectNames } from '../../../src/flow/dialects/dialect.ts';
import type { RecordReader } from '../../../src/flow/dialects/record-reader.ts';
import { deadLetterReasons } from '../../../src/flow/reasons.ts';
import { enterprise } from './support/enterprise-record.ts';
import { aReader, dialectOf, flowOf } from './support/reading.ts';
import { calicoDialects, recordLines } from './support/records.ts';
import { whisker } from './support/whisker-record.ts';

describe('the dialect', () => {
  test.each([
    ['goldmane-go', '{"Key":{"source_name":"a"}}'],
    ['goldmane-go', '{"Key":{"dest_name":"a"}}'],
    ['goldmane-go', '{"id":7,"flow":{"Key":{"source_name":"a"}}}'],
    ['goldmane-go', '{"Key":{"source_name":"a","reporter":2}}'],
    ['goldmane-protojson', '{"Key":{"sourceName":"a"}}'],
    ['goldmane-protojson', '{"Key":{"destName":"a"}}'],
    ['goldmane-protojson', '{"id":"7","flow":{"Key":{"sourceName":"a"}}}'],
    ['goldmane-protojson', '{"Key":{"source_name":"a","reporter":"Dst"}}'],
    ['goldmane-protojson', '{"id":"7","flow":{"Key":{"dest_name":"a","reporter":"Src"}}}'],
    ['enterprise', '{"source_name_aggr":"a","policies":{"all_policies":[]}}'],
    ['enterprise', '{"dest_name_aggr":"-"}'],
    ['whisker', '{"policies":{"enforced":null}}'],
    ['whisker', '{"protocol":"tcp","reporter":"Src"}'],
    ['canonical-json', '{"protocol":"tcp","reporter":"Src","dest_type":"Network"}'],
    ['canonical-json', '{"policies":{"enforced":[]},"dest_ips":[]}'],
    ['unknown_format', '{}'],
    ['unknown_format', '{"Key":{"proto":"tcp"}}'],
    ['unknown_format', '{"protocol":"tcp"}'],
    ['unknown_format', '{"proto":"tcp","reporter":"src","policies":{"all_policies":[]}}'],
    ['unknown_format', '{"flow":{"verdict":"FORWARDED"}}'],
  ])('%s is seen in %s', (dialect, record) => {
    expect(dialectOf(record)).toBe(dialect);
  });

  test.each([
    ['goldmane-go', '{"policies":{"enforced":[]}}', 'unknown_format'],
    ['goldmane-go', '{"Key":{"source_name":"a","reporter":"Src"}}', 'unknown_format'],
    ['goldmane-protojson', '{"Key":{"source_name":"a","reporter":1}}', 'unknown_format'],
    ['goldmane-protojson', '{"Key":{"source_name":"a","reporter":"Src"}}', 'goldmane-protojson'],
    ['enterprise', '{"policies":{"enforced":[]}}', 'unknown_format'],
    ['canonical-json', '{"policies":{"enforced":[]}}', 'canonical-json'],
    ['whisker', '{"policies":{"enforced":[]},"source_type":"kafka"}', 'whisker'],
  ] as const)('can be given: %s', (format, record, dialect) => {
    expect(dialectOf(record, { format })).toBe(dialect);
  });

  test.each(calicoDialects)('of every record of Calico: %s', (dialect) => {
    expect(new Set(recordLines(dialect).map((line) => dialectOf(line)))).toEqual(
      new Set([dialect]),
    );
  });

  test('may change within a topic', () => {
    const reader = aReader();
    const read = (record: string, topic: string) =>
      outcomeOf(reader.read(Buffer.from(record), topic));
    const goldmane = '{"Key":{"source_name":"a"}}';
    const flat = '{"policies":{"enforced":[]}}';
    expect([read(goldmane, 'a'), read(flat, 'b'), read(flat, 'a'), read('{}', 'a')]).toEqual([
      'goldmane-go',
      'whisker',
      'whisker',
      'unknown_format',
    ]);
  });

  test('is the same whatever was read before', () => {
    fc.assert(
      fc.property(mixedRecord, mixedRecord, (earlier, record) => {
        const reader = aReader();
        reader.read(Buffer.from(earlier), 'flows');
        expect(outcomeOf(reader.read(Buffer.from(record), 'flows'))).toBe(dialectOf(record));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['whisker', whisker],
    ['enterprise', enterprise],
  ])('is not mistaken for what a log shipper adds: %s', (dialect, record) => {
    const stamped = {
      ...record,
      source_type: 'kafka',
      host: 'a1',
      timestamp: '2026-08-17T20:53:20Z',
    };
    expect(dialectOf(JSON.stringify(stamped))).toBe(dialect);
    expect(flowOf(JSON.stringify(stamped))).toEqual(
      flowOf(JSON.stringify({ ...record, source_type: undefined })),
    );
  });
});

/** The dialect, or why there is none. */
function outcomeOf(reading: ReturnType<RecordReader['read']>): string {
  return reading.status === 'scanned' ? reading.form.dialect.name : reading.reason;
}

/** Members that tell dialects, any of them in one record, at the top or in a wrapper, some of them twice. */
const mixedRecord: fc.Arbitrary<string> = fc
  .shuffledSubarray([
    '"Key":{"source_name":"a"}',
    '"Key":{"source_name":"a","reporter":"Src"}',
    '"Key":{"dest_name":"a","reporter":1}',
    '"Key":{"destName":"a","source_name":"a"}',
    '"Key":{}',
    '"flow":{"Key":{"source_name":"a","sourceName":"a"}}',
    '"flow":{"Key":{"sourceName":"a"}}',
    '"flow":null',
    '"source_name_aggr":"a"',
    '"dest_name_aggr":"a"',
    '"policies":{"enforced":[]}',
    '"policies":{"enforced_policies":[],"all_policies":[]}',
    '"protocol":"tcp"',
    '"reporter":"Src"',
    '"dest_type":"Network"',
    '"source_type":"file"',
    '"source_ips":[]',
  ])
  .map((members) => `{${members.join(',')}}`);

describe('a record is refused', () => {
  test.each([
    ['of text that is not UTF-8', [0x80], 'invalid_utf8'],
    ['of half a character', [0xe2, 0x82], 'invalid_utf8'],
    ['of an overlong character', [0xc0, 0xaf], 'invalid_utf8'],
    ['of a surrogate in UTF-8', [0xed, 0xa0, 0x80], 'invalid_utf8'],
  ])('%s', (_, bytes, reason) => {
    const record = Buffer.concat([
      Buffer.from('{"x":"'),
      Buffer.from(bytes),
      Buffer.from('","policies":{"enforced":[]}}'),
    ]);
    expect(dialectOf(record)).toBe(reason);
  });

  test.each([
    ['policies that are a text', '{"policies":"x","protocol":"tcp","reporter":"Src"}'],
    ['policies that are a list', '{"policies":[],"protocol":"tcp","reporter":"Src"}'],
    ['a pending list that is an object', '{"policies":{"enforced":[],"pending":{}}}'],
    ['a pending list that is a number', '{"policies":{"enforced":[],"pending":1}}'],
  ])('with %s', (_, record) => {
    expect(dialectOf(record)).toBe('not_a_record');
  });

  test.each([
    ['an object of nobody', '{"x":1}'],
    ['an object of another program', '{"evaluator":"other/1"}'],
    ['an evaluator that is no text', '{"evaluator":7}'],
    ['an evaluator that is but the beginning of ours', '{"evaluator":"rehearsal"}'],
    ['a text', '"x"'],
    ['a list', '[]'],
    ['false', 'false'],
  ])('whose member of our name is not ours: %s', (_, value) => {
    const record = `{"policies":{"enforced":[]},"evaluation":${value}}`;
    expect(dialectOf(record)).toBe('member_clash');
    expect(dialectOf(record, { member: 'rehearsal' })).toBe('whisker');
  });

  test('that is larger than its limit, unread', () => {
    const record = '{"policies":{"enforced":[]}}';
    expect(dialectOf(record, { limits: { recordBytes: record.length } })).toBe('whisker');
    expect(dialectOf(record, { limits: { recordBytes: record.length - 1 } })).toBe('too_large');
  });
});

describe('random bytes', () => {
  const outcomes = new Set([...dialectNames, ...Object.keys(deadLetterReasons)]);

  test('have one outcome', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(outcomes).toContain(dialectOf(Buffer.from(bytes)));
      }),
    );
  });

  test('in a record of Calico have one outcome', () => {
    const lines = recordLines('goldmane-go').slice(0, 50);
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...lines), edits, (line, changes) => {
        const bytes = Buffer.from(line);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        expect(outcomes).toContain(dialectOf(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
