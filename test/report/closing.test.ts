import { expect, test } from 'vitest';
import { closingOf } from '../../src/report/closing.ts';
import type { Preview } from '../../src/report/schema.ts';
import { aGroup, aPolicy, aPreview } from './support/previews.ts';

const safe = (policy: string) =>
  aPolicy({ standing: 'safe', policy, groups: [], newlyDenied: aPolicy().newlyAllowed });
const cutsDns = aPolicy({
  namespace: 'payments',
  policy: 'ledger-strict',
  groups: Array.from({ length: 14 }, (_, i) =>
    aGroup({ source: `shop/app${i}`, protocol: 'udp', port: 53 }),
  ),
});
const togetherSafe: Preview['together'] = {
  standing: 'safe',
  why: '',
  newlyDenied: 0,
  newlyAllowed: 0,
};

test.each<[sentence: string, members: Partial<Preview>]>([
  [
    '2 policies are safe to enforce next on this traffic (`shop/a`, `shop/b`); ' +
      '`payments/ledger-strict` would cut dns from 14 workloads; ' +
      'all 3 together cannot be called safe: together they deny 3.',
    { policies: [cutsDns, safe('a'), safe('b')] },
  ],
  [
    '2 policies are safe to enforce next on this traffic (`shop/a`, `shop/b`); ' +
      'all 2 are safe to enforce together on this traffic.',
    { policies: [safe('a'), safe('b')], together: togetherSafe },
  ],
  [
    'No policy can be called safe to enforce next on this traffic; 1 is undecided.',
    { policies: [aPolicy({ standing: 'undecided', groups: [] })] },
  ],
  [
    'No policy can be called safe to enforce next on this traffic; ' +
      '`shop/strict` would cut tcp/8080 from at least 1 workload.',
    {
      policies: [aPolicy({ rest: [{ flip: 'newly-denied', flows: 1, connections: 1, bytes: 1 }] })],
    },
  ],
  ['Nothing is staged.', { policies: [] }],
  [
    'No flow was judged, so nothing can be said; 2 records could not be read and are no part of this.',
    {
      flows: { ...aPreview().flows, judged: 0 },
      unreadable: [{ reason: 'truncated', message: '', records: 2, first: 'a:1' }],
    },
  ],
])('%s', (sentence, members) => {
  expect(closingOf(aPreview(members))).toBe(sentence);
});
