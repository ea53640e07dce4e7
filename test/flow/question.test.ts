import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Facts } from '../../src/policy/evaluator/facts.ts';
import { decided } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';
import { aFlow, anEnd } from './support/flows.ts';

const facts = (flow: Partial<Flow>, icmpFromPort = true): Facts => {
  const asked: Facts[] = [];
  const policies = fakePolicies({
    evaluate: (one) => {
      asked.push(one);
      return decided('allow');
    },
  });
  judge(policies, aFlow(flow), { icmpFromPort });
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

  test.each([
    { fact: 'ICMPv4 packs type and code into the port', protocol: 1, port: 2049, type: 8, code: 1 },
    { fact: 'type 0 code 0 is port 0', protocol: 1, port: 0, type: 0, code: 0 },
    { fact: 'ICMPv6 does not', protocol: 58, port: 2049, type: -1, code: -1 },
    { fact: 'TCP does not', protocol: 6, port: 2049, type: -1, code: -1 },
    { fact: 'without a port nothing is known', protocol: 1, port: null, type: -1, code: -1 },
  ])('$fact', ({ protocol, port, type, code }) => {
    const destination = anEnd({ ...pod, port });
    expect(facts({ protocol, destination })).toMatchObject({ icmpType: type, icmpCode: code });
  });

  test('ICMP is not read from the port of a node that does not pack it', () => {
    const destination = anEnd({ ...pod, port: 2048 });
    expect(facts({ protocol: 1, destination }, false)).toMatchObject({ icmpType: -1 });
  });

  test('a record that says type and code is believed', () => {
    const flow = { protocol: 1, icmpType: 3, icmpCode: 4, destination: anEnd({ ...pod, port: 0 }) };
    expect(facts(flow)).toMatchObject({ icmpType: 3, icmpCode: 4 });
  });
});
