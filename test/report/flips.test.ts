import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import { effectsOf } from '../../src/report/flips.ts';
import { aHit, anEvaluation, aSolo, loose, strict } from '../stage/support/evaluations.ts';

const enforcedHit = aHit({ policy: { ...strict, kind: 'NetworkPolicy' } });

/** `strict` alone: what it does, and how sure a claim on it is. */
const alone: readonly (readonly [
  statement: string,
  members: Partial<FlowEvaluation>,
  found: object,
])[] = [
  ['a denial of what is allowed is a flip', {}, { alone: 'newly-denied', certainty: 'certain' }],
  [
    'an enforced scope that denies already makes it drift, which still breaks what the record shows',
    { enforcedVerdict: 'deny', baseline: 'allow' },
    { alone: null, isDrift: true },
  ],
  [
    'where the enforced scope is open the record says what is allowed',
    { enforcedVerdict: null, baseline: 'allow' },
    { alone: 'newly-denied', certainty: 'uncertain' },
  ],
  [
    'nobody knows what is allowed: a denial may be a new one',
    { enforcedVerdict: null, baseline: null, change: 'uncertain', certainty: 'uncertain' },
    { alone: null, isDrift: false, certainty: 'uncertain' },
  ],
  [
    'a denial of what is denied on an assumption may be a new one',
    { enforcedVerdict: 'deny', baseline: 'deny', certainty: 'assumed' },
    { alone: null, isDrift: false, certainty: 'assumed' },
  ],
  [
    'a denial of what is surely denied changes nothing',
    { enforcedVerdict: 'deny', baseline: 'deny', change: 'unchanged' },
    { alone: null, isDrift: false, certainty: 'certain' },
  ],
  [
    'letting in what is denied is a flip',
    { solos: [aSolo({ verdict: 'allow' })], enforcedVerdict: 'deny', baseline: 'deny' },
    { alone: 'newly-allowed', certainty: 'certain' },
  ],
  [
    'an open solo is uncertain',
    { solos: [aSolo({ verdict: null, certainty: 'uncertain' })] },
    { alone: null, certainty: 'uncertain' },
  ],
  [
    'a solo on an assumption stays assumed',
    { solos: [aSolo({ verdict: 'allow', certainty: 'assumed' })] },
    { alone: null, certainty: 'assumed' },
  ],
];

test.each(alone)('%s', (_statement, members, found) => {
  expect(effectsOf(anEvaluation(members)).policies[0]).toMatchObject(found);
});

describe('what all flip together is charged to', () => {
  const twoSolos = [aSolo(), aSolo({ policy: loose, verdict: 'allow' })];

  test.each<[string, Partial<FlowEvaluation>, readonly unknown[]]>([
    ['the staged policy with the last word', { solos: twoSolos }, ['newly-denied', null]],
    [
      'those that flip it alone, if an enforced rule has the last word',
      { solos: twoSolos, decidedBy: enforcedHit },
      ['newly-denied', null],
    ],
    [
      'all that could touch it, if none flips it alone',
      { solos: twoSolos, decidedBy: null, flippedBy: [] },
      ['newly-denied', 'newly-denied'],
    ],
    [
      'nobody, where nothing flips',
      { solos: twoSolos, verdict: 'allow', change: 'unchanged' },
      [null, null],
    ],
  ])('%s', (_statement, members, charged) => {
    const { policies } = effectsOf(anEvaluation(members));
    expect(policies.map(({ together }) => together)).toEqual(charged);
  });
});

describe('a flow counts as caused', () => {
  test.each<[string, Partial<FlowEvaluation>, object]>([
    ['when all together flip it', {}, { isNewlyDenied: true, isNewlyAllowed: false }],
    [
      'when one alone flips it, though not all together',
      { verdict: 'allow', change: 'unchanged' },
      { isNewlyDenied: true, together: null },
    ],
    [
      'never by drift',
      { enforcedVerdict: 'deny', flipCause: 'drift' },
      { isNewlyDenied: false, together: null, isTogetherBreaking: true },
    ],
    [
      'never where no staged policy could touch it',
      { solos: [], flippedBy: [], enforcedVerdict: 'deny', flipCause: 'drift' },
      { isNewlyDenied: false, isTogetherBreaking: false, isUncertain: false },
    ],
    [
      'as uncertain, when one alone is open',
      { solos: [aSolo({ verdict: null, certainty: 'uncertain' })], verdict: 'allow' },
      { isUncertain: true },
    ],
    [
      'as uncertain, when nobody knows whose policies would be asked',
      { solos: [], direction: null, verdict: 'not-evaluated', reasons: ['direction_unknown'] },
      { isUncertain: true },
    ],
    [
      'as certain, when no staged policy could touch what stays open',
      { solos: [], verdict: 'uncertain', change: 'uncertain' },
      { isUncertain: false },
    ],
  ])('%s', (_statement, members, found) => {
    expect(effectsOf(anEvaluation(members))).toMatchObject(found);
  });
});
