// What the index tells of its policies.
import { describe, expect, test } from 'vitest';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import { PROFILE_TIER } from '../../../src/policy/hit.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { cluster, compiled, connection, document, ip, podOf, summary } from './compiled.ts';
import { shop } from './let-in.ts';

const pass = document('Tier t1', '{ order: 10, defaultAction: Pass }');

const two = () =>
  compiled(
    shop +
      pass +
      document(
        'StagedNetworkPolicy shop/a',
        `{ tier: t1, order: 7, types: [Ingress],
           ingress: [{ action: Deny, protocol: UDP }, { action: Log }] }`,
      ) +
      document(
        'NetworkPolicy shop/a',
        '{ types: [Egress], egress: [{ action: Pass }, { action: Allow }] }',
      ),
  );

describe('a policy', () => {
  test('is told as it was written', () => {
    expect(two().policies).toMatchObject([
      {
        ref: { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'a', tier: 't1' },
        isStaged: true,
        stagedAction: 'Set',
        state: 'live',
        order: 7,
        ingressRules: ['deny', 'log'],
        egressRules: [],
        defaultAction: 'pass',
        governs: { ingress: true, egress: false },
        namesake: { kind: 'NetworkPolicy', name: 'a' },
      },
      {
        ref: { kind: 'NetworkPolicy', namespace: 'shop', name: 'a', tier: 'default' },
        isStaged: false,
        stagedAction: null,
        order: Infinity,
        ingressRules: [],
        egressRules: ['pass', 'allow'],
        defaultAction: 'deny',
        governs: { ingress: false, egress: true },
        namesake: { kind: 'StagedNetworkPolicy', name: 'a' },
      },
    ]);
  });

  test('has no namesake where none is loaded', () => {
    const alone = compiled(document('GlobalNetworkPolicy g', '{}'));
    expect(alone.policies[0]?.namesake).toBeNull();
  });

  test('governs a direction of the ends that it selects', () => {
    const one = two();
    const named = (direction: 'ingress' | 'egress') =>
      one.policiesOf(podOf(one, 'shop', 'p'), direction).map(({ kind }) => kind);
    expect([named('ingress'), named('egress')]).toEqual([
      ['StagedNetworkPolicy'],
      ['NetworkPolicy'],
    ]);
  });

  test('is found by the reference of another index', () => {
    const [one, other] = [two(), two()];
    const solo = other.policyNamed('StagedNetworkPolicy', 'shop', 'a');
    if (solo === null) throw new Error('not found');
    const between = connection(podOf(one, 'shop', 'w'), podOf(one, 'shop', 'p'), { protocol: 17 });
    expect(summary(one.evaluate(between, { solo }, 'strict'))).toBe('deny: 0|t1|snp:shop/a|deny|0');
    const foreign = { ...solo, name: 'b' };
    expect(() => one.evaluate(between, { solo: foreign }, 'strict')).toThrow(
      'no policy StagedNetworkPolicy shop/b',
    );
  });
});

