import { describe, expect, test } from 'vitest';
import { Gap } from '../../src/policy/evaluator/facts.ts';
import { strict, decided, open, scopeName, answering, judged } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';
import { anEnd } from './support/flows.ts';

describe('what is compared with what', () => {
  const allow = decided('allow');
  const deny = decided('deny');
  test.each([
    { action: 'allow', enforced: allow, pending: allow, change: 'unchanged', cause: '' },
    { action: 'allow', enforced: allow, pending: deny, change: 'newly-denied', cause: 'staged' },
    { action: 'deny', enforced: deny, pending: allow, change: 'newly-allowed', cause: 'staged' },
    { action: 'allow', enforced: deny, pending: deny, change: 'newly-denied', cause: 'drift' },
    { action: 'allow', enforced: deny, pending: allow, change: 'unchanged', cause: 'both' },
    { action: null, enforced: deny, pending: allow, change: 'newly-allowed', cause: 'staged' },
    { action: null, enforced: open(0), pending: allow, change: 'uncertain', cause: '' },
    { action: 'allow', enforced: open(0), pending: deny, change: 'newly-denied', cause: '' },
    { action: 'allow', enforced: allow, pending: open(0), change: 'uncertain', cause: '' },
    { action: 'deny', enforced: allow, pending: open(0), change: 'uncertain', cause: 'drift' },
  ] as const)(
    'record $action, enforced $enforced.verdict, pending $pending.verdict: $change by $cause',
    ({ action, enforced, pending, change, cause }) => {
      const evaluation = judged(answering({ enforced, pending }), { action });
      expect(evaluation.change).toBe(change);
      expect(evaluation.flipCause).toBe(cause);
    },
  );

  test('a record that says nothing has the enforced verdict for its baseline', () => {
    const evaluation = judged(answering({ enforced: deny, pending: allow }), { action: null });
    expect(evaluation.baseline).toBe('deny');
    expect(evaluation.reasons).toEqual([]);
  });

  test('neither the record nor the policies know the baseline', () => {
    const policies = answering({ enforced: open(Gap.sourcePort), pending: allow });
    const evaluation = judged(policies, { action: null });
    expect(evaluation.baseline).toBeNull();
    expect(evaluation.reasons).toEqual(['baseline_missing']);
    expect(evaluation.certainty).toBe('uncertain');
  });

  test('where no staged policy touches the flow one evaluation says all', () => {
    const asked: string[] = [];
    const policies = fakePolicies({
      evaluate: (_, scope) => {
        asked.push(scopeName(scope));
        return allow;
      },
    });
    expect(judged(policies)).toMatchObject({
      enforcedVerdict: 'allow',
      verdict: 'allow',
      solos: [],
    });
    expect(asked).toEqual(['pending']);
  });
});

describe('what is not evaluated', () => {
  test.each([
    { fact: 'an unknown reporter', flow: { reporter: null }, reason: 'direction_unknown' },
    {
      fact: 'a host that reports',
      flow: { destination: anEnd({ type: 'host', name: 'n1' }) },
      reason: 'host_traffic',
    },
  ] as const)('$fact', ({ flow, reason }) => {
    const evaluation = judged(fakePolicies(), flow);
    expect(evaluation).toMatchObject({
      verdict: 'not-evaluated',
      change: 'not-evaluated',
      baseline: 'allow',
      pending: [],
      reasons: [reason],
      certainty: 'uncertain',
    });
  });

  test('an evaluation that fails', () => {
    const policies = answering({ enforced: decided('allow'), pending: { status: 'failed' } });
    expect(judged(policies)).toMatchObject({
      verdict: 'not-evaluated',
      change: 'not-evaluated',
      baseline: 'allow',
      enforcedVerdict: 'allow',
      pending: [],
      possibleVerdicts: [],
      reasons: ['evaluation_error'],
      flippedBy: [],
      solos: [{ policy: strict, certainty: 'uncertain', verdict: null, rule: 'other' }],
    });
  });
});

describe('the direction', () => {
  test.each([
    { reporter: 'src', direction: 'egress', local: 'workload shop {?} in pools' },
    { reporter: 'dst', direction: 'ingress', local: 'workload bank {?} in pools' },
  ] as const)('$reporter reports $direction', ({ reporter, direction, local }) => {
    const asked: string[] = [];
    const policies = fakePolicies({
      evaluate: (facts) => {
        asked.push(facts.direction);
        return decided('allow');
      },
      staged: (endpoint) => {
        asked.push(endpoint.says);
        return [];
      },
    });
    const destination = anEnd({ type: 'workload', namespace: 'bank', name: 'ledger' });
    expect(judged(policies, { reporter, destination }).direction).toBe(direction);
    expect(asked).toEqual([local, direction]);
  });
});
