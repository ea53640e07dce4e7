import { describe, expect, test, vi } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { createBatchJudge } from '../../src/stage/batch.ts';
import type { Onlooker } from '../../src/stage/lane/lane.ts';
import type { Limits } from '../../src/stage/limits.ts';
import type { InputRecords } from '../../src/stage/ports.ts';
import { enterpriseLines } from '../flow/dialects/support/enterprise-record.ts';
import { calicoDialects, recordLines } from '../flow/dialects/support/records.ts';
import { mutated, randomFrom } from '../support/fuzz/mutate.ts';
import { anEvaluation } from './support/evaluations.ts';
import { aRecord, asFetched, batchOf, header } from './support/judging.ts';
import {
  expectCutsAlike,
  judgeOfBoth,
  laneBounds,
  lanePair,
  noon,
  recordsOf,
  timeClassOf,
  type How,
} from './support/lane-pair.ts';
import { aProcessor, maker } from './support/processing.ts';

/** By no more than tells a few flows apart. */
function judgeOfFew({ destination, reporter, action }: Flow): FlowEvaluation {
  const change = (destination.port ?? 0) < 1024 ? 'unchanged' : 'newly-denied';
  return anEvaluation({
    change,
    baseline: action,
    direction: reporter === 'src' ? 'egress' : null,
  });
}

/** Records of the same sources and destinations in other pairs. */
function crossed(lines: readonly string[]): string[] {
  return lines.map((line, i) => {
    const record = JSON.parse(line) as GoldmaneRecord;
    const other = JSON.parse(lines[(i + 7) % lines.length] ?? '') as GoldmaneRecord;
    const ofDest = Object.entries(other.Key).filter(([name]) => name.startsWith('dest_'));
    const Key = { ...record.Key, ...Object.fromEntries(ofDest) };
    return JSON.stringify({ ...record, Key, dest_labels: other.dest_labels });
  });
}

interface GoldmaneRecord {
  readonly Key: Readonly<Record<string, unknown>>;
  readonly dest_labels?: readonly string[];
}

type LimitsRow = readonly [name: string, changed: Parameters<typeof lanePair>[0]];

const outputLimits: readonly LimitsRow[] = [
  ['chunks of 3 records', { produceRecords: 3 }],
  ['chunks of 4,000 bytes', { produceBytes: 4000 }],
  ['chunks that hold none', { produceBytes: 100 }],
  ['outputs of 1,500 bytes', { outputRecordBytes: 1500 }],
];

