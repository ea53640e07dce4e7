import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/policy/resources/model.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { decodeObjects, linesOf, onlyPolicy, ruleText } from './decoding.ts';

type Spec = Readonly<Record<string, unknown>>;

const k8s = 'projectcalico.org/orchestrator == "k8s"';
const shop = 'projectcalico.org/namespace == "shop"';

function enforced(spec: Spec): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec,
  };
}

function staged(spec: Spec): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedKubernetesNetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec,
  };
}

function decode(object: object, options?: Parameters<typeof decodeObjects>[1]): Policy {
  return onlyPolicy(decodeObjects([object], options));
}

function ingress(...rules: readonly Spec[]): Spec {
  return { podSelector: {}, ingress: rules };
}

function texts(policy: Policy): string[] {
  return [...policy.ingressRules, ...policy.egressRules].map(ruleText);
}

test('what a Kubernetes policy is to Calico', () => {
  expect(decode(enforced({ podSelector: {} }))).toMatchObject({
    kind: 'KubernetesNetworkPolicy',
    namespace: 'shop',
    name: 'p',
    tier: 'default',
    order: 1000,
    stagedAction: null,
    state: 'live',
    forWorkloads: true,
  });
  expect(decode(staged({}))).toMatchObject({
    kind: 'StagedKubernetesNetworkPolicy',
    tier: 'default',
    order: 1000,
    stagedAction: 'Set',
  });
});

describe('podSelector', () => {
  const selectors: readonly (readonly [selector: Spec, text: string])[] = [
    [{}, k8s],
    [{ matchLabels: { b: '2', a: '1' } }, `${k8s} && a == "1" && b == "2"`],
    [
      {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['y', 'x'] },
          { key: 'b', operator: 'NotIn', values: ['z'] },
          { key: 'c', operator: 'Exists' },
          { key: 'd', operator: 'DoesNotExist' },
        ],
      },
      `${k8s} && a in {"x", "y"} && b not in {"z"} && has(c) && !has(d)`,
    ],
  ];
  test.each(selectors)('%j', (podSelector, text) => {
    const isList = text.includes('&&');
    const inner = isList ? `(${text})` : text;
    const policy = decode(enforced({ podSelector }));
    expect(formatSelector(policy.selector)).toBe(`(${inner} && ${shop})`);
  });
});

describe('rules and their numbers (semantics 2.5)', () => {
  const a = { podSelector: { matchLabels: { a: '1' } } };
  const b = { namespaceSelector: { matchLabels: { b: '2' } } };
  const fromA = `{(${shop} && (${k8s} && a == "1"))}`;
  const fromB = `{(pcns.b == "2" && ${k8s})}`;
  const ports = [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 80 },
    { protocol: 'TCP', port: 443 },
  ];
  const rules: readonly (readonly [id: string, spec: Spec, rules: readonly string[]])[] = [
    ['K01', ingress(), []],
    ['K02', ingress({}), ['allow']],
    [
      'K03, K04',
      ingress({ from: [a, b], ports }, {}),
      [
        `allow protocol 6 from ${fromA} to :80,443`,
        `allow protocol 6 from ${fromB} to :80,443`,
        `allow protocol 17 from ${fromA} to :53`,
        `allow protocol 17 from ${fromB} to :53`,
        'allow',
      ],
    ],
    ['K05', ingress({ ports: [{ port: 80 }, { protocol: 'TCP' }] }), ['allow protocol 6']],
    [
      'K05, the other way round',
      ingress({ ports: [{ protocol: 'TCP' }, { port: 80 }] }),
      ['allow protocol 6'],
    ],
    ['K06', ingress({ ports: [{}] }), ['allow protocol 6']],
    [
      'K07',
      ingress({ ports: [{ port: 8000, endPort: 8005 }] }),
      ['allow protocol 6 to :8000-8005'],
    ],
    ['K08', ingress({ from: [{ podSelector: {} }] }), [`allow from {(${shop} && ${k8s})}`]],
    [
      'K09',
      ingress({ from: [{ namespaceSelector: {} }] }),
      [`allow from {(has(projectcalico.org/namespace) && ${k8s})}`],
    ],
    [
      'K10',
      ingress({ from: [{ ...a, ...b }] }),
      [`allow from {(pcns.b == "2" && (${k8s} && a == "1"))}`],
    ],
    [
      'K11',
      ingress({
        from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } }],
      }),
      ['allow from 10.0.0.0/8 not 10.1.0.0/16,10.2.0.0/16'],
    ],
    [
      'K16',
      ingress({ ports: [80, 81, 'web', 9090, 82, 80].map((port) => ({ port })) }),
      ['allow protocol 6 to :web,80-82,9090'],
    ],
    [
      'protocols in the order of their texts',
      ingress({ ports: ['UDP', 'TCP', 'SCTP'].map((protocol) => ({ protocol })) }),
      ['allow protocol 132', 'allow protocol 6', 'allow protocol 17'],
    ],
    [
      'egress: the peer is the destination',
      { podSelector: {}, egress: [{ to: [a], ports: [{ port: 80 }] }] },
      [`allow protocol 6 to ${fromA} :80`],
    ],
  ];
  test.each(rules)('%s', (_, spec, expected) => {
    for (const object of [enforced(spec), staged(spec)]) {
      const policy = decode(object);
      expect(policy.state).toBe('live');
      expect(texts(policy)).toEqual(expected);
    }
  });
});

