import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Facts } from '../../src/policy/evaluator/facts.ts';
import { decided } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';
import { aFlow, anEnd } from './support/flows.ts';

const facts = (flow: Partial<Flow>): Facts => {
  const asked: Facts[] = [];
  const policies = fakePolicies({
    evaluate: (one) => {
      asked.push(one);
      return decided('allow');
    },
  });
  judge(policies, aFlow(flow));
  const [first] = asked;
  if (first === undefined) throw new Error('nothing was asked');
  return first;
};

describe('the numbers of a connection', () => {
  const pod = { type: 'workload', namespace: 'shop', name: 'ledger' } as const;

  test('are -1 where the record lacks them', () => {
    expect(facts({ protocol: null, destination: anEnd(pod) })).toMatchObject({
      protocol: -1,
      sourcePort: -1,
      destPort: -1,
      icmpType: -1,
      icmpCode: -1,
    });
  });

  test('a record that says type and code is believed', () => {
    const flow = { protocol: 1, icmpType: 3, icmpCode: 4, destination: anEnd({ ...pod, port: 0 }) };
    expect(facts(flow)).toMatchObject({ icmpType: 3, icmpCode: 4 });
  });
});