describe('records whose decision is known', () => {
  test.each([
    ...calicoDialects.map((dialect) => [dialect, recordLines(dialect)] as const),
    ['enterprise', enterpriseLines()] as const,
  ])('of %s are not left to the host, and leave as they would from there', (_dialect, lines) => {
    const { both, left } = lanePair();
    const records = recordsOf(lines.map((line) => Buffer.from(line)));
    both(records);
    const before = left();
    const [lane, host] = both(records);
    expect(lane).toEqual(host);
    expect(left() - before).toBe(0);
  });

  test.each([
    ['no key', { key: null }],
    ['an empty key', { key: Buffer.alloc(0) }],
    ['a key of 20 KB', { key: Buffer.alloc(20_000, 'k') }],
    ['headers', { headers: [header('a', 'b'), header('content-type', 'application/json')] }],
    ['a header without a value', { headers: [['a', null] as const] }],
    ['64 headers', { headers: Array.from({ length: 64 }, (_, i) => header(`h${i}`, 'x')) }],
    ['65 headers', { headers: Array.from({ length: 65 }, (_, i) => header(`h${i}`, 'x')) }],
    ['headers of an earlier pass', { headers: [header('policy-set', 'old')] }],
    ['5 KB of headers', { headers: [header('a', 'b'.repeat(5000))] }],
    ['a time before 1970', { timestampMs: -1 }],
    ['a time of 2200', { timestampMs: 7_258_118_400_000 }],
    ['an offset of 16 digits', { offset: 9_007_199_254_740_000 }],
  ] as const)('with %s', (_name, members) => {
    const { both } = lanePair();
    const lines = recordLines('goldmane-go').slice(0, 8);
    const records = lines.map((line, i) =>
      aRecord({
        offset: i,
        value: Buffer.from(line),
        ...members,
        ...('offset' in members && { offset: members.offset + i }),
      }),
    );
    for (let pass = 0; pass < 3; pass += 1) {
      const [lane, host] = both(records);
      expect(lane).toEqual(host);
    }
  });

  test('of flows that are new, but made of known ends and to a known end, are not left to the host', () => {
    const low = { source: [0], destination: [0, 1024] };
    const { both, left } = lanePair({}, { judge: judgeOfFew, portClasses: low });
    const lines = recordLines('goldmane-go').slice(0, 200);
    both(recordsOf(lines.map((line) => Buffer.from(line))));
    const before = left();
    const [lane, host] = both(recordsOf(crossed(lines).map((line) => Buffer.from(line))));
    expect(lane).toEqual(host);
    expect(left() - before).toBe(0);
  });

  test('of ports of one class are one flow, however they are spelt', () => {
    const low = { source: [0], destination: [0, 1024] };
    const judge = vi.fn<typeof judgeOfFew>(judgeOfFew);
    const { both } = lanePair({}, { judge, portClasses: low });
    const [line = ''] = recordLines('goldmane-go');
    const ports = ['2000', '2001', '65535', '"2000"', '1024', '1023', '80', '0', 'null', '"x"'];
    const odd = ['65536', '-1', '80.5', '8e1', '"080"', '" 80"', '"-0"', '00', '{}'];
    const records = [...ports, ...odd].map((port) =>
      Buffer.from(line.replace(/"dest_port":\d+/, `"dest_port":${port}`)),
    );
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(recordsOf(records));
      expect(lane).toEqual(host);
    }
    const asked = judge.mock.calls.map(([{ destination }]) => destination.port);
    expect(new Set(asked)).toEqual(new Set([2000, 1023, 0, 80]));
  });

  test('may go back and forth in time within a batch', () => {
    const { both } = lanePair();
    const lines = recordLines('whisker').slice(0, 50);
    const records = recordsOf(lines.map((line) => Buffer.from(line))).map((record, i) => ({
      ...record,
      timestampMs: 1_787_000_000_000 + (i % 2 === 0 ? -1 : 1) * 10 ** (i % 11),
    }));
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(records);
      expect(lane).toEqual(host);
    }
  });

  test.each<LimitsRow>([
    ...outputLimits,
    ['records of 900 bytes', { recordBytes: 900 }],
    ['a memo that is soon full', { memoBytes: 300_000 }],
    ['few decisions', { memoDecisions: 7 }],
    ['no memo', { memoBytes: 0 }],
  ])('under limits: %s', (_name, changed) => {
    const { both } = lanePair(changed);
    const values = calicoDialects.flatMap((dialect) => recordLines(dialect).slice(0, 60));
    const records = recordsOf(values.map((line) => Buffer.from(line)));
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(records);
      expect(lane).toEqual(host);
    }
  });

  test('beyond the window are taken window by window', () => {
    const { both, left } = lanePair();
    const line = recordLines('goldmane-go')[0] ?? '';
    const padded = Buffer.from(line.replace('{', `{"padding":"${'x'.repeat(60_000)}",`));
    const giant = Buffer.from(
      line.replace('{', `{"a":["${'x'.repeat(60_000)}${`","${'x'.repeat(60_000)}`.repeat(5)}"],`),
    );
    const records = recordsOf([...Array.from({ length: 20 }, () => padded), giant, padded]);
    both(records);
    const before = left();
    const [lane, host] = both(records);
    expect(lane).toEqual(host);
    // Only what is larger than a window.
    expect(left() - before).toBe(1);
  });
});

const manyRecords = calicoDialects.flatMap((dialect) => recordLines(dialect).slice(0, 60));

describe.each<[string, How]>([
  ['lines', { framing: 'lines' }],
  ['lines of what would change', { framing: 'lines', isChangedOnly: true }],
  ['records of what would change', { isChangedOnly: true }],
])('as %s', (_name, how) => {
  test.each<LimitsRow>([['as usual', {}], ...outputLimits, ['no memo', { memoBytes: 0 }]])(
    'records leave the lane as they leave the host: %s',
    (_limits, changed) => {
      const { both } = lanePair(changed, how);
      const records = recordsOf(manyRecords.map((line) => Buffer.from(line)));
      for (let pass = 0; pass < 2; pass += 1) {
        const [lane, host] = both(records);
        expect(lane).toEqual(host);
        expect(lane.written.length).toBeGreaterThan(0);
      }
    },
  );
});

test('lines are the values of records, each with a line break', () => {
  const records = recordsOf(manyRecords.map((line) => Buffer.from(line)));
  const written = (how: How) => {
    const limited = laneBounds;
    const processor = aProcessor({ limits: limited, timeClassOf, judge: judgeOfBoth });
    const judge = createBatchJudge(processor, {
      maker,
      unwrap: null,
      contentType: null,
      limits: limited,
      ...how,
    });
    judge(batchOf(asFetched(records) ?? []), noon);
    return judge(batchOf(asFetched(records) ?? []), noon).outputs;
  };
  for (const isChangedOnly of [false, true]) {
    const values = [...written({ isChangedOnly }).values()].map((value) => `${String(value)}\n`);
    const lines = written({ framing: 'lines', isChangedOnly });
    const text = Buffer.concat(lines.chunks().map(({ bytes }) => bytes)).toString();
    expect(text).toBe(values.join(''));
    expect(values.length > 0 && values.length < records.length).toBe(isChangedOnly);
  }
});