describe('policyTypes (semantics 1.13)', () => {
  const types: readonly (readonly [spec: Spec, api: string, raw: string])[] = [
    [{}, 'ingress', 'ingress'],
    [{ egress: [{}] }, 'ingress egress', 'ingress'],
    [{ ingress: [{}], egress: [] }, 'ingress', 'ingress'],
    [{ policyTypes: ['Egress'] }, 'egress', 'egress'],
    [{ policyTypes: ['Egress', 'Ingress'] }, 'ingress egress', 'ingress egress'],
    [{ policyTypes: ['Ingress', 'Ingress'] }, 'ingress', 'ingress'],
  ];
  test.each(types)('%j', (spec, api, raw) => {
    for (const object of [enforced(spec), staged(spec)]) {
      expect(directions(decode(object))).toBe(api);
      expect(directions(decode(object, { mode: 'calico', rawTypes: true }))).toBe(raw);
    }
  });
});

describe('what only its enforced form would be refused for (semantics 1.16)', () => {
  const unfit: readonly (readonly [
    id: string,
    spec: Spec,
    calico: Policy['state'],
    rules: readonly string[],
  ])[] = [
    ['K27', ingress({ from: [{ ipBlock: { cidr: 'banana' } }] }), 'live', ['allow']],
    [
      'host bits',
      ingress({ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }),
      'live',
      ['allow from 10.0.0.0/8'],
    ],
    [
      'an except outside its block',
      ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/8'] } }] }),
      'live',
      ['allow from 10.0.0.0/8 not 11.0.0.0/8'],
    ],
    ['K28', { podSelector: { matchExpressions: [{ key: 'a', operator: 'Has' }] } }, 'live', []],
    ['K29', { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }, 'live', []],
    ['K30', ingress({ ports: [{ protocol: 'ICMP' }] }), 'live', ['allow v4 protocol 1']],
    [
      'K31',
      ingress({ ports: [{ protocol: 'ICMPv6', port: 80 }] }),
      'inert',
      ['allow v6 protocol 58 to :80'],
    ],
    ['P23', { podSelector: { matchLabels: { a: "it's" } } }, 'inert', []],
    ['port 0', ingress({ ports: [{ port: 0 }] }), 'inert', ['allow protocol 6 to :0']],
    [
      'a peer that says nothing',
      ingress({ from: [{}] }),
      'live',
      [`allow from {(${shop} && ${k8s})}`],
    ],
    [
      'an endPort without a port',
      ingress({ ports: [{ endPort: 80 }] }),
      'live',
      ['allow protocol 6'],
    ],
    ['policyTypes that are none', { policyTypes: ['Both'] }, 'live', []],
  ];
  test.each(unfit)('%s', (_, spec, calico, rules) => {
    expect(decode(staged(spec)).state).toBe('rejected');
    expect(decode(enforced(spec)).state).toBe('rejected');
    const policy = decode(staged(spec), { mode: 'calico' });
    expect(policy.state).toBe(calico);
    expect(texts(policy)).toEqual(rules);
  });

  test('a policy that is to be ignored need not be fit', () => {
    const spec = {
      ...ingress({ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }),
      stagedAction: 'Ignore',
    };
    const resources = decodeObjects([staged(spec)]);
    expect(onlyPolicy(resources).state).toBe('live');
    expect(resources.problems.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

test('K15: an unreadable port removes the rule from an enforced policy, and the whole staged one', () => {
  const spec = ingress({ ports: [{ port: 'bad port!' }] }, { ports: [{ port: 80 }] });
  const calico = { mode: 'calico' } as const;
  expect(texts(decode(enforced(spec), calico))).toEqual(['allow protocol 6 to :80']);
  expect(decode(enforced(spec), calico).state).toBe('live');
  expect(decode(staged(spec), calico).state).toBe('inert');
});

test('protocols times peers are bounded', () => {
  const ports = Array.from({ length: 1000 }, (_, index) => ({ protocol: `P${index}` }));
  const from = Array.from({ length: 1000 }, () => ({ podSelector: {} }));
  const policy = decode(enforced(ingress({ ports, from })), { mode: 'calico' });
  expect(policy).toMatchObject({ state: 'inert', ingressRules: [] });
});

test('a staged deletion says nothing else', () => {
  expect(decode(staged({ stagedAction: 'Delete', podSelector: {} })).state).toBe('live');
  const spec = { stagedAction: 'Delete', podSelector: { matchLabels: { a: 'b' } } };
  expect(decode(staged(spec)).state).toBe('rejected');
  expect(decode(staged(spec), { mode: 'calico' }).state).toBe('inert');
});

test('every flaw has its place and its remedy', () => {
  const spec = ingress({
    from: [
      {
        podSelector: { matchExpressions: [{ key: 'a b', operator: 'has' }] },
        ipBlock: { cidr: '10.0.0.1' },
      },
    ],
    ports: [{ protocol: 'tcp', port: 'Web' }, { port: 'web', endPort: 9 }, { protocol: 6 }],
  });
  const lines = linesOf(decodeObjects([enforced(spec)]).problems);
  expect(lines.map((line) => line.replace(/^\S+ /, '')).toSorted()).toEqual([
    'spec.ingress[0].from[0].ipBlock.cidr: `10.0.0.1` is an address where a CIDR is needed: append `/32`',
    'spec.ingress[0].from[0].ipBlock: an ipBlock cannot stand beside selectors',
    'spec.ingress[0].from[0].podSelector.matchExpressions[0].key: `a b` is no label key such as `team` or `example.com/team`',
    'spec.ingress[0].from[0].podSelector.matchExpressions[0].operator: `has` is no operator; use `In`, `NotIn`, `Exists` or `DoesNotExist`',
    'spec.ingress[0].ports[0].port: the port name `Web` may hold only lower-case letters, digits and `-`',
    'spec.ingress[0].ports[0].protocol: `tcp` is no protocol of a Kubernetes policy; use `TCP`, `UDP` or `SCTP`',
    'spec.ingress[0].ports[1].port: `endPort` needs a port number, not a name',
    'spec.ingress[0].ports[2].protocol: expected a text, not `6`',
  ]);
});

function directions({ ingress: isIngress, egress: isEgress }: Policy): string {
  return [isIngress ? 'ingress' : '', isEgress ? 'egress' : ''].join(' ').trim();
}
