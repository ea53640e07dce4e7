import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/stage/limits.ts';
import { RecordReader } from '../../../src/flow/dialects/record-reader.ts';
import { Splicer } from '../../../src/flow/dialects/splicer.ts';

const stamp = Buffer.from('2026-11-21T04:31:00.000Z');
const enrichment = {
  pending: Buffer.from('[{"ours":1}]'),
  evaluation: Buffer.from(`{"evaluator":"rehearsal/0.1.0","evaluated_at":"${'?'.repeat(24)}"}`),
  stampAt: '{"evaluator":"rehearsal/0.1.0","evaluated_at":"'.length,
};
const evaluationText = '{"evaluator":"rehearsal/0.1.0","evaluated_at":"2026-11-21T04:31:00.000Z"}';

function enriched(text: string, member = 'evaluation'): string {
  const reader = new RecordReader({ format: 'auto', member, limits });
  const bytes = Buffer.from(text);
  const record = reader.read(bytes, 'flows');
  if (record.status === 'unreadable') return record.reason;
  return new Splicer()
    .splice(record, { enrichment, stamp }, (size) => Buffer.alloc(size))
    .toString();
}

const E = evaluationText;
const P = '[{"ours":1}]';

describe('the pending list', () => {
  test.each([
    [
      'takes the place of the one that was there',
      '{"Key":{"source_name":"a","policies":{"pending_policies":[{"kind":1}],"x":1}},"end_time":2}',
      `{"Key":{"source_name":"a","policies":{"pending_policies":${P},"x":1}},"end_time":2,"evaluation":${E}}`,
    ],
    [
      'ends the policies where there was none',
      '{"Key":{"source_name":"a","policies":{"enforced_policies":[]}}}',
      `{"Key":{"source_name":"a","policies":{"enforced_policies":[],"pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'is alone in policies that were empty',
      '{"Key":{"source_name":"a","policies":{ \n }}}',
      `{"Key":{"source_name":"a","policies":{ \n "pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'makes the policies where there were none',
      '{"Key":{"source_name":"a"}}',
      `{"Key":{"source_name":"a","policies":{"pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'takes the place of policies that are null',
      '{"Key":{"policies":null,"source_name":"a"}}',
      `{"Key":{"policies":{"pending_policies":${P}},"source_name":"a"},"evaluation":${E}}`,
    ],
    [
      'lies under the wrapper, our member beside it',
      '{"id":7,"flow":{"Key":{"dest_name":"a"}}}',
      `{"id":7,"flow":{"Key":{"dest_name":"a","policies":{"pending_policies":${P}}}},"evaluation":${E}}`,
    ],
    [
      'is never null in a record of Whisker',
      '{"policies":{"enforced":[],"pending":null}}',
      `{"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'goes before our member where both are new',
      '{"protocol":"tcp","reporter":"Src"}',
      `{"protocol":"tcp","reporter":"Src","policies":{"pending":${P}},"evaluation":${E}}`,
    ],
  ])('%s', (_, record, expected) => {
    expect(enriched(record)).toBe(expected);
  });
});
