import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { enterprise } from '../flow/dialects/support/enterprise-record.ts';
import { calicoDialects, recordLines } from '../flow/dialects/support/records.ts';
import { whisker } from '../flow/dialects/support/whisker-record.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { createProcessor } from '../../src/stage/create-processor.ts';
import { anEvaluation } from './support/evaluations.ts';
import { aProcessor, judgeByAll, maker, processed } from './support/processing.ts';

/** A processor that notes what it asks of its judge. */
function watched(options: Parameters<typeof aProcessor>[0] = {}) {
  const asked: Flow[] = [];
  const processor = aProcessor({
    judge: (flow) => {
      asked.push(flow);
      return judgeByAll(flow);
    },
    ...options,
  });
  return { processor, asked };
}

const record = JSON.stringify(whisker);
const withHits = (...hits: string[]) =>
  JSON.stringify({ source_name_aggr: 'a', policies: { enforced_policies: hits } });
const recordWith = (members: object) => JSON.stringify({ ...whisker, ...members });

describe('a decision', () => {
  test('is made once for records that differ in sizes, times and unknown members only', () => {
    const { processor, asked } = watched();
    processed(processor, record);
    processed(processor, recordWith({ bytes_in: 7, packets_out: 8, num_connections_live: 2 }));
    processed(processor, recordWith({ start_time: '2026-08-17T21:00:00Z' }));
    processed(processor, recordWith({ extra: [1, 2, 3] }));
    expect(asked).toHaveLength(1);
  });

  test.each([
    { source_name: 'other-*' },
    { source_namespace: 'other' },
    { source_labels: 'app=cart | team=blue' },
    { source_type: 'HostEndpoint' },
    { source_pod: 'cart-1' },
    { source_ips: ['10.0.0.1'] },
    { source_port: 1 },
    { dest_name: 'PUBLIC NETWORK' },
    { dest_namespace: 'other' },
    { dest_labels: 'a=b' },
    { dest_type: 'NetworkSet' },
    { dest_pod: 'x-1' },
    { dest_ips: ['10.0.0.1'] },
    { dest_port: 5433 },
    { dest_service_name: 'a', dest_service_namespace: 'b' },
    { protocol: 'udp' },
    { icmp_type: 8 },
    { icmp_code: 1 },
    { reporter: 'Dst' },
    { action: 'Allow' },
    { policies: { enforced: [], pending: null } },
    { policies: { enforced: whisker.policies.enforced, pending: [] } },
    { evaluation: { evaluator: 'rehearsal/0.0.1' }, policies: { enforced: [], pending: [] } },
  ])('is made anew for a record that differs in %o', (members) => {
    const { processor, asked } = watched();
    const before = processed(processor, record);
    const after = processed(processor, recordWith(members));
    expect(asked).toHaveLength(2);
    expect(after).not.toBe(before);
    processed(processor, recordWith(members));
    expect(asked).toHaveLength(2);
  });

  test('is made anew only for a time that the judge can tell apart', () => {
    const noon = Date.UTC(2026, 7, 17, 12);
    const { processor, asked } = watched({
      timeClassOf: (startMs) => (startMs === null ? 0 : startMs < noon ? 1 : 2),
    });
    for (const start_time of ['2026-08-17T11:59:59Z', '2026-08-17T08:00:00Z']) {
      processed(processor, recordWith({ start_time }));
    }
    expect(asked).toHaveLength(1);
    processed(processor, recordWith({ start_time: '2026-08-17T12:00:00Z' }));
    processed(processor, recordWith({ start_time: null }));
    expect(asked).toHaveLength(3);
  });

  test('of one dialect is not written into another', () => {
    const processor = aProcessor({ judge: () => anEvaluation() });
    const goldmane = processed(processor, '{"Key":{"source_name":"a"}}');
    const other = processed(processor, '{"policies":{"enforced":[],"pending":[]}}');
    expect(goldmane).toContain('"pending_policies":[{"kind":3,');
    expect(other).toContain('"pending":[{"kind":"StagedNetworkPolicy",');
  });

  test.each([
    { source_ip: '10.96.7.32' },
    { source_name: '-' },
    { source_labels: null },
    { dest_name_aggr: '-' },
    { dest_port: null },
    { policies: { ...enterprise.policies, all_policies: [] } },
    { policies: { ...enterprise.policies, all_policies: undefined } },
    { policies: { ...enterprise.policies, pending_policies: null } },
  ])('is made anew for a record of Enterprise that differs in %o', (members) => {
    const { processor, asked } = watched();
    processed(processor, JSON.stringify(enterprise));
    processed(processor, JSON.stringify({ ...enterprise, ...members }));
    expect(asked).toHaveLength(2);
  });

  test('is written in the grammar of each record, though all are judged alike', () => {
    const processor = aProcessor({ judge: () => anEvaluation() });
    const old = '1|__PROFILE__|__PROFILE__.kns.shop|allow|0';
    const grammars = [
      [withHits('0|ops|ops.edge|pass|0', old), 'shop/default.staged:strict'],
      [withHits('0|ops|gnp:edge|pass|0'), 'snp:shop/strict'],
      [withHits('no hit', old), 'shop/default.staged:strict'],
      [withHits(), 'snp:shop/strict'],
    ] as const;
    for (const [text, policy] of [...grammars, ...grammars]) {
      expect(processed(processor, text)).toContain(
        `"pending_policies":["0|default|${policy}|deny|2"]`,
      );
    }
  });

  test.each([
    ['with room', {}],
    ['with little room', { memoDecisions: 100, memoBytes: 32_768 }],
    ['with no room', { memoDecisions: 1, memoBytes: 1 }],
  ])('remembered is the decision that would be made: %s', (_, limits) => {
    const lines = calicoDialects.flatMap((dialect) => recordLines(dialect));
    const warm = aProcessor({ limits });
    for (const line of lines) processed(warm, line);
    for (const line of lines.filter((_line, index) => index % 7 === 0)) {
      expect(processed(warm, line)).toBe(madeAnew(line));
    }
    expect(warm.takeLimitsReached().length > 0).toBe('memoBytes' in limits);
    expect(warm.takeLimitsReached()).toEqual([]);
  });

  test('is one object for all flows it is the same for', () => {
    const processor = aProcessor({ judge: () => anEvaluation() });
    const decide = (text: string) => processor.decide(Buffer.from(text), 'flows');
    expect(decide(record)).toBe(decide(recordWith({ dest_port: 1 })));
  });

  test('knows its cells', () => {
    const charges: string[] = [];
    const cells = {
      cellOf: ({ counts }: { readonly counts: string }) => charges.push(counts) + 10,
      add: () => {},
    };
    const processor = aProcessor({ judge: () => anEvaluation(), cells });
    const decision = processor.decide(Buffer.from(record), 'flows');
    expect(decision).toMatchObject({ cells: Int32Array.from([11, 12, 13, 14]), counter: cells });
    expect(charges).toEqual(['would-deny', 'would-deny', 'hit', 'touch']);
  });
});

