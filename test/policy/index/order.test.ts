import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { formatPolicyText } from '../../../src/policy/policy-text.ts';
import { compiled, document } from './compiled.ts';

/** Policies as `kind path [order]`; their short names in order of evaluation. */
function orderOf(policies: readonly string[], mode: PolicyMode = 'enforcement'): string[] {
  const yaml = policies.map((policy) => {
    const [kind = '', path = '', order] = policy.split(' ');
    if (kind === 'knp') return kubernetes('networking.k8s.io/v1', 'NetworkPolicy', path);
    if (kind === 'sknp') {
      return kubernetes('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', path);
    }
    return document(`${kinds[kind]} ${path}`, order === undefined ? '{}' : `{ order: ${order} }`);
  });
  return compiled(yaml.join(''), mode).policies.map(({ ref }) => formatPolicyText(ref));
}

const kinds: Readonly<Record<string, string>> = {
  np: 'NetworkPolicy',
  gnp: 'GlobalNetworkPolicy',
  snp: 'StagedNetworkPolicy',
  sgnp: 'StagedGlobalNetworkPolicy',
};

function kubernetes(apiVersion: string, kind: string, path: string): string {
  const [namespace, name] = path.split('/');
  return `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { podSelector: {} }
`;
}

describe('policies of one tier', () => {
  test.each<readonly [name: string, policies: string[], order: string[]]>([
    [
      'of equal order sort by name/namespace/kind as one text',
      ['np a/foo', 'np a/foo-bar', 'gnp foo.bar', 'np a/foo0', 'np a/fo'],
      ['np:a/fo', 'np:a/foo-bar', 'gnp:foo.bar', 'np:a/foo', 'np:a/foo0'],
    ],
    [
      'of one name: global ones, then by namespace',
      ['np a/foo', 'np b/foo', 'gnp foo'],
      ['gnp:foo', 'np:a/foo', 'np:b/foo'],
    ],
    [
      'without an order come last',
      ['gnp zz 5', 'gnp aa', 'gnp bb 5.5'],
      ['gnp:zz', 'gnp:bb', 'gnp:aa'],
    ],
    ['may have a negative order', ['gnp b 0', 'gnp a -1'], ['gnp:a', 'gnp:b']],
    ['of Kubernetes stand at 1000', ['np a/a 2000', 'knp a/z'], ['knp:a/z', 'np:a/a']],
    [
      'stand at their own order, not their namesake’s',
      ['np a/foo 100', 'snp a/foo 99'],
      ['snp:a/foo', 'np:a/foo'],
    ],
  ])('%s', (_name, policies, order) => {
    expect(orderOf(policies)).toEqual(order);
    expect(orderOf(policies.toReversed())).toEqual(order);
  });

  test('staged ones stand after enforced ones of their name in calico mode', () => {
    const policies = ['snp n/foo 1000', 'np n/foo 1000', 'knp n/foo', 'sknp n/foo'];
    expect(orderOf(policies, 'calico')).toEqual([
      'knp:n/foo',
      'np:n/foo',
      'sknp:n/foo',
      'snp:n/foo',
    ]);
  });

  test('staged ones stand where promotion will put them in enforcement mode', () => {
    expect(orderOf(['np n/foo 1000', 'sknp n/foo'])).toEqual(['sknp:n/foo', 'np:n/foo']);
    expect(orderOf(['snp n/foo 1000', 'knp n/foo'])).toEqual(['knp:n/foo', 'snp:n/foo']);
  });
});

function tiersOf(yaml: string, mode: PolicyMode = 'enforcement'): string[] {
  const { tables, strings } = compiled(yaml, mode);
  return [...tables.tiers.name].map((name) => strings.textOf(name));
}

describe('tiers', () => {
  test('sort by order, then by name', () => {
    const yaml =
      document('Tier b', '{ order: 100 }') +
      document('Tier a', '{ order: 100 }') +
      document('Tier y', '{ order: 50 }') +
      document('Tier x', '{}');
    expect(tiersOf(yaml)).toEqual(['y', 'a', 'b', 'kube-admin', 'default', 'x', 'kube-baseline']);
  });

  const ghost = document('GlobalNetworkPolicy g', '{ tier: ghost }');

  test('that only policies mention come last in calico mode', () => {
    expect(tiersOf(ghost, 'calico').at(-1)).toBe('ghost');
  });

  test('that only policies mention may stand anywhere, so come first, in enforcement mode', () => {
    expect(tiersOf(ghost)[0]).toBe('ghost');
    expect(compiled(ghost).hasTier('ghost')).toBe(false);
    expect(compiled(ghost).hasTier('default')).toBe(true);
  });
});
