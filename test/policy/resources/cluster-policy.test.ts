import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/policy/resources/model.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { decodeObjects, onlyPolicy, ruleText } from './decoding.ts';

type Spec = Readonly<Record<string, unknown>>;

const k8s = 'projectcalico.org/orchestrator == "k8s"';
const everywhere = 'has(projectcalico.org/namespace)';
const all = { namespaces: {} };

function decode(spec: Spec): Policy {
  const object = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'p' },
    spec: { tier: 'Admin', priority: 7, subject: all, ...spec },
  };
  return onlyPolicy(decodeObjects([object]));
}

function tcp(number: number): Spec {
  return { tcp: { destinationPort: { number } } };
}

function texts(policy: Policy): string[] {
  return [...policy.ingressRules, ...policy.egressRules].map(ruleText);
}

test('what a cluster policy is to Calico', () => {
  expect(decode({})).toMatchObject({
    kind: 'KubernetesClusterNetworkPolicy',
    namespace: '',
    tier: 'kube-admin',
    order: 7,
    stagedAction: null,
    state: 'live',
  });
  expect(decode({ tier: 'Baseline' }).tier).toBe('kube-baseline');
});

describe('subject', () => {
  const subjects: readonly (readonly [subject: Spec, selector: string])[] = [
    [all, `(${k8s} && ${everywhere})`],
    [{ namespaces: { matchLabels: { env: 'prod' } } }, `(${k8s} && pcns.env == "prod")`],
    [
      {
        pods: {
          namespaceSelector: { matchLabels: { env: 'prod' } },
          podSelector: { matchLabels: { a: 'b' } },
        },
      },
      `((${k8s} && a == "b") && pcns.env == "prod")`,
    ],
    [{ pods: {} }, `(${k8s} && ${everywhere})`],
  ];
  test.each(subjects)('%j', (subject, selector) => {
    expect(formatSelector(decode({ subject }).selector)).toBe(selector);
  });
});

describe('rules (semantics 2.6)', () => {
  const from = [all];
  const rules: readonly (readonly [name: string, spec: Spec, rules: readonly string[]])[] = [
    ['Accept', { ingress: [{ action: 'Accept', from }] }, [`allow from {${everywhere}}`]],
    [
      'Deny, Pass',
      { ingress: ['Deny', 'Pass'].map((action) => ({ action, from })) },
      [`deny from {${everywhere}}`, `pass from {${everywhere}}`],
    ],
    ['K17', { egress: [{ action: 'Deny', to: [{ nodes: {} }] }] }, ['deny']],
    ['K17, Pass closes too', { egress: [{ action: 'Pass', to: [{ nodes: {} }] }] }, ['deny']],
    ['K18', { egress: [{ action: 'Accept', to: [{ nodes: {} }] }] }, []],
    [
      'a network that is none',
      { egress: [{ action: 'Deny', to: [{ networks: ['banana'] }] }] },
      ['deny'],
    ],
    [
      'another action',
      {
        ingress: [
          { action: 'Allow', from },
          { action: 'Deny', from },
        ],
      },
      [`deny from {${everywhere}}`],
    ],
    [
      'K19',
      {
        ingress: [{ action: 'Deny', from, protocols: [{ destinationNamedPort: 'dns' }, tcp(443)] }],
      },
      [`deny from {${everywhere}} to :dns`, `deny protocol 6 from {${everywhere}} to :443`],
    ],
    [
      'ports of one protocol together',
      {
        egress: [
          {
            action: 'Accept',
            to: [{ networks: ['10.0.0.0/8', '2001:db8::/32'] }],
            protocols: [
              tcp(80),
              { udp: {} },
              tcp(81),
              { udp: { destinationPort: { range: { start: 5, end: 9 } } } },
            ],
          },
        ],
      },
      [
        'allow protocol 6 to 10.0.0.0/8,2001:db8::/32 :80-81',
        'allow protocol 17 to 10.0.0.0/8,2001:db8::/32',
      ],
    ],
    [
      'a protocol that says nothing',
      { ingress: [{ action: 'Deny', from, protocols: [tcp(80), {}] }] },
      [`deny from {${everywhere}}`],
    ],
    [
      'pods',
      {
        ingress: [
          {
            action: 'Deny',
            from: [{ pods: { podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: {} } }],
          },
        ],
      },
      [`deny from {(${everywhere} && (${k8s} && a == "b"))}`],
    ],
  ];
  test.each(rules)('%s', (_, spec, expected) => {
    expect(texts(decode(spec))).toEqual(expected);
  });
});

describe('directions', () => {
  const rule = { action: 'Deny', from: [all], to: [all] };
  const directions: readonly (readonly [spec: Spec, ingress: boolean, egress: boolean])[] = [
    [{ ingress: [rule] }, true, false],
    [{ egress: [rule] }, false, true],
    [{ ingress: [rule], egress: [rule] }, true, true],
    [{}, true, true],
    [{ ingress: [{ action: 'Accept', from: [{ nodes: {} }] }], egress: [rule] }, false, true],
  ];
  test.each(directions)('%j', (spec, ingress, egress) => {
    expect(decode(spec)).toMatchObject({ ingress, egress });
  });
});

describe('what Calico leaves out', () => {
  test.each([[{ tier: 'Weird' }], [{ subject: {} }]])('%j', (spec) => {
    expect(decode(spec).state).toBe('inert');
  });
});
