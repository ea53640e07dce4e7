import { describe, expect, test } from 'vitest';
import { orderPolicies } from '../../../src/policy/index/order.ts';
import { specHashesOf } from '../../../src/policy/index/spec-hashes.ts';
import type { IndexOptions } from '../../../src/policy/index/tables.ts';
import { canonicalText } from '../../../src/policy/resources/canonical.ts';
import { decodeResources } from '../../../src/policy/resources/decode.ts';
import { readDocuments } from '../../../src/policy/resources/documents.ts';

const usual: IndexOptions = { mode: 'enforcement', onInvalid: 'uncertain', icmpFromPort: true };

/** One policy as YAML. */
function aPolicy(
  name: string,
  spec: string,
  kind = 'StagedNetworkPolicy',
  namespace = 'shop',
): string {
  const place = kind.includes('Global') ? '' : `, namespace: ${namespace}`;
  return `{apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: {name: ${name}${place}}, spec: ${spec}}`;
}

const aTier = (name: string, order: number, defaultAction = 'Deny'): string =>
  `{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: ${name}}, spec: {order: ${order}, defaultAction: ${defaultAction}}}`;

const namesake = (selector: string): string =>
  aPolicy('default.web', `{selector: "${selector}"}`, 'NetworkPolicy');

/** The hash of each policy, by kind and name. */
function hashesOf(texts: readonly string[], options = usual): ReadonlyMap<string, string> {
  const { documents } = readDocuments(texts.join('\n---\n'), 'a.yaml');
  const resources = decodeResources(documents, { mode: options.mode });
  const hashes = specHashesOf(resources, options, canonicalText);
  const { policies } = orderPolicies(resources, options);
  return new Map(
    policies.map(({ policy: { kind, name } }, i) => [`${kind}/${name}`, hashes[i] ?? '']),
  );
}

const subject = aPolicy('default.web', "{selector: app == 'web', ingress: [{action: Allow}]}");
const subjectHash = (others: readonly string[] = [], options = usual): string | undefined =>
  hashesOf([subject, ...others], options).get('StagedNetworkPolicy/default.web');
const alone = subjectHash();

test('a hash is 16 hex digits and the same every time', () => {
  expect(alone).toMatch(/^[0-9a-f]{16}$/);
  expect(subjectHash()).toBe(alone);
});

describe('evidence of a policy stays', () => {
  test.each([
    ['of another namespace', aPolicy('default.x', '{}', 'NetworkPolicy', 'bank')],
    ['of other endpoints', aPolicy('default.x', "{selector: app == 'api'}", 'NetworkPolicy')],
    ['of other endpoints, by a list', aPolicy('default.x', "{selector: app in {'a', 'b'}}")],
    [
      'of other endpoints, by one of two labels',
      aPolicy('default.x', "{selector: tier == 'a' && app == 'api'}"),
    ],
    ['of the other direction', aPolicy('default.x', '{types: [Egress], egress: [{action: Deny}]}')],
    [
      'of other namespaces, from a global policy',
      aPolicy('default.x', "{selector: app == 'api'}", 'GlobalNetworkPolicy'),
    ],
    [
      'of hosts alone',
      aPolicy('default.x', '{doNotTrack: true, applyOnForward: true}', 'GlobalNetworkPolicy'),
    ],
    ['nowhere: a tier without policies', aTier('empty', 5)],
  ])('beside a policy %s', (_name, other) => {
    expect(subjectHash([other])).toBe(alone);
  });
});

describe('evidence of a policy is void', () => {
  test.each([
    ['on the same endpoints', aPolicy('default.x', "{selector: app == 'web'}")],
    ['on some of them', aPolicy('default.x', "{selector: tier == 'a'}")],
    ['on all of the namespace', aPolicy('default.x', '{}', 'NetworkPolicy')],
    ['everywhere', aPolicy('default.x', '{}', 'GlobalNetworkPolicy')],
    ['on either of two', aPolicy('default.x', "{selector: app == 'web' || app == 'api'}")],
    ['on all but others', aPolicy('default.x', "{selector: app != 'api'}")],
    ['on whatever has the label', aPolicy('default.x', '{selector: has(app)}')],
    ['that takes its own namesake away', aPolicy('default.web', '{}', 'NetworkPolicy')],
    [
      'that is invalid',
      aPolicy('default.x', "{selector: 'app ==', ingress: [{action: Allow}]}", 'NetworkPolicy'),
    ],
  ])('beside a policy %s', (_name, other) => {
    expect(subjectHash([other])).not.toBe(alone);
  });

  const enforced = aPolicy('default.x', "{selector: app == 'api'}", 'NetworkPolicy');
  test('beside one whose staged namesake reaches the same endpoints', () => {
    const staged = aPolicy('default.x', "{selector: app == 'web'}");
    const narrower = aPolicy('default.x', "{selector: app == 'db'}");
    expect(subjectHash([enforced, staged])).not.toBe(subjectHash([enforced, narrower]));
  });

  test('when its namesake changes, wherever that reaches', () => {
    expect(subjectHash([namesake("app == 'a'")])).not.toBe(subjectHash([namesake("app == 'b'")]));
  });

  test('when a policy of its endpoints changes its place, or its tier its default', () => {
    const placed = (order: number): string =>
      aPolicy('default.x', `{order: ${order}, selector: app == 'web'}`, 'NetworkPolicy');
    expect(subjectHash([placed(1)])).not.toBe(subjectHash([placed(2)]));
    const inTier = aPolicy('sec.x', '{tier: sec}', 'GlobalNetworkPolicy');
    const bySec = [aTier('sec', 5), aTier('sec', 5, 'Pass')].map((tier) =>
      subjectHash([tier, inTier]),
    );
    expect(bySec[0]).not.toBe(bySec[1]);
  });

  test('when tiers of its endpoints change places', () => {
    const policies = ['a', 'b'].map((tier) =>
      aPolicy(`${tier}.x`, `{tier: ${tier}}`, 'GlobalNetworkPolicy'),
    );
    const before = subjectHash([aTier('a', 1), aTier('b', 2), ...policies]);
    expect(subjectHash([aTier('a', 2), aTier('b', 1), ...policies])).not.toBe(before);
    expect(subjectHash([aTier('a', 3), aTier('b', 4), ...policies])).toBe(before);
  });

  test.each([
    ['mode', { mode: 'calico' }],
    ['onInvalid', { onInvalid: 'drop' }],
    ['icmpFromPort', { icmpFromPort: false }],
  ] as const)('when it is read another way: %s', (_name, options) => {
    expect(subjectHash([], { ...usual, ...options })).not.toBe(alone);
  });
});

test('of very many policies, every one near voids the evidence of all, and none far away', () => {
  const many = Array.from({ length: 1100 }, (_, i) =>
    aPolicy(`default.p${i}`, `{selector: app == 'p${i}'}`),
  );
  const before = subjectHash(many);
  const far = aPolicy('default.far', '{}', 'NetworkPolicy', 'bank');
  const near = aPolicy('default.near', "{selector: app == 'near'}");
  expect(subjectHash([...many, far])).toBe(before);
  expect(subjectHash([...many, near])).not.toBe(before);
});
