import { describe, expect, test } from 'vitest';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import type { Policy } from '../../../src/policy/resources/model.ts';
import { decodeObjects, linesOf, onlyPolicy } from './decoding.ts';

type Spec = Readonly<Record<string, unknown>>;

function decode(kind: string, spec: Spec, options?: Parameters<typeof decodeObjects>[1]): Policy {
  return onlyPolicy(decodeObjects([calico(kind, spec)], options));
}

function calico(kind: string, spec: Spec): object {
  const namespace = kind.includes('Global') ? {} : { namespace: 'shop' };
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name: 'p', ...namespace }, spec };
}

describe('which endpoints a policy selects (semantics 2.2)', () => {
  const own = 'projectcalico.org/namespace == "shop"';
  const selectors: readonly (readonly [kind: string, spec: Spec, selector: string])[] = [
    ['NetworkPolicy', {}, own],
    ['NetworkPolicy', { selector: 'all()' }, `(all() && ${own})`],
    ['NetworkPolicy', { selector: "a == 'b' || has(c)" }, `((a == "b" || has(c)) && ${own})`],
    ['NetworkPolicy', { serviceAccountSelector: "t == 'x'" }, `(${own} && pcsa.t == "x")`],
    ['StagedNetworkPolicy', { selector: 'has(a)' }, `(has(a) && ${own})`],
    ['GlobalNetworkPolicy', {}, 'all()'],
    ['GlobalNetworkPolicy', { selector: '  ' }, 'all()'],
    ['GlobalNetworkPolicy', { selector: 'all()' }, 'all()'],
    ['GlobalNetworkPolicy', { namespaceSelector: "env == 'prod'" }, 'pcns.env == "prod"'],
    ['GlobalNetworkPolicy', { namespaceSelector: 'all()' }, 'has(projectcalico.org/namespace)'],
    [
      'GlobalNetworkPolicy',
      { selector: 'all()', namespaceSelector: "env == 'prod'" },
      '(has(projectcalico.org/namespace) && pcns.env == "prod")',
    ],
    [
      'GlobalNetworkPolicy',
      { selector: 'has(a)', serviceAccountSelector: 'all()' },
      '(has(a) && has(projectcalico.org/serviceaccount))',
    ],
    [
      'GlobalNetworkPolicy',
      { selector: 'all()', namespaceSelector: 'all()', serviceAccountSelector: 'all()' },
      '((has(projectcalico.org/namespace) && has(projectcalico.org/namespace)) && has(projectcalico.org/serviceaccount))',
    ],
    // Calico replaces the text, inside quotes too.
    [
      'StagedGlobalNetworkPolicy',
      { selector: "a == 'all()'", namespaceSelector: 'has(b)' },
      '(a == "has(projectcalico.org/namespace)" && has(pcns.b))',
    ],
  ];
  test.each(selectors)('%s %j', (kind, spec, selector) => {
    const policy = decode(kind, spec);
    expect(policy.state).toBe('live');
    expect(formatSelector(policy.selector)).toBe(selector);
  });
});

describe('which directions a policy governs (semantics 1.13)', () => {
  const rule = [{ action: 'Allow' }];
  const directions: readonly (readonly [spec: Spec, api: string, raw: string])[] = [
    [{}, 'ingress', 'both'],
    [{ ingress: rule }, 'ingress', 'both'],
    [{ egress: rule }, 'egress', 'both'],
    [{ ingress: rule, egress: rule }, 'both', 'both'],
    [{ ingress: [], egress: rule }, 'egress', 'both'],
    [{ types: [] }, 'ingress', 'both'],
    [{ types: ['Egress'] }, 'egress', 'egress'],
    [{ types: ['Ingress'], egress: rule }, 'ingress', 'ingress'],
    [{ types: ['Egress', 'Ingress'] }, 'both', 'both'],
  ];
  test.each(directions)('%j', (spec, api, raw) => {
    for (const kind of ['NetworkPolicy', 'StagedGlobalNetworkPolicy']) {
      expect(directionsOf(decode(kind, spec))).toBe(api);
      expect(directionsOf(decode(kind, spec, { mode: 'enforcement', rawTypes: true }))).toBe(raw);
    }
  });

  test('an annotation marks one object as raw', () => {
    const raw = {
      ...calico('GlobalNetworkPolicy', {}),
      metadata: { name: 'p', annotations: { 'rehearsal/raw-types': 'true' } },
    };
    expect(directionsOf(onlyPolicy(decodeObjects([raw])))).toBe('both');
  });

  test('types that Felix alone would understand', () => {
    const options = { mode: 'calico', rawTypes: true } as const;
    expect(directionsOf(decode('NetworkPolicy', { types: ['ingress'] }, options))).toBe('ingress');
    expect(directionsOf(decode('NetworkPolicy', { types: ['Both'] }, options))).toBe('none');
  });
});

