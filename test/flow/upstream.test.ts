import { describe, expect, test } from 'vitest';
import { Gap } from '../../src/policy/evaluator/facts.ts';
import type { PolicyRef } from '../../src/policy/hit.ts';
import { strict, old, hit, decided, open, judged } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';

describe('policies the record names', () => {
  const loaded = ['tier default', 'NetworkPolicy shop/old'];
  const world = { loaded, evaluate: () => decided('allow'), staged: () => [strict] };
  const kns: PolicyRef = { kind: 'Profile', namespace: '', name: 'kns.shop', tier: '__PROFILE__' };

  test.each([
    { fact: 'loaded ones', ref: old },
    { fact: 'names with their tier in front', ref: { ...old, name: 'default.old' } },
    { fact: 'profiles', ref: kns },
  ])('$fact are not missed', ({ ref }) => {
    expect(judged(fakePolicies(world), { enforced: [hit(ref, 'allow')] }).verdict).toBe('allow');
  });

  test.each([
    { fact: 'a policy', ref: { ...old, name: 'gone' } },
    { fact: 'a policy of another kind', ref: { ...old, kind: 'KubernetesNetworkPolicy' as const } },
    { fact: 'a tier', ref: { ...old, tier: 'gone' } },
  ])('$fact that is not loaded makes the flow uncertain', ({ ref }) => {
    const enforced = [hit(kns, 'allow'), hit(ref, 'allow')];
    expect(judged(fakePolicies(world), { enforced })).toMatchObject({
      verdict: 'uncertain',
      change: 'uncertain',
      possibleVerdicts: ['allow', 'deny'],
      pending: [],
      reasons: ['enforced_policies_missing'],
      solos: [{ policy: strict, certainty: 'uncertain', verdict: null }],
    });
  });
});

describe("upstream's pending list", () => {
  const trace = [hit(old, 'allow')];
  test.each([
    { fact: 'absent', theirs: null, agrees: null },
    { fact: 'empty', theirs: [], agrees: null },
    { fact: 'the same', theirs: [hit({ ...old }, 'allow')], agrees: true },
    {
      fact: 'with the tier in front',
      theirs: [hit({ ...old, name: 'default.old' }, 'allow')],
      agrees: true,
    },
    { fact: 'longer', theirs: [hit(old, 'allow'), hit(old, 'allow', 1, 1)], agrees: false },
    { fact: 'by another rule', theirs: [hit(old, 'allow', 1)], agrees: false },
    { fact: 'by another action', theirs: [hit(old, 'deny')], agrees: false },
    { fact: 'by another policy', theirs: [hit(strict, 'allow')], agrees: false },
    { fact: 'at the end of the tier', theirs: [hit(old, 'allow', -1)], agrees: false },
  ])('$fact', ({ theirs, agrees }) => {
    const policies = fakePolicies({ evaluate: () => decided('allow', trace) });
    expect(judged(policies, { pendingUpstream: theirs }).matchesUpstream).toBe(agrees);
  });

  test.each([
    { fact: 'put down to another policy', theirs: hit(old, 'deny', -1), agrees: true },
    {
      fact: 'of another tier',
      theirs: hit({ ...strict, tier: 'edge' }, 'deny', -1),
      agrees: false,
    },
    { fact: 'that passes on', theirs: hit(strict, 'pass', -1), agrees: false },
    { fact: 'that is a rule', theirs: hit(strict, 'deny', 0), agrees: false },
  ])('an end of tier $fact', ({ theirs, agrees }) => {
    const policies = fakePolicies({ evaluate: () => decided('deny', [hit(strict, 'deny', -1)]) });
    expect(judged(policies, { pendingUpstream: [theirs] }).matchesUpstream).toBe(agrees);
  });

  test('is not compared with what is open', () => {
    const policies = fakePolicies({ evaluate: () => open(Gap.sourceLabels) });
    expect(judged(policies, { pendingUpstream: trace }).matchesUpstream).toBeNull();
  });
});
