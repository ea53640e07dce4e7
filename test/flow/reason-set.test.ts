import { describe, expect, test } from 'vitest';
import { reasons, type ReasonCode } from '../../src/flow/reasons.ts';
import { Gap } from '../../src/policy/evaluator/facts.ts';
import { open, judged } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';

describe('open questions', () => {
  const names: Readonly<Record<keyof typeof Gap, ReasonCode>> = {
    sourceAddress: 'no_source_ip',
    destAddress: 'no_dest_ip',
    sourcePort: 'no_source_port',
    destPort: 'no_dest_port',
    protocol: 'no_protocol',
    icmp: 'no_icmp',
    http: 'http_match',
    sourceLabels: 'no_source_labels',
    destLabels: 'no_dest_labels',
    absentLabel: 'labels_assumed',
    volatileLabel: 'volatile_label',
    namespaceLabels: 'no_namespace_labels',
    serviceAccount: 'no_serviceaccount',
    serviceEndpoints: 'no_service_endpoints',
    networkSet: 'networkset_overlap',
    rejectedPolicy: 'policy_rejected',
    addressOwner: 'address_owner_unknown',
    addressOwnerAssumed: 'address_owner_assumed',
  };
  const gaps = Object.entries(Gap);

  test.each(gaps)('%s has a reason of its own', (name, bit) => {
    const policies = fakePolicies({ evaluate: () => open(bit) });
    expect(judged(policies).reasons).toEqual([
      Object.entries(names).find(([gap]) => gap === name)?.[1],
    ]);
  });

  test('reasons stand in the order of the table', () => {
    const policies = fakePolicies({ evaluate: () => open(-1) });
    const table = Object.keys(reasons);
    const places = judged(policies).reasons.map((code) => table.indexOf(code));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).toHaveLength(gaps.length);
  });
});
