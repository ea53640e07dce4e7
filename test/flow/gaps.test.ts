import { describe, expect, test } from 'vitest';
import { stranger, from, said, type ClusterCase } from './support/cluster-cases.ts';
import { aNetworkSet, aPod } from './support/clusters.ts';
import { anEnd, labels } from './support/flows.ts';

const gaps: readonly ClusterCase[] = [
  {
    fact: 'the source port',
    rule: { protocol: 'TCP', source: { ports: [80] } },
    verdict: 'uncertain',
    reasons: ['no_source_port'],
  },
  {
    fact: 'the destination port',
    rule: { protocol: 'TCP', destination: { ports: [80] } },
    flow: { destination: anEnd({ type: 'workload', namespace: 'shop', name: 'ledger' }) },
    verdict: 'uncertain',
    reasons: ['no_dest_port'],
  },
  {
    fact: 'the protocol',
    rule: { protocol: 'TCP' },
    flow: { protocol: null },
    verdict: 'uncertain',
    reasons: ['no_protocol'],
  },
  {
    fact: 'the ICMP type, which is then read as fitting',
    rule: { protocol: 'ICMP', icmp: { type: 8 } },
    flow: {
      protocol: 1,
      destination: anEnd({ type: 'workload', namespace: 'shop', name: 'ledger' }),
    },
    verdict: 'allow',
    reasons: ['no_icmp'],
  },
  {
    fact: 'an address family in common',
    rule: {},
    with: [aPod('six', 'fd00::1')],
    source: { type: 'workload', namespace: 'shop', name: 'six' },
    verdict: 'uncertain',
    reasons: ['stale_inventory'],
  },
  {
    fact: 'the tier of a policy, which fails as in Felix',
    rule: { protocol: 'UDP' },
    spec: { tier: 'ghost' },
    mode: 'calico',
    verdict: 'not-evaluated',
    reasons: ['evaluation_error'],
  },
  {
    fact: 'the address that a network set may hold',
    rule: from("set == 'office'"),
    with: [aNetworkSet('office', ['10.0.0.0/16'], { set: 'office' })],
    source: { ...stranger, name: 'web', labels: labels('app=web') },
    verdict: 'uncertain',
    reasons: ['no_source_ip'],
  },
  {
    fact: 'who is behind a service',
    rule: { source: { services: { name: 'web', namespace: 'shop' } } },
    verdict: 'uncertain',
    reasons: ['no_service_endpoints'],
  },
  {
    fact: 'HTTP, which is then read as fitting',
    rule: { protocol: 'TCP', http: { methods: ['GET'] } },
    verdict: 'allow',
    reasons: ['http_match'],
  },
  {
    fact: 'what an invalid policy meant',
    rule: from('no selector at all ('),
    verdict: 'uncertain',
    reasons: ['policy_rejected'],
  },
];

describe('a record that lacks', () => {
  test.each(gaps)('$fact', (row) => {
    expect(said(row)).toEqual({ verdict: row.verdict, reasons: row.reasons ?? [] });
  });
});
