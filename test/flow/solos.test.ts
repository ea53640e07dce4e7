import { describe, expect, test } from 'vitest';
import { Gap, type ScopeEvaluation } from '../../src/policy/evaluator/facts.ts';
import { strict, wide, old, hit, decided, open, answering, judged } from './support/answers.ts';
import { fakePolicies } from './support/fake-policies.ts';
import { anEnd } from './support/flows.ts';

const web = (name: string) => ({ namespace: 'shop', name, generateName: 'web-' });

describe('solos', () => {
  const enforced = decided('allow');
  const soloOf = (solo: ScopeEvaluation, other = decided('allow')) =>
    judged(
      answering(
        { enforced, pending: other, 'solo strict': solo, 'solo wide': other },
        { staged: () => [strict, wide] },
      ),
    );

  test('a policy whose rule denies alone flips, charged to the rule', () => {
    const own = hit(strict, 'deny', 2);
    const evaluation = soloOf(decided('deny', [own]));
    expect(evaluation.flippedBy).toEqual([own]);
    expect(evaluation.solos[0]).toEqual({
      policy: strict,
      certainty: 'certain',
      verdict: 'deny',
      rule: 2,
    });
    expect(evaluation.change).toBe('unchanged');
  });

  test('a policy that ends its tier flips by -1', () => {
    expect(soloOf(decided('deny', [hit(strict, 'deny', -1)])).solos[0]?.rule).toBe(-1);
  });

  test('a policy that passes to another one flips by -2', () => {
    const evaluation = soloOf(decided('deny', [hit(strict, 'pass', 2), hit(old, 'deny', 0, 1)]));
    expect(evaluation.flippedBy).toEqual([hit(strict, 'deny', -2)]);
    expect(evaluation.solos[0]?.rule).toBe('other');
  });

  test('a policy that passes to profiles that match nothing flips by -2', () => {
    const evaluation = soloOf(decided('deny', [hit(strict, 'pass', 2)]));
    expect(evaluation.flippedBy).toEqual([hit(strict, 'deny', -2)]);
  });

  test.each([
    { fact: 'that changes nothing is no flip', solo: decided('allow', [hit(strict, 'allow')]) },
    { fact: 'that fails is no flip', solo: { status: 'failed' } as const },
    { fact: 'that stays open is no flip', solo: open(Gap.sourcePort) },
  ])('a policy $fact', ({ solo }) => {
    expect(soloOf(solo).flippedBy).toEqual([]);
  });

  test.each([
    { today: 'denied, as far as the record knows', action: 'deny', certainty: 'uncertain' },
    { today: 'nobody can say what', action: null, certainty: 'uncertain' },
    { today: 'allowed by the record', action: 'allow', certainty: 'certain' },
  ] as const)('a denial where the enforced scope is open and the flow is $today', (given) => {
    const answers = {
      enforced: open(Gap.sourcePort),
      pending: decided('deny'),
      'solo strict': decided('deny'),
      'solo wide': decided('allow'),
    };
    const policies = answering(answers, { staged: () => [strict, wide] });
    const { solos } = judged(policies, { action: given.action });
    expect(solos.map(({ certainty }) => certainty)).toEqual([given.certainty, 'certain']);
  });

  test('an open solo beside a decided verdict gives no reason', () => {
    const evaluation = soloOf(open(Gap.sourcePort));
    expect(evaluation.reasons).toEqual([]);
    expect(evaluation.solos[0]).toMatchObject({ certainty: 'uncertain', verdict: null });
  });

  test('the only policy that touches the flow is pending by itself', () => {
    const own = hit(strict, 'deny', 1);
    const evaluation = judged(answering({ enforced, pending: decided('deny', [own]) }));
    expect(evaluation.flippedBy).toEqual([own]);
    expect(evaluation.flipCause).toBe('staged');
  });

  test('nothing flips an enforced verdict that is open', () => {
    const evaluation = judged(answering({ enforced: open(0), pending: decided('deny') }));
    expect(evaluation.flippedBy).toEqual([]);
  });

  test('policies that touch only some of the candidates are judged too', () => {
    const policies = fakePolicies({
      pods: [web('web-1'), web('web-2')],
      staged: ({ says }) => (says === 'pod web-1' ? [strict] : [strict, wide]),
      evaluate: () => decided('allow'),
    });
    const destination = anEnd({ type: 'workload', namespace: 'shop', name: 'web-*' });
    expect(judged(policies, { destination }).solos.map(({ policy }) => policy.name)).toEqual([
      'strict',
      'wide',
    ]);
  });
});
