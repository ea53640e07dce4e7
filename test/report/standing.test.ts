import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { IndexedPolicy } from '../../src/policy/index/policies.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import { standingOf, standingTogether, type Ground } from '../../src/report/standing.ts';
import { anEvaluation, aSolo, loose, strict } from '../stage/support/evaluations.ts';
import { surveyOf } from './support/survey.ts';

const indexed: IndexedPolicy = {
  ref: strict,
  isStaged: true,
  stagedAction: 'Set',
  state: 'live',
  order: 1,
  ingressRules: [],
  egressRules: [],
  defaultAction: 'deny',
  governs: { ingress: true, egress: false },
  namesake: null,
};

const ground: Ground = {
  mode: 'enforcement',
  selectsHost: () => false,
  directionless: 0,
  unread: { records: 0, files: 0 },
};

const harmless = anEvaluation({
  solos: [aSolo({ verdict: 'allow' })],
  verdict: 'allow',
  change: 'unchanged',
  flippedBy: [],
});

function standing(
  evaluations: readonly FlowEvaluation[],
  { about = ground, policy = indexed } = {},
) {
  const survey = surveyOf(evaluations.map((evaluation) => ({ evaluation })));
  return standingOf(policy, survey.of(formatPolicyText(strict)), about).name;
}

describe('a policy', () => {
  test('is safe to enforce next if alone it denies nothing, for certain', () => {
    expect(standing([harmless])).toBe('safe');
  });

  test('is not safe on no evidence', () => {
    expect(standing([])).toBe('no-evidence');
  });

  test.each<[string, FlowEvaluation, string]>([
    ['it denies what is allowed', anEvaluation(), 'breaks'],
    [
      'it denies what the record shows allowed, though the enforced policies deny it, too',
      anEvaluation({ enforcedVerdict: 'deny' }),
      'breaks',
    ],
    ['a flow is uncertain', { ...harmless, solos: [open('uncertain')] }, 'undecided'],
    ['a flow is assumed', { ...harmless, solos: [open('assumed')] }, 'undecided'],
    [
      'it denies what nobody knows to be denied today',
      anEvaluation({ enforcedVerdict: null, baseline: null, change: 'uncertain' }),
      'undecided',
    ],
  ])('is not safe while %s', (_why, evaluation, name) => {
    expect(standing([harmless, evaluation, harmless])).toBe(name);
  });

  test.each<[string, Partial<Ground>, string]>([
    ['under `mode: calico`', { mode: 'calico' }, 'not-judged'],
    ['if it selects a host', { selectsHost: () => true }, 'hosts'],
    ['while flows do not say who reported them', { directionless: 1 }, 'undecided'],
    ['while a record could not be read', { unread: { records: 1, files: 0 } }, 'undecided'],
    ['while a file broke off', { unread: { records: 0, files: 1 } }, 'undecided'],
  ])('is not safe %s', (_why, members, name) => {
    expect(standing([harmless], { about: { ...ground, ...members } })).toBe(name);
  });

  test('that asks to be left alone is left out', () => {
    const policy: IndexedPolicy = { ...indexed, stagedAction: 'Ignore' };
    expect(standing([harmless], { policy })).toBe('ignored');
  });
});

describe('all together', () => {
  const safe = { name: 'safe', why: '' } as const;
  const both = { ...harmless, solos: [aSolo({ verdict: 'allow' }), allowing(loose)] };

  function together(evaluations: readonly FlowEvaluation[], each: Parameters<typeof names>[0]) {
    const survey = surveyOf(evaluations.map((evaluation) => ({ evaluation })));
    return standingTogether(survey, names(each), ground).name;
  }

  test('are safe if pending denies nothing and each was touched', () => {
    expect(together([both], ['safe', 'safe'])).toBe('safe');
  });

  test('break traffic that each alone lets through', () => {
    const denied = { ...both, verdict: 'deny', change: 'newly-denied' } as const;
    expect(together([both, denied], ['safe', 'safe'])).toBe('breaks');
  });

  test('may be safe though one alone is not', () => {
    expect(together([both], ['breaks', 'safe'])).toBe('safe');
  });

  test.each(['no-evidence', 'hosts', 'not-judged', 'undecided'] as const)(
    'are not safe while one of them is %s',
    (name) => {
      expect(together([both], ['safe', name])).toBe(name);
    },
  );

  test('are not safe while what all of them do is open', () => {
    const uncertain = {
      verdict: 'uncertain',
      change: 'uncertain',
      certainty: 'uncertain',
    } as const;
    expect(together([both, { ...both, ...uncertain }], ['safe', 'safe'])).toBe('undecided');
  });

  test('are not safe while a record could not be read', () => {
    const survey = surveyOf([{ evaluation: both }]);
    const unread = { records: 2, files: 1 };
    expect(
      standingTogether(survey, names(['undecided', 'undecided']), { ...ground, unread }),
    ).toEqual({
      name: 'undecided',
      why: '2 records and the end of 1 file could not be read',
    });
  });

  test('are nothing where nothing is staged', () => {
    expect(together([], [])).toBe('no-evidence');
  });

  function names(each: readonly Parameters<typeof standingTogether>[1][number]['name'][]) {
    return each.map((name) => ({ ...safe, name }));
  }
});

function open(certainty: 'uncertain' | 'assumed') {
  return aSolo({ certainty, verdict: certainty === 'uncertain' ? null : 'allow' });
}

function allowing(policy: typeof loose) {
  return aSolo({ policy, verdict: 'allow' });
}
