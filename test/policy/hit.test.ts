import { describe, expect, test } from 'vitest';
import { decodeHit, encodeHit } from '../../src/policy/hit-json.ts';
import { formatHit, parseHit } from '../../src/policy/hit-text.ts';
import type { PolicyHit } from '../../src/policy/hit.ts';
import type { PolicyKind } from '../../src/policy/kinds.ts';

describe('texts of hits', () => {
  test.each<[kind: PolicyKind, namespace: string, tier: string, name: string, old: string]>([
    ['GlobalNetworkPolicy', '', 'ops', '0|ops|gnp:web|deny|2', '0|ops|ops.web|deny|2'],
    ['NetworkPolicy', 'shop', 'ops', '0|ops|np:shop/web|deny|2', '0|ops|shop/ops.web|deny|2'],
    [
      'StagedGlobalNetworkPolicy',
      '',
      'ops',
      '0|ops|sgnp:web|deny|2',
      '0|ops|ops.staged:web|deny|2',
    ],
    [
      'StagedNetworkPolicy',
      'shop',
      'ops',
      '0|ops|snp:shop/web|deny|2',
      '0|ops|shop/ops.staged:web|deny|2',
    ],
    [
      'KubernetesNetworkPolicy',
      'shop',
      'default',
      '0|default|knp:shop/web|deny|2',
      '0|default|shop/knp.default.web|deny|2',
    ],
    [
      'StagedKubernetesNetworkPolicy',
      'shop',
      'default',
      '0|default|sknp:shop/web|deny|2',
      '0|default|shop/staged:knp.default.web|deny|2',
    ],
    [
      'Profile',
      '',
      '__PROFILE__',
      '0|__PROFILE__|pro:web|deny|2',
      '0|__PROFILE__|__PROFILE__.web|deny|2',
    ],
  ])('%s', (kind, namespace, tier, text, oldText) => {
    const hit: PolicyHit = {
      policy: { kind, namespace, name: 'web', tier },
      action: 'deny',
      policyIndex: 0,
      ruleIndex: 2,
    };
    expect(formatHit(hit)).toBe(text);
    expect(formatHit(hit, 'old')).toBe(oldText);
    expect(parseHit(text)).toEqual(hit);
    expect(parseHit(oldText)).toEqual(hit);
  });

  test.each([
    ['0|ops|gnp:edge|allow', '`0|ops|gnp:edge|allow` is not of the form'],
    ['0|ops|gnp:edge|log|0', '`0|ops|gnp:edge|log|0` is not of the form'],
    ['0|ops|dev.edge|allow|0', 'the name `dev.edge` does not name the tier `ops`'],
    ['0|ops|gnp:Edge|allow|0', '`Edge` is no name of a policy'],
    ['0|ops|np:a.b/c|allow|0', '`a.b` is no namespace'],
    ['0|Ops|gnp:edge|allow|0', '`Ops` is no tier'],
  ])('%s cannot be read', (text, message) => {
    expect(parseHit(text)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(message),
    });
  });
});

describe('JSON of hits', () => {
  const endOfTier: PolicyHit = {
    policy: { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'web', tier: 'guard' },
    action: 'pass',
    policyIndex: 1,
    ruleIndex: -1,
  };

  test.each([
    [
      'whisker',
      '{"kind":"EndOfTier","name":"","namespace":"","tier":"guard","action":"Pass","policy_index":1,"rule_index":-1,"trigger":{"kind":"StagedNetworkPolicy","name":"web","namespace":"shop","tier":"guard","action":"ActionUnspecified","policy_index":0,"rule_index":0,"trigger":null}}',
    ],
    [
      'goldmane-go',
      '{"kind":10,"tier":"guard","action":3,"policy_index":1,"rule_index":-1,"trigger":{"kind":3,"namespace":"shop","name":"web","tier":"guard"}}',
    ],
    [
      'goldmane-protojson',
      '{"kind":"EndOfTier","tier":"guard","action":"Pass","policyIndex":"1","ruleIndex":"-1","trigger":{"kind":"StagedNetworkPolicy","namespace":"shop","name":"web","tier":"guard"}}',
    ],
  ] as const)('%s', (encoding, text) => {
    expect(JSON.stringify(encodeHit(endOfTier, encoding))).toBe(text);
    expect(decodeHit(JSON.parse(text))).toEqual(endOfTier);
  });

  test('missing members are zero', () => {
    expect(decodeHit({ kind: 4, name: 'a', tier: 'T1', action: 2 })).toEqual({
      policy: { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'a', tier: 'T1' },
      action: 'deny',
      policyIndex: 0,
      ruleIndex: 0,
    });
  });

  const plain = { kind: 'GlobalNetworkPolicy', name: 'a', tier: 't', action: 'Allow' };

  test.each([
    ['no object', null],
    ['a list', [plain]],
    ['no action', { ...plain, action: 'ActionUnspecified' }],
    ['an unknown kind', { ...plain, kind: 'KindUnspecified' }],
    ['a fraction', { ...plain, rule_index: 0.5 }],
    ['a text that is no number', { ...plain, ruleIndex: 'x' }],
    ['a name that is no text', { ...plain, name: 7 }],
    ['an end of tier without trigger', { ...plain, kind: 'EndOfTier' }],
  ])('%s cannot be read', (_name, value) => {
    expect(decodeHit(value)).toMatchObject({ kind: 'error' });
  });
});