test('tiers are those that are loaded, and that of profiles', () => {
  const index = compiled(pass);
  expect(['t1', 'default', PROFILE_TIER, 't2', ''].map((name) => index.hasTier(name))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('hashes are empty where none were given', () => {
  const index = compiled('');
  expect([index.policyHash, index.inventoryHash]).toEqual(['', '']);
});

test('staged policies that touch an end come in order of evaluation', () => {
  const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
  // The first stand in for namesakes that come last.
  const yaml = names.map((name, i) =>
    i < 2
      ? document(`GlobalNetworkPolicy ${name}`, '{ order: 100, types: [Ingress] }') +
        document(`StagedGlobalNetworkPolicy ${name}`, `{ order: ${i}, types: [Egress] }`)
      : document(`StagedGlobalNetworkPolicy ${name}`, `{ order: ${i}, types: [Ingress] }`),
  );
  const index = compiled(shop + yaml.join(''));
  const touching = index.stagedTouching('ingress', podOf(index, 'shop', 'p'));
  expect(touching.map(({ name }) => name)).toEqual(names);
});

test('a rejected policy whose order cannot be read may stand before all others', () => {
  const index = compiled(
    shop +
      document('GlobalNetworkPolicy first', '{ order: -5, ingress: [{ action: Allow }] }') +
      document('GlobalNetworkPolicy broken', '{ order: x, ingress: [{ action: Allow }] }'),
  );
  expect(index.policies.map(({ ref }) => ref.name)).toEqual(['broken', 'first']);
});

test('a policy in a tier without object leaves open what a rejected one leaves open', () => {
  const index = compiled(
    shop + document('GlobalNetworkPolicy g', '{ tier: ghost, ingress: [{ action: Allow }] }'),
  );
  const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
  expect(index.evaluate(between, 'enforced', 'strict')).toMatchObject({
    status: 'uncertain',
    gaps: Gap.rejectedPolicy,
  });
});

describe('an address of several pods', () => {
  const three = cluster('shop', ['a 10.0.0.1 app=a', 'b 10.0.0.1 app=b', 'c 10.0.0.1 app=c']);

  test.each<readonly [selector: string, expected: string]>([
    ['all()', 'deny: 0|default|gnp:g|deny|-1'],
    ["app in {'a', 'b', 'c'}", 'deny: 0|default|gnp:g|deny|-1'],
    ["app in {'a', 'b'}", 'allow|deny:'],
    ["app == 'c'", 'allow|deny:'],
    ["app == 'd'", 'allow ~:'],
  ])('is governed by policies of %s', (selector, expected) => {
    const more = document('GlobalNetworkPolicy g', `{ selector: "${selector}", types: [Ingress] }`);
    const index = compiled(three + more);
    const end = index.ofAddress(ip('10.0.0.1'));
    expect(summary(index.evaluate(connection(end, end), 'enforced', 'strict'))).toBe(expected);
  });
});

describe('what was asked before', () => {
  const nets = Array.from({ length: 6 }, (_, i) => `10.${i}.0.0/16`);
  const yaml =
    shop +
    cluster('bank', ['x 10.1.0.7 app=x', 'y 10.2.0.7 app=y']) +
    nets
      .map((net, i) =>
        document(
          `GlobalNetworkPolicy g${i}`,
          `{ order: ${i}, types: [Ingress], ingress: [{ action: Allow, source: { nets: [${net}] } }] }`,
        ),
      )
      .join('') +
    document('IPPool pool', '{ cidr: 10.0.0.0/8 }');
  const addresses = [...nets.map((net) => net.replace('0.0/16', '0.9')), '10.1.0.7', '10.2.0.7'];
  test('does not turn the next answer', () => {
    const index = compiled(yaml);
    const alone = addresses.map((address) => answer(compiled(yaml), address));
    expect(new Set(alone).size).toBe(nets.length);
    expect([...addresses, ...addresses].map((address) => answer(index, address))).toEqual([
      ...alone,
      ...alone,
    ]);
  });

  test('is one candidate, and candidates of their own have ids of their own', () => {
    const index = compiled(yaml);
    const ids = addresses.map((address) => index.ofAddress(ip(address)).id);
    expect(addresses.map((address) => index.ofAddress(ip(address)).id)).toEqual(ids);
    expect(new Set(ids).size).toBe(addresses.length);
    const region = { kind: 'private' } as const;
    expect(index.ofRegion(region, null).map(({ id }) => id)).toEqual(
      index.ofRegion(region, null).map(({ id }) => id),
    );
    const strangers = ['a', 'b'].map((label) => {
      const facts = { namespace: 'shop', isAggregate: false, isWorkload: true };
      const labels = new Map([['app', label]]);
      return index.ofLabels({ ...facts, labels }, { kind: 'address', address: ip('10.5.0.1') });
    });
    expect(strangers[0]).not.toEqual(strangers[1]);
  });
});

function answer(index: PolicyIndex, address: string): string {
  const between = connection(index.ofAddress(ip(address)), podOf(index, 'shop', 'p'));
  return summary(index.evaluate(between, 'enforced', 'assuming'));
}
