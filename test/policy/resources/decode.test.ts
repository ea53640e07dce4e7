import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/policy/resources/model.ts';
import { decodeObjects, decodeYaml, linesOf } from './decoding.ts';

const staged = (kind: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\n`;

function tier(name: string, spec = ''): string {
  return `apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
}

function slipped(spec: string): Policy | undefined {
  return decodeYaml(
    `apiVersion: projectcalico.org/v3\nkind: StagedGlobalNetworkPolicy\nmetadata: {name: a}\nspec: {${spec}}\n`,
  ).policies[0];
}

function pod(ip: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {nodeName: n}\nstatus: {podIP: ${ip}}\n`;
}

function global(spec: string, api = 'projectcalico.org/v3'): string {
  return `apiVersion: ${api}\nkind: GlobalNetworkPolicy\nmetadata: {name: a}\nspec: {${spec}}\n`;
}

describe('which kinds are read (contract 4)', () => {
  const unknown: readonly (readonly [apiVersion: string, kind: string, line: string])[] = [
    [
      'projectcalico.org/v3',
      'StagedCalicoNetworkPolicy',
      '`projectcalico.org/v3` has no kind `StagedCalicoNetworkPolicy`; did you mean `StagedNetworkPolicy`?',
    ],
    [
      'projectcalico.org/v3',
      'NetworkPolcy',
      '`projectcalico.org/v3` has no kind `NetworkPolcy`; did you mean `NetworkPolicy`?',
    ],
    ['projectcalico.org/v3', 'Banana', '`projectcalico.org/v3` has no kind `Banana`'],
    [
      'networking.k8s.io/v1',
      'NetworkPolicies',
      '`networking.k8s.io/v1` has no kind `NetworkPolicies`; did you mean `NetworkPolicy`?',
    ],
    [
      'projectcalico.com/v3',
      'StagedNetworkPolicy',
      '`projectcalico.com/v3` has no kind `StagedNetworkPolicy`; its apiVersion is `projectcalico.org/v3` or `crd.projectcalico.org/v1`',
    ],
    [
      'v1',
      'GlobalNetworkPolicy',
      '`v1` has no kind `GlobalNetworkPolicy`; its apiVersion is `projectcalico.org/v3` or `crd.projectcalico.org/v1`',
    ],
    [
      'projectcalico.org/v1',
      'NetworkPolicy',
      '`projectcalico.org/v1` has no kind `NetworkPolicy`; its apiVersion is `projectcalico.org/v3` or `crd.projectcalico.org/v1` or `networking.k8s.io/v1`',
    ],
    [
      'networking.k8s.io/v1',
      'StagedNetworkPolicy',
      '`networking.k8s.io/v1` has no kind `StagedNetworkPolicy`; did you mean `NetworkPolicy`?',
    ],
  ];
  test.each(unknown)('%s %s is an error', (apiVersion, kind, line) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`;
    for (const mode of ['enforcement', 'calico'] as const) {
      const { problems, skipped } = decodeYaml(text, { mode });
      expect(linesOf(problems)).toEqual([`p.yaml:2:1 kind: ${line}`]);
      expect(skipped.size).toBe(0);
    }
  });

  test('kinds that say nothing of policy are skipped and counted', () => {
    const objects = [
      ['apps/v1', 'Deployment'],
      ['apps/v1', 'Deployment'],
      ['v1', 'ConfigMap'],
      ['projectcalico.org/v3', 'FelixConfiguration'],
      ['crd.projectcalico.org/v1', 'IPAMBlock'],
      ['networking.k8s.io/v1', 'Ingress'],
      ['networking.k8s.io/v1beta1', 'Ingress'],
      ['cilium.io/v2', 'CiliumNetworkPolicy'],
    ].map(([apiVersion, kind], index) => ({ apiVersion, kind, metadata: { name: `a${index}` } }));
    const { problems, skipped } = decodeObjects(objects);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(skipped)).toEqual({
      'Deployment.apps': 2,
      ConfigMap: 1,
      'FelixConfiguration.projectcalico.org': 1,
      'IPAMBlock.crd.projectcalico.org': 1,
      'Ingress.networking.k8s.io': 2,
      'CiliumNetworkPolicy.cilium.io': 1,
    });
  });

  test('policies that Calico reads no more are skipped with a warning', () => {
    const text =
      'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: a}\n';
    const { problems, skipped } = decodeYaml(text);
    expect(linesOf(problems)).toEqual([
      'p.yaml:2:1 kind: warning: Calico no longer reads the kind `AdminNetworkPolicy`',
    ]);
    expect([...skipped.keys()]).toEqual(['AdminNetworkPolicy.policy.networking.k8s.io']);
  });

  const unreadable: readonly (readonly [text: string, line: string])[] = [
    ['just words\n', '1:1: expected a Kubernetes object: a mapping with a kind'],
    ['- a\n', '1:1: expected a Kubernetes object: a mapping with a kind'],
    ['apiVersion: v1\n', '1:1: `kind` is missing'],
    ['kind: Pod\n', '1:1: `apiVersion` is missing'],
    ['apiVersion: v1\nkind: 7\n', '2:1 kind: `kind` must be a text'],
    [staged('StagedNetworkPolicy').replace('name: a, ', ''), '3:1 metadata: `name` is missing'],
    [
      staged('StagedNetworkPolicy').replace('name: a', 'name: 12'),
      '3:12 metadata.name: `name` must be a text',
    ],
    [
      staged('StagedNetworkPolicy').replace(', namespace: shop', ''),
      '3:1 metadata: `namespace` is missing; add it: objects of this kind live in a namespace',
    ],
  ];
  test.each(unreadable)('%j cannot be told, under any onInvalid', (text, line) => {
    for (const options of [
      { mode: 'enforcement' },
      { mode: 'enforcement', onInvalid: 'uncertain' },
      { mode: 'calico', onInvalid: 'drop' },
    ] as const) {
      const { problems, policies } = decodeYaml(text, options);
      expect(linesOf(problems)).toEqual([`p.yaml:${line}`]);
      expect(policies).toEqual([]);
    }
  });

  test('a global kind has no namespace', () => {
    const { policies, problems } = decodeYaml(staged('StagedGlobalNetworkPolicy'));
    expect(policies[0]?.namespace).toBe('');
    expect(linesOf(problems)).toEqual([
      'p.yaml:3:21 metadata.namespace: warning: objects of this kind have no namespace',
    ]);
  });
});