const anew = new Map<string, string>();

/** What a processor makes of the record that has seen no other. Making one takes ten milliseconds. */
function madeAnew(line: string): string {
  const known = anew.get(line) ?? processed(aProcessor({ limits: { memoBytes: 32_768 } }), line);
  anew.set(line, known);
  return known;
}

describe('the volume of a record', () => {
  test.each([
    [
      { bytes_in: 5, bytes_out: '7', num_connections_started: 3 },
      { bytes: 12, connections: 3 },
    ],
    [{ bytes_in: null }, { bytes: 0, connections: 0 }],
    [{}, { eventMs: Date.parse('2026-08-17T20:53:35Z') }],
    [{ end_time: null }, { eventMs: Date.parse('2026-08-17T20:53:20Z') }],
    [{ end_time: null, start_time: null }, { eventMs: null }],
  ])('of %o is %o', (members, volume) => {
    const processor = aProcessor();
    processed(processor, recordWith(members));
    expect(processor.volume).toMatchObject(volume);
  });

  test.each([
    [{ bytes_in: 'many' }, 'not_a_record'],
    [{ bytes_out: [] }, 'not_a_record'],
    [{ num_connections_started: 1e30 }, 'number_out_of_range'],
    [{ start_time: 'yesterday' }, 'not_a_record'],
    [{ end_time: 1e30 }, 'number_out_of_range'],
  ])('must be one, even of a flow that is known: %o', (members, reason) => {
    const processor = aProcessor();
    processed(processor, record);
    expect(processed(processor, recordWith(members))).toBe(reason);
  });
});

describe('a record', () => {
  test('that cannot be decoded is refused each time', () => {
    const processor = aProcessor();
    const bad = recordWith({ dest_port: 70_000 });
    expect([processed(processor, bad), processed(processor, bad)]).toEqual([
      'number_out_of_range',
      'number_out_of_range',
    ]);
  });

  test('says when it was judged', () => {
    const processor = aProcessor();
    const stampOf = () => JSON.parse(processed(processor, record)).evaluation.evaluated_at;
    processor.evaluatedAtMs = Date.UTC(2026, 0, 1);
    expect(stampOf()).toBe('2026-01-01T00:00:00.000Z');
    processor.evaluatedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    expect(stampOf()).toBe('2026-01-02T03:04:05.678Z');
  });

  test('written stays as it is while others are written', () => {
    const processor = aProcessor();
    const lines = recordLines('whisker').slice(0, 200);
    const arena = new Arena(new SlabPool());
    const outputs = lines.map((line) => {
      const decision = processor.decide(Buffer.from(line), 'flows');
      return decision.status === 'decided' ? processor.write(decision, arena) : null;
    });
    expect(outputs.map(String)).toEqual(lines.map(madeAnew));
  });
});

describe('the processor of the library', () => {
  const evaluation = anEvaluation();
  const processor = createProcessor(() => evaluation, {
    maker,
    timeClassOf: () => 0,
    evaluatedAtMs: 0,
  });

  test('gives bytes and evaluation', () => {
    const result = processor.process(new TextEncoder().encode(record));
    expect(result).toMatchObject({ status: 'judged', evaluation });
    expect(result.status === 'judged' && JSON.parse(String(result.value))).toMatchObject({
      evaluation: { evaluated_at: '1970-01-01T00:00:00.000Z', change: 'NewlyDenied' },
    });
  });

  test('gives the reason of a dead letter', () => {
    expect(processor.process(Buffer.from('{"x":'))).toEqual({
      status: 'dead-letter',
      reason: 'truncated',
      message: 'the record ends too early, at byte 5',
    });
  });
});
