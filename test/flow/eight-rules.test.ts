import { describe, expect, test } from 'vitest';
import { cart, stranger, from, said, type ClusterCase } from './support/cluster-cases.ts';
import { aNetworkSet, aPod, aPool } from './support/clusters.ts';
import { anEnd, ip4, labels } from './support/flows.ts';

const rules: Readonly<Record<string, readonly ClusterCase[]>> = {
  'rule 1, the record names it': [
    {
      fact: 'one verdict from all pods of the name',
      rule: from("app == 'cart'"),
      source: cart,
      verdict: 'allow',
    },
    {
      fact: 'pods that differ leave it open',
      rule: from("ver == '1'"),
      source: cart,
      verdict: 'uncertain',
      reasons: ['no_source_ip'],
    },
    {
      fact: 'labels of the record tell which pods',
      rule: from("ver == '1'"),
      source: { ...cart, labels: labels('app=cart ver=2') },
      verdict: 'deny',
    },
    {
      fact: 'labels that contradict the inventory make two readings',
      rule: from("ver == '3'"),
      source: { ...cart, labels: labels('app=cart ver=3') },
      verdict: 'uncertain',
      reasons: ['stale_inventory'],
    },
    {
      fact: 'two readings with one verdict are one',
      rule: from("app == 'cart'"),
      source: { ...cart, labels: labels('app=cart ver=3') },
      verdict: 'allow',
    },
    {
      fact: 'an address tells which pod',
      rule: from("ver == '1'"),
      source: { ...cart, addresses: [ip4('10.0.0.1')] },
      verdict: 'allow',
    },
    {
      fact: 'a list of addresses that was cut short does not',
      rule: from("ver == '1'"),
      source: { ...cart, addresses: [ip4('10.0.0.1')], addressesTruncated: true },
      verdict: 'uncertain',
      reasons: ['ip_set_truncated'],
    },
  ],
  'rule 2, its own labels': [
    {
      fact: 'a label that is there is certain',
      rule: from("app == 'web'"),
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'allow',
    },
    {
      fact: 'a label that an aggregate lacks is absent by assumption',
      rule: from('has(ver)'),
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'deny',
      reasons: ['labels_assumed'],
    },
    {
      fact: 'a label that one pod lacks is absent',
      rule: from('has(ver)'),
      source: { ...stranger, name: 'web', labels: labels('app=web') },
      verdict: 'deny',
    },
    {
      fact: 'a label that differs from pod to pod is unknown',
      rule: from("pod-template-hash == 'a'"),
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'uncertain',
      reasons: ['volatile_label'],
    },
    {
      fact: 'the namespace and the orchestrator are known',
      rule: from(
        "projectcalico.org/namespace == 'shop' && projectcalico.org/orchestrator == 'k8s'",
      ),
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'allow',
    },
    {
      fact: 'the service account is not',
      rule: { source: { serviceAccounts: { names: ['api'] } } },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'uncertain',
      reasons: ['no_serviceaccount'],
    },
    ...[
      ["pod-template-hash == 'a'", "pod-template-hash != 'a'"],
      ['has(pod-template-hash)', '!has(pod-template-hash)'],
      [
        "pod-template-hash in { 'a', 'b' }",
        "pod-template-hash not in { 'b', 'c' }",
        "pod-template-hash == 'c'",
      ],
      ["pod-template-hash starts with 'a'", "!(pod-template-hash starts with 'a')"],
      [
        "job-name == 'x' && pod-template-hash == 'a'",
        "job-name == 'x' && pod-template-hash != 'a'",
        "job-name != 'x'",
      ],
      ["projectcalico.org/kind == 'a'", "projectcalico.org/kind != 'a'"],
    ].map((selectors) => ({
      fact: `whatever the label is, one rule matches: ${selectors.join(', ')}`,
      rule: {},
      spec: { ingress: selectors.map((selector) => ({ action: 'Allow', ...from(selector) })) },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'allow',
      reasons: ['trace_ambiguous'] as const,
    })),
    {
      fact: 'one value of which no rule matches leaves it open',
      rule: {},
      spec: {
        ingress: ["job-name == 'a'", "job-name in { 'b', 'c' }", '!has(job-name)'].map(
          (selector) => ({
            action: 'Allow',
            ...from(selector),
          }),
        ),
      },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'uncertain',
      reasons: ['volatile_label'],
    },
    {
      fact: 'what no value of an absent label can do need not be assumed',
      rule: from("ver == 'x' && ver != 'x'"),
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'deny',
    },
    {
      fact: 'a certain verdict by a rule that is only assumed is marked',
      rule: {},
      spec: {
        ingress: ['has(ver)', "ver != 'x'"].map((selector) => ({
          action: 'Deny',
          ...from(selector),
        })),
      },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'deny',
      reasons: ['labels_assumed'],
    },
    {
      fact: 'a record without labels leaves all of them open',
      rule: from("app == 'web'"),
      source: stranger,
      verdict: 'uncertain',
      reasons: ['no_source_labels'],
    },
  ],
  'rule 3, only an address': [
    {
      fact: "the inventory's owner",
      rule: from("ver == '2'"),
      source: { addresses: [ip4('10.0.0.2')] },
      verdict: 'allow',
    },
    {
      fact: 'an owner created after the flow is not meant',
      rule: from("app == 'late'"),
      with: [
        aPod('late', '10.0.0.7', { labels: { app: 'late' }, created: '2026-01-01T00:00:00Z' }),
      ],
      source: { addresses: [ip4('10.0.0.7')] },
      flow: { startMs: Date.parse('2025-12-31T23:59:59Z') },
      verdict: 'uncertain',
      reasons: ['no_source_labels', 'stale_inventory'],
    },
    {
      fact: 'nobody, and no pools are loaded: outside by assumption',
      rule: from("app == 'cart'"),
      source: { addresses: [ip4('10.0.0.8')] },
      verdict: 'deny',
      reasons: ['address_owner_assumed'],
    },
    {
      fact: 'nobody, in a pool: unknown',
      rule: from("app == 'cart'"),
      with: [aPool('10.0.0.0/16')],
      source: { addresses: [ip4('10.0.0.8')] },
      verdict: 'uncertain',
      reasons: ['address_owner_unknown'],
    },
    {
      fact: 'nobody, in no pool: outside',
      rule: from("app == 'cart'"),
      with: [aPool('10.1.0.0/16')],
      source: { addresses: [ip4('10.0.0.8')] },
      verdict: 'deny',
    },
    {
      fact: 'nobody, as Felix sees it: outside',
      rule: from("app == 'cart'"),
      with: [aPool('10.0.0.0/16')],
      mode: 'calico',
      source: { addresses: [ip4('10.0.0.8')] },
      verdict: 'deny',
    },
  ],
  'rule 4, addresses for nets': [
    {
      fact: 'pods of the inventory have their own',
      rule: { source: { nets: ['10.0.0.0/30'] } },
      source: cart,
      verdict: 'allow',
    },
    {
      fact: "a record's pod may have any",
      rule: { source: { nets: ['10.0.0.0/30'] } },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'uncertain',
      reasons: ['no_source_ip'],
    },
    {
      fact: "a record's pod has one of the pools",
      rule: { source: { nets: ['10.0.0.0/8'] } },
      with: [aPool('10.0.0.0/16')],
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'allow',
    },
    {
      fact: 'pub is outside RFC 1918',
      rule: { source: { nets: ['192.168.0.0/16'] } },
      source: { type: 'network', name: 'pub' },
      verdict: 'deny',
    },
    {
      fact: 'pvt may be anywhere inside',
      rule: { source: { nets: ['192.168.0.0/16'] } },
      source: { type: 'network', name: 'pvt' },
      verdict: 'uncertain',
      reasons: ['no_source_ip'],
    },
    {
      fact: 'a network set of unknown age may hold a pvt address',
      rule: from("set == 'office'"),
      with: [aNetworkSet('office', ['192.168.0.0/16'], { set: 'office' })],
      source: { type: 'network', name: 'pvt' },
      verdict: 'uncertain',
      reasons: ['no_source_ip'],
    },
    {
      fact: 'a network set by its name',
      rule: from("set == 'office'"),
      with: [aNetworkSet('office', ['192.168.0.0/16'], { set: 'office' })],
      source: {
        type: 'networkset',
        namespace: 'shop',
        name: 'office',
        labels: labels('set=office'),
      },
      verdict: 'allow',
    },
  ],
  'rule 5, a namespace without an object': [
    {
      fact: 'has its name',
      rule: { source: { namespaceSelector: "projectcalico.org/name == 'bank'" } },
      source: { ...stranger, namespace: 'bank', labels: labels('app=web') },
      verdict: 'allow',
    },
    {
      fact: 'has unknown labels',
      rule: { source: { namespaceSelector: "team == 'red'" } },
      source: { ...stranger, namespace: 'bank', labels: labels('app=web') },
      verdict: 'uncertain',
      reasons: ['no_namespace_labels'],
    },
    {
      fact: 'one with an object has those of the object',
      rule: { source: { namespaceSelector: "team == 'red'" } },
      source: { ...stranger, labels: labels('app=web') },
      verdict: 'allow',
    },
  ],
  'rule 6, candidates': [
    {
      fact: 'one verdict by different rules has no one rule',
      rule: from("ver == '1'"),
      spec: { ingress: [{ action: 'Deny', ...from("ver == '1'") }] },
      source: cart,
      verdict: 'deny',
      reasons: ['trace_ambiguous'],
    },
    {
      fact: 'a name that may be two things',
      rule: from("app == 'web'"),
      source: { namespace: 'bank', name: 'web', labels: labels('app=web') },
      spec: {
        ingress: [
          {
            action: 'Allow',
            source: {
              namespaceSelector: 'all()',
              selector: "projectcalico.org/orchestrator == 'k8s'",
            },
          },
        ],
      },
      verdict: 'uncertain',
      reasons: ['unknown_endpoint_type'],
    },
  ],
  'rule 7, hosts': [
    {
      fact: 'a host as the peer is an address',
      rule: from("role == 'edge'"),
      source: { type: 'host', namespace: '', name: 'n1', labels: labels('role=edge') },
      spec: {
        ingress: [
          {
            action: 'Allow',
            source: { namespaceSelector: 'global()', selector: "role == 'edge'" },
          },
        ],
      },
      verdict: 'allow',
    },
    {
      fact: 'a host to be evaluated is not',
      rule: {},
      flow: { destination: anEnd({ type: 'host', name: 'n1' }) },
      verdict: 'not-evaluated',
      reasons: ['host_traffic'],
    },
    {
      fact: 'nor is a flow that nobody reports',
      rule: {},
      flow: { reporter: null },
      verdict: 'not-evaluated',
      reasons: ['direction_unknown'],
    },
  ],
  'rule 8, policies that are not loaded': [
    {
      fact: 'may decide differently',
      rule: {},
      flow: {
        enforced: [
          {
            policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'gone', tier: 'default' },
            action: 'allow',
            policyIndex: 0,
            ruleIndex: 0,
          },
        ],
      },
      verdict: 'uncertain',
      reasons: ['enforced_policies_missing'],
    },
  ],
};

describe.each(Object.entries(rules))('%s', (_, cases) => {
  test.each(cases)('$fact', (row) => {
    expect(said(row)).toEqual({ verdict: row.verdict, reasons: row.reasons ?? [] });
  });
});