describe('what an invalid object becomes (contract 3)', () => {
  const refused = `${staged('StagedNetworkPolicy')}spec: {ingress: [{action: DENY}]}\n`;
  const broken = `${staged('StagedNetworkPolicy')}spec: {order: high}\n`;
  const set = staged('NetworkSet').concat('spec: {nets: [x]}\n');
  const outcomes: readonly (readonly [
    text: string,
    options: NonNullable<Parameters<typeof decodeYaml>[1]>,
    state: string | undefined,
    severity: string,
  ])[] = [
    [refused, { mode: 'enforcement' }, 'rejected', 'error'],
    [refused, { mode: 'enforcement', onInvalid: 'uncertain' }, 'rejected', 'warning'],
    [refused, { mode: 'calico' }, 'live', 'warning'],
    [refused, { mode: 'calico', onInvalid: 'uncertain' }, 'rejected', 'warning'],
    [refused, { mode: 'calico', onInvalid: 'refuse' }, 'rejected', 'error'],
    [broken, { mode: 'enforcement' }, 'rejected', 'error'],
    [broken, { mode: 'enforcement', onInvalid: 'uncertain' }, 'rejected', 'warning'],
    [broken, { mode: 'calico' }, 'inert', 'warning'],
    [set, { mode: 'enforcement' }, undefined, 'error'],
    // Only a policy can stand for one that might do anything.
    [set, { mode: 'enforcement', onInvalid: 'uncertain' }, undefined, 'error'],
    [set, { mode: 'calico' }, undefined, 'warning'],
  ];
  test.each(outcomes)('%j under %j', (text, options, state, severity) => {
    const { policies, problems } = decodeYaml(text, options);
    expect(policies[0]?.state).toBe(state);
    expect(problems.map((problem) => problem.severity)).toEqual([severity]);
  });
});