describe('tier, order and staged action', () => {
  const attributes: readonly (readonly [spec: Spec, expected: Partial<Policy>])[] = [
    [{}, { tier: 'default', order: Infinity, stagedAction: 'Set' }],
    [
      { tier: '', order: null, stagedAction: '' },
      { tier: 'default', order: Infinity, stagedAction: 'Set' },
    ],
    [
      { tier: 'kube-admin', order: -1.5 },
      { tier: 'kube-admin', order: -1.5 },
    ],
    [{ stagedAction: 'Learn' }, { stagedAction: 'Learn' }],
    [{ stagedAction: 'Ignore' }, { stagedAction: 'Ignore' }],
    [
      { stagedAction: 'Delete', tier: 'anything' },
      { stagedAction: 'Delete', tier: 'anything', ingress: false, egress: false, state: 'live' },
    ],
  ];
  test.each(attributes)('%j', (spec, expected) => {
    expect(decode('StagedNetworkPolicy', spec)).toMatchObject(expected);
  });

  test('an enforced policy has no staged action', () => {
    expect(decode('NetworkPolicy', {}).stagedAction).toBeNull();
  });

  test('what Felix does not know counts as Set', () => {
    const policy = decode('StagedNetworkPolicy', { stagedAction: 'delete' }, { mode: 'calico' });
    expect(policy).toMatchObject({ stagedAction: 'Set', state: 'live' });
  });

  test('policies for hosts alone are no policies of workloads', () => {
    const forward = { applyOnForward: true };
    expect(decode('GlobalNetworkPolicy', { ...forward, doNotTrack: true }).forWorkloads).toBe(
      false,
    );
    expect(decode('GlobalNetworkPolicy', { ...forward, preDNAT: true }).forWorkloads).toBe(false);
    expect(decode('GlobalNetworkPolicy', forward).forWorkloads).toBe(true);
  });
});

describe('what Felix drops although it is admitted (semantics 1.16)', () => {
  const key = 'k'.repeat(510);
  const dropped: readonly (readonly [kind: string, spec: Spec])[] = [
    ['NetworkPolicy', { selector: ' ' }],
    ['GlobalNetworkPolicy', { selector: ' ', namespaceSelector: 'all()' }],
    ['NetworkPolicy', { ingress: [{ action: 'Allow', source: { selector: '\t' } }] }],
    ['GlobalNetworkPolicy', { namespaceSelector: `has(${key})` }],
    [
      'NetworkPolicy',
      { egress: [{ action: 'Deny', destination: { namespaceSelector: `has(${key})` } }] },
    ],
  ];
  test.each(dropped)('%s %j', (kind, spec) => {
    for (const mode of ['enforcement', 'calico'] as const) {
      const resources = decodeObjects([calico(kind, spec)], { mode });
      expect(onlyPolicy(resources).state).toBe('inert');
      expect(resources.problems.map(({ severity }) => severity)).toEqual(['warning']);
    }
  });

  const harmless: readonly (readonly [kind: string, spec: Spec])[] = [
    ['NetworkPolicy', { serviceAccountSelector: ' ' }],
    ['GlobalNetworkPolicy', { selector: ' ' }],
    ['GlobalNetworkPolicy', { namespaceSelector: ' ' }],
    ['GlobalNetworkPolicy', { ingress: [{ action: 'Allow', source: { selector: ' ' } }] }],
    ['NetworkPolicy', { ingress: [{ action: 'Allow', source: { notSelector: ' ' } }] }],
  ];
  test.each(harmless)('but not %s %j', (kind, spec) => {
    expect(decode(kind, spec).state).toBe('live');
  });
});

