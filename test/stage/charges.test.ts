import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Charge } from '../../src/stage/cells.ts';
import { chargesOf } from '../../src/stage/charges.ts';
import { unreachable } from '../../src/std/assert.ts';
import { aHit, anEvaluation, aSolo, loose, strict } from './support/evaluations.ts';

/** The charges of one kind, as words. */
function charged(counts: Charge['counts'], members: Partial<FlowEvaluation>): string[] {
  return chargesOf(anEvaluation(members))
    .filter((charge) => charge.counts === counts)
    .map((charge) => {
      const { name } = charge.policy;
      switch (charge.counts) {
        case 'hit':
          return `${name} ${charge.rule} ${charge.action} ${charge.direction}`;
        case 'touch':
          return `${name} ${charge.certainty} ${charge.direction}`;
        case 'would-deny':
        case 'would-allow':
          return `${name} ${charge.rule} ${charge.attribution} ${charge.direction}`;
        default:
          return unreachable(charge);
      }
    });
}

const allowed = {
  verdict: 'allow',
  decidedBy: aHit({ action: 'allow' }),
  solos: [aSolo({ verdict: 'allow' })],
} as const;

describe('a would-be denial', () => {
  test('is charged to the hit that denies and to each policy that alone would deny', () => {
    const solos = [aSolo(), aSolo({ policy: loose, rule: 'other' })];
    expect(charged('would-deny', { solos })).toEqual([
      'strict 2 joint ingress',
      'strict 2 solo ingress',
      'loose other solo ingress',
    ]);
  });

  test('is one if the record allows, though the policies deny already', () => {
    expect(charged('would-deny', { enforcedVerdict: 'deny' })).toHaveLength(2);
  });

  test('is one if the policies allow, though the record denies', () => {
    expect(charged('would-deny', { baseline: 'deny', change: 'unchanged' })).toHaveLength(2);
  });

  test('is none if both deny already', () => {
    expect(charged('would-deny', { baseline: 'deny', enforcedVerdict: 'deny' })).toEqual([]);
  });

  test('of a policy alone counts though all together allow', () => {
    const members = { ...allowed, solos: [aSolo(), aSolo({ policy: loose, verdict: 'allow' })] };
    expect(charged('would-deny', members)).toEqual(['strict 2 solo ingress']);
    expect(charged('would-allow', members)).toEqual([]);
  });

  test('of all together counts though each alone allows', () => {
    expect(charged('would-deny', { solos: [aSolo({ verdict: 'allow' })] })).toEqual([
      'strict 2 joint ingress',
    ]);
  });

  test('at the end of a tier is charged to rule -1', () => {
    expect(charged('would-deny', { decidedBy: aHit({ ruleIndex: -1 }), solos: [] })).toEqual([
      'strict -1 joint ingress',
    ]);
  });

  test('whose hit is not certain is charged to every policy that flips it', () => {
    const flippedBy = [aHit(), aHit({ policy: loose })];
    expect(charged('would-deny', { decidedBy: null, flippedBy, solos: [] })).toEqual([
      'strict other joint ingress',
      'loose other joint ingress',
    ]);
  });

  test('that no policy flips alone is charged to all that touch the flow', () => {
    const solos = [aSolo({ verdict: 'allow' }), aSolo({ policy: loose, verdict: null })];
    expect(charged('would-deny', { decidedBy: null, flippedBy: [], solos })).toEqual([
      'strict other joint ingress',
      'loose other joint ingress',
    ]);
  });

  test('is never one of an uncertain verdict', () => {
    const members = { verdict: 'uncertain', solos: [aSolo({ verdict: null })] } as const;
    expect(charged('would-deny', members)).toEqual([]);
  });
});

describe('a would-be permission', () => {
  test('is charged likewise', () => {
    expect(charged('would-allow', { ...allowed, baseline: 'deny' })).toEqual([
      'strict 2 joint ingress',
      'strict 2 solo ingress',
    ]);
    expect(charged('would-allow', { ...allowed, enforcedVerdict: 'deny' })).toHaveLength(2);
    expect(charged('would-allow', allowed)).toEqual([]);
  });
});

describe('what else is counted', () => {
  test('every pending hit', () => {
    const pending = [aHit({ action: 'pass' }), aHit({ policy: loose, ruleIndex: -1 })];
    expect(charged('hit', { pending, direction: 'egress' })).toEqual([
      'strict 2 pass egress',
      'loose -1 deny egress',
    ]);
  });

  test('every policy that could touch the flow, by certainty', () => {
    const solos = [
      aSolo({ certainty: 'assumed' }),
      aSolo({ policy: loose, certainty: 'uncertain' }),
    ];
    expect(charged('touch', { solos })).toEqual([
      'strict assumed ingress',
      'loose uncertain ingress',
    ]);
  });

  test('nothing of a flow without direction', () => {
    expect(chargesOf(anEvaluation({ direction: null }))).toEqual([]);
  });

  test('under the policy itself', () => {
    expect(chargesOf(anEvaluation()).every(({ policy }) => policy === strict)).toBe(true);
  });
});