describe('a rejected policy may be mended into more than it says', () => {
  test('its selector counts while the slip lies elsewhere', () => {
    expect(slipped('selector: has(x), types: [Both]')).toMatchObject({
      state: 'rejected',
      selector: { kind: 'has', key: 'x' },
    });
  });

  test.each([
    'selector: has(x, tier: t',
    'selector: global()',
    'selector: has(x), namespaceSelector: a=b',
  ])('or else it may select anything: %s', (spec) => {
    expect(slipped(spec)).toMatchObject({ state: 'rejected', selector: { kind: 'all' } });
  });

  test('its place is unknown if it cannot be read', () => {
    expect(slipped('order: high')).toMatchObject({
      state: 'rejected',
      order: NaN,
      tier: 'default',
    });
    expect(slipped('tier: 7, order: 5')).toMatchObject({ state: 'rejected', order: 5, tier: '' });
  });

  test('it may be for workloads', () => {
    expect(slipped('doNotTrack: true')).toMatchObject({ state: 'rejected', forWorkloads: true });
  });
});

describe('tiers', () => {
  test('the built-in ones need no object, and a missing order is 1,000,000', () => {
    const { tiers } = decodeYaml(
      `${tier('x')}---\n${tier('y', 'order: -5.5, defaultAction: Pass')}`,
    );
    expect(tiers).toEqual([
      { name: 'x', order: 1_000_000, defaultAction: 'deny' },
      { name: 'y', order: -5.5, defaultAction: 'pass' },
      { name: 'kube-admin', order: 1000, defaultAction: 'pass' },
      { name: 'default', order: 1_000_000, defaultAction: 'deny' },
      { name: 'kube-baseline', order: 10_000_000, defaultAction: 'pass' },
    ]);
  });

  test('a built-in tier has its order and action from its object, if they are right', () => {
    const right = tier('default', 'order: 1000000, defaultAction: Deny');
    expect(decodeYaml(right).problems).toEqual([]);
    const wrong = tier('default', 'order: 5, defaultAction: Pass');
    expect(linesOf(decodeYaml(wrong).problems)).toEqual([
      'p.yaml:4:8 spec.order: the order of the built-in tier `default` must be 1000000',
      'p.yaml:4:18 spec.defaultAction: the default action of the built-in tier `default` must be `Deny`',
    ]);
    expect(decodeYaml(wrong).tiers).toContainEqual({
      name: 'default',
      order: 1_000_000,
      defaultAction: 'deny',
    });
    expect(decodeYaml(wrong, { mode: 'calico' }).tiers).toContainEqual({
      name: 'default',
      order: 5,
      defaultAction: 'pass',
    });
  });

  test('any default action but Pass is Deny to Felix', () => {
    const { tiers } = decodeYaml(tier('x', 'defaultAction: Allow'), { mode: 'calico' });
    expect(tiers[0]).toMatchObject({ name: 'x', defaultAction: 'deny' });
  });

  test('a policy needs its tier’s object, wherever it lies (D-9)', () => {
    const policy = `${staged('StagedNetworkPolicy')}spec: {tier: ghost}\n`;
    const { policies, problems } = decodeYaml(policy);
    expect(policies[0]).toMatchObject({ state: 'rejected', tier: 'ghost' });
    expect(linesOf(problems)).toEqual([
      'p.yaml:4:8 spec.tier: no Tier object `ghost` is loaded; add the Tier to the folder, or correct the name',
    ]);
    expect(decodeYaml(policy, { mode: 'calico' }).policies[0]?.state).toBe('live');
    expect(decodeYaml(`${policy}---\n${tier('ghost')}`).problems).toEqual([]);
  });

  test('a deletion does not ask for its tier', () => {
    const policy = `${staged('StagedNetworkPolicy')}spec: {stagedAction: Delete, tier: ghost}\n`;
    expect(decodeYaml(policy).problems).toEqual([]);
  });
});