describe('what is refused says where and how to mend it', () => {
  const refusals: readonly (readonly [kind: string, spec: Spec, lines: readonly string[]])[] = [
    [
      'NetworkPolicy',
      { selector: 'a = b' },
      ['spec.selector: `a = b` is no selector: `=` is no operator; write `==` (column 3)'],
    ],
    [
      'GlobalNetworkPolicy',
      { selector: 'global()', types: ['ingress'], order: '5' },
      [
        'spec.selector: `global()` may stand only in the `namespaceSelector` of a rule',
        'spec.types[0]: `ingress` is no policy type; use `Ingress` or `Egress`',
        'spec.order: expected a number, not the text `5`',
      ],
    ],
    [
      'GlobalNetworkPolicy',
      { doNotTrack: true, preDNAT: true, egress: [{ action: 'Deny' }], types: ['Egress'] },
      [
        'spec.preDNAT: preDNAT and doNotTrack cannot both be true',
        'spec.preDNAT: preDNAT needs `applyOnForward: true`',
        'spec.egress: a preDNAT policy cannot have egress rules',
        'spec.types: a preDNAT policy cannot have the type `Egress`',
      ],
    ],
    [
      'StagedNetworkPolicy',
      { stagedAction: 'Delete', selector: 'all()', ingress: [] },
      [
        'spec.selector: a policy with `stagedAction: Delete` may not have `selector`; remove it: the policy of the same name will be deleted whatever it says',
      ],
    ],
    [
      'StagedNetworkPolicy',
      { stagedAction: 'Remove', tier: 'Sec' },
      [
        'spec.stagedAction: `Remove` is no staged action; use `Set`, `Delete`, `Learn` or `Ignore`',
        'spec.tier: `Sec` may hold only lower-case letters, digits, `-` and `.`, and each part must begin and end with a letter or digit',
        'spec.tier: no Tier object `Sec` is loaded; add the Tier to the folder, or correct the name',
      ],
    ],
    ['NetworkPolicy', { ingress: {} }, ['spec.ingress: expected a list, not a mapping']],
    [
      'NetworkPolicy',
      { ingress: ['x'] },
      [
        'spec.ingress[0]: expected a mapping, not the text `x`',
        'spec.ingress[0]: the rule has no action; use `Allow`, `Deny`, `Pass` or `Log`',
      ],
    ],
  ];
  test.each(refusals)('%s %j', (kind, spec, lines) => {
    const resources = decodeObjects([calico(kind, spec)]);
    expect(onlyPolicy(resources).state).toBe('rejected');
    const found = linesOf(resources.problems).map((line) => line.replace(/^\S+ /, ''));
    expect(found.toSorted()).toEqual([...lines].toSorted());
  });

  test('a misspelt field is no error, since the API server leaves it out, but it is said', () => {
    const resources = decodeObjects([calico('NetworkPolicy', { ingres: [], zzz: 1 })]);
    expect(onlyPolicy(resources).state).toBe('live');
    expect(linesOf(resources.problems).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'spec.ingres: warning: unknown field `ingres`, which the API server leaves out; did you mean `ingress`?',
      'spec.zzz: warning: unknown field `zzz`, which the API server leaves out; remove it',
    ]);
  });
});

describe('names (semantics 1.15)', () => {
  const names: readonly (readonly [kind: string, name: string, isSound: boolean])[] = [
    ['NetworkPolicy', 'a', true],
    ['NetworkPolicy', 'a.b', true],
    ['NetworkPolicy', 'a.b.c', false],
    ['NetworkPolicy', 'knp.default.a.b.c', true],
    ['NetworkPolicy', 'A', false],
    ['GlobalNetworkPolicy', 'a.b', true],
    ['GlobalNetworkPolicy', 'knp.default.a', false],
    ['GlobalNetworkPolicy', '-a', false],
    ['GlobalNetworkPolicy', 'a'.repeat(253), true],
    ['GlobalNetworkPolicy', 'a'.repeat(254), false],
  ];
  test.each(names)('%s %s: %s', (kind, name, isSound) => {
    const object = { ...calico(kind, {}), metadata: { name, namespace: 'shop' } };
    const { policies } = decodeObjects([object]);
    expect(policies[0]?.state).toBe(isSound ? 'live' : 'rejected');
  });

  test('a namespace that breaks out of the selector is refused', () => {
    const object = {
      ...calico('NetworkPolicy', {}),
      metadata: { name: 'p', namespace: "x' || all()" },
    };
    expect(onlyPolicy(decodeObjects([object])).state).toBe('rejected');
  });

  const stored: readonly (readonly [tier: string, metadata: object, name: string])[] = [
    ['default', { name: 'default.foo' }, 'foo'],
    ['', { name: 'default.foo' }, 'foo'],
    ['default', { name: 'foo' }, 'foo'],
    ['kube-admin', { name: 'default.foo' }, 'default.foo'],
    [
      'default',
      { name: 'default.foo', annotations: stash({ name: 'default.foo' }) },
      'default.foo',
    ],
    ['default', { name: 'default.foo', annotations: stash({ labels: {} }) }, 'foo'],
  ];
  test.each(stored)('as stored in tier `%s`: %j', (tier, metadata, name) => {
    const object = {
      ...calico('GlobalNetworkPolicy', { tier }),
      apiVersion: 'crd.projectcalico.org/v1',
      metadata,
    };
    expect(onlyPolicy(decodeObjects([object])).name).toBe(name);
  });

  test('under the v3 API a name is what it is', () => {
    const object = { ...calico('GlobalNetworkPolicy', {}), metadata: { name: 'default.foo' } };
    expect(onlyPolicy(decodeObjects([object])).name).toBe('default.foo');
  });
});

function stash(metadata: object): object {
  return { 'projectcalico.org/metadata': JSON.stringify(metadata) };
}

function directionsOf({ ingress, egress }: Policy): string {
  if (ingress && egress) return 'both';
  if (ingress) return 'ingress';
  return egress ? 'egress' : 'none';
}