/** What an onlooker sees: number, connections, bytes, event time and offset of each record. */
function seen(records: InputRecords, changed: Partial<Limits>): number[][] {
  const limited = { ...laneBounds, ...changed };
  const processor = aProcessor({ limits: limited, timeClassOf });
  const all: number[][] = [];
  const onlooker: Onlooker = {
    see: (number, { connections, bytes, eventMs }, offset) =>
      void all.push([number, connections, bytes, eventMs ?? 0, offset]),
    seeRows: (rows, offsets) => {
      for (const [i, offset] of offsets.entries()) {
        all.push([...rows.subarray(4 * i, 4 * i + 4), offset]);
      }
    },
  };
  const options = { maker, unwrap: null, contentType: null, limits: limited, onlooker };
  const judge = createBatchJudge(processor, options);
  for (let pass = 0; pass < 2; pass += 1) judge(batchOf(records), noon);
  return all;
}

test.each([
  ['as usual', {}],
  ['a memo that is soon full', { memoBytes: 300_000 }],
  ['few decisions', { memoDecisions: 7 }],
  ['no memo', { memoBytes: 0 }],
])('an onlooker sees the same in the lane as at the host: %s', (_name, changed) => {
  const records = recordsOf(manyRecords.map((line) => Buffer.from(line)));
  const lane = seen(asFetched(records) ?? [], changed);
  expect(lane).toEqual(seen(records, changed));
  expect(lane.length).toBe(2 * records.length);
});

describe('any records', () => {
  const seeds = [
    ...calicoDialects.flatMap((dialect) => recordLines(dialect).slice(0, 30)),
    ...enterpriseLines().slice(0, 30),
  ].map((line) => Buffer.from(line));

  /** Numbers, spellings and places that the lane reads on its own. */
  const turns: readonly (readonly [RegExp, string])[] = [
    [/"(start_time|startTime)":("?)\d+/, '"$1":$21787000000123'],
    [/"(start_time|startTime|end_time|endTime)":/, '"$1" : '],
    [/"(start_time|end_time)":\d+/, '"$1":"2026-02-31T23:59:59Z"'],
    [/"(start_time|end_time)":\d+/, '"$1":"2026-02-30T24:00:00Z"'],
    [/"(start_time|end_time)":\d+/, '"$1":"1969-12-31T23:59:59Z"'],
    [/"(bytes_in|bytesIn)":("?)\d+/, '"$1":$2123456789012345'],
    [/"(bytes_in|bytesIn)":("?)\d+/, '"$1":$21234567890123456'],
    [/"(bytes_in|bytesIn)":("?)\d+/, '"$1":$2007'],
    [/"(bytes_in|bytesIn)":"?\d+"?/, '"$1":""'],
    [/"(bytes_in|bytesIn)":"?\d+"?/, '"$1":-5'],
    [/"(bytes_in|bytesIn)":"?\d+"?/, '"$1":1e3'],
    [/"(bytes_in|bytesIn)":"?\d+"?/, '"$1":null'],
    [/"(pending_policies|pendingPolicies|pending)":/, '"other":'],
    [/"(pending_policies|pendingPolicies|pending)":\[.*?\]/, '"$1":null'],
    [/"policies":\{/, '"policies":{ "x":{},'],
    [/"policies":\{[^{}]*\}/, '"policies":{ }'],
    [/"policies":\{/, '"policies":null,"p":{'],
    [/\}$/, ',"evaluation":null}'],
    [/\}$/, ',"evaluation":{"evaluator":"rehearsal/0"}}'],
    [/\}$/, ' }\n '],
    [/^\{/, ' {\t'],
    [/"source_name":"[^"]*"/, '"source_name":"\u00e9"'],
    [/"source_name":"/, '"source_name":"\\\\u0041'],
    [/$/, '\n\n'],
  ];

  function turned(bytes: Buffer, which: number): Buffer {
    const [from, to] = turns[which % turns.length]!;
    return Buffer.from(bytes.toString('utf8').replace(from, to));
  }

  test('leave the lane as they leave the host', () => {
    const { both } = lanePair();
    const seed = Number(process.env['LANE_SEED'] ?? 7);
    const random = randomFrom(seed);
    for (let batch = 0; batch < 60; batch += 1) {
      const values = Array.from({ length: 40 }, () => {
        const kind = random();
        const one = seeds[Math.floor(random() * seeds.length)]!;
        if (kind < 0.4) return one;
        if (kind < 0.7) return turned(one, Math.floor(random() * turns.length));
        return kind < 0.98 ? mutated(seeds, random) : null;
      });
      // The second time decisions are known.
      for (let pass = 0; pass < 2; pass += 1) {
        const [lane, host] = both(recordsOf(values));
        expect(lane).toEqual(host);
      }
    }
  });

  test('cut anywhere, the lane never takes bytes of the next record for its own', () => {
    expect.hasAssertions();
    expectCutsAlike(lanePair(), seeds[0]!);
  });
});
