import { expect, test } from 'vitest';
import { readLocal } from '../../../src/flow/identity/local.ts';
import { reasonCodes } from '../../../src/flow/reason-set.ts';
import { fakePolicies, saysOf } from '../support/fake-policies.ts';
import { anEnd, labels } from '../support/flows.ts';

test('a pod for which no address is left in the pools may be anywhere', () => {
  const cart = { type: 'workload', namespace: 'shop', name: 'cart' } as const;
  const read = readLocal(anEnd({ ...cart, labels: labels('app=cart') }), {
    index: fakePolicies({ arePoolsFull: true }),
    isLocal: true,
    otherNamespace: '',
    flowMs: null,
    timeClass: 0,
    detail: 'classes',
  });
  if (read === 'host') throw new Error('a pod is no host');
  expect(read.candidates.map((candidate) => saysOf(candidate))).toEqual([
    'workload shop {app=cart} in any',
  ]);
  expect(reasonCodes(read.doubts)).toEqual(['stale_inventory']);
});