describe('the same object twice', () => {
  test('is one, with a warning, if both say the same', () => {
    const text = [
      global('selector: has(x)'),
      global("selector: 'has( x )', types: [Ingress]", 'crd.projectcalico.org/v1'),
    ];
    const { policies, problems } = decodeYaml(text.join('---\n'));
    expect(policies.map(({ state }) => state)).toEqual(['live']);
    expect(linesOf(problems)).toEqual([
      'p.yaml:6:1: warning: the same object stands at p.yaml:1:1 too',
    ]);
  });

  test('is invalid if they differ', () => {
    const text = [global('order: 1'), global('order: 2')].join('---\n');
    const strict = decodeYaml(text);
    expect(strict.policies).toMatchObject([
      { state: 'rejected', selector: { kind: 'all' }, order: NaN, tier: '' },
    ]);
    expect(linesOf(strict.problems)).toEqual([
      'p.yaml:6:1: another object of this kind and name stands at p.yaml:1:1, with other content; keep one of them',
    ]);
    const calico = decodeYaml(text, { mode: 'calico' });
    expect(calico.policies.map(({ state }) => state)).toEqual(['inert']);
  });

  test('a pod that differs is no pod', () => {
    const { inventory, problems } = decodeYaml([pod('10.0.0.1'), pod('10.0.0.2')].join('---\n'));
    expect(inventory.endpoints).toEqual([]);
    expect(problems.map(({ severity }) => severity)).toEqual(['error']);
  });

  test('kinds, namespaces and names make the difference', () => {
    const text = ['NetworkPolicy', 'StagedNetworkPolicy', 'StagedKubernetesNetworkPolicy']
      .flatMap((kind) => [staged(kind), staged(kind).replace('shop', 'bank')])
      .concat(staged('NetworkPolicy').replace('projectcalico.org/v3', 'networking.k8s.io/v1'))
      .join('---\n');
    expect(decodeYaml(text).policies).toHaveLength(7);
    expect(decodeYaml(text).problems).toEqual([]);
  });

  test('what was one policy before Calico v3.32 is worth a word', () => {
    const text = `${global('')}---\n${global('').replace('name: a', 'name: default.a')}`;
    const { policies, problems } = decodeYaml(text);
    expect(policies).toHaveLength(2);
    expect(linesOf(problems)).toEqual([
      'p.yaml:8:12 metadata.name: warning: `a` stands beside it: Calico before v3.32 took the two for one policy',
    ]);
  });
});

test('all problems of all documents at once, in the order of the text', () => {
  const text = `# A folder full of slips.
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata:
  name: Ledger
  namespace: bank
spec:
  tier: security
  selector: app = 'ledger'
  ingres: []
  egress:
    - action: allow
      protocol: TCP
      destination:
        nets: [10.0.0.5/8, banana]
        ports: [80-90, 70000]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {"app:": web}}
  ingress:
    - from: [{ipBlock: {cidr: 10.1.0.0/16, except: [10.0.0.0/8]}}]
---
kind: StagedCalicoNetworkPolicy
apiVersion: projectcalico.org/v3
---
spec: [
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners}
spec: {nets: [10.0.0.0/33]}
`;
  expect(linesOf(decodeYaml(text).problems)).toMatchInlineSnapshot(`
    [
      "p.yaml:30:1: not readable as YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
      "p.yaml:5:3 metadata.name: \`Ledger\` must be one or two names joined by a \`.\`, of lower-case letters, digits and \`-\`",
      "p.yaml:8:3 spec.tier: no Tier object \`security\` is loaded; add the Tier to the folder, or correct the name",
      "p.yaml:9:3 spec.selector: \`app = 'ledger'\` is no selector: \`=\` is no operator; write \`==\` (column 5)",
      "p.yaml:10:3 spec.ingres: warning: unknown field \`ingres\`, which the API server leaves out; did you mean \`ingress\`?",
      "p.yaml:12:7 spec.egress[0].action: \`allow\` is no action; use \`Allow\`, \`Deny\`, \`Pass\` or \`Log\`",
      "p.yaml:15:16 spec.egress[0].destination.nets[0]: \`10.0.0.5/8\` has bits set beyond the length of its prefix",
      "p.yaml:15:28 spec.egress[0].destination.nets[1]: \`banana\` is no CIDR such as \`10.0.0.0/8\` or \`2001:db8::/32\`",
      "p.yaml:16:17 spec.egress[0].destination.ports[0]: the port name \`80-90\` needs a letter; a range is written \`80:90\`",
      "p.yaml:16:24 spec.egress[0].destination.ports[1]: \`70000\` is beyond port 65535",
      "p.yaml:22:31 spec.podSelector.matchLabels['app:']: \`app:\` is no label key such as \`team\` or \`example.com/team\`",
      "p.yaml:24:53 spec.ingress[0].from[0].ipBlock.except[0]: \`10.0.0.0/8\` does not lie within the block that it is excepted from",
      "p.yaml:26:1 kind: \`projectcalico.org/v3\` has no kind \`StagedCalicoNetworkPolicy\`; did you mean \`StagedNetworkPolicy\`?",
      "p.yaml:34:15 spec.nets[0]: \`10.0.0.0/33\` is no CIDR or address",
    ]
  `);
});
