import type { FlowEvaluation, SoloOutcome } from '../flow/evaluation.ts';
import type { Direction, Verdict } from '../policy/actions.ts';
import type { ChangeCharge, Charge } from './cells.ts';

/** Every row of the metrics of policies that a flow of this evaluation is counted in (contract 6). */
export function chargesOf(evaluation: FlowEvaluation): Charge[] {
  const { direction } = evaluation;
  if (direction === null) return [];
  return [
    ...changesTo('deny', evaluation, direction),
    ...changesTo('allow', evaluation, direction),
    ...evaluation.pending.map(({ policy, ruleIndex, action }): Charge => ({
      counts: 'hit',
      policy,
      direction,
      rule: ruleIndex,
      action,
    })),
    ...evaluation.solos.map(({ policy, certainty }): Charge => ({
      counts: 'touch',
      policy,
      direction,
      certainty,
    })),
  ];
}

/** Counted if the record or the enforced scope says the opposite, whatever `change` says. */
function changesTo(
  verdict: Verdict,
  evaluation: FlowEvaluation,
  direction: Direction,
): ChangeCharge[] {
  const opposite = verdict === 'deny' ? 'allow' : 'deny';
  if (evaluation.baseline !== opposite && evaluation.enforcedVerdict !== opposite) return [];
  const counts = verdict === 'deny' ? 'would-deny' : 'would-allow';
  const solos = evaluation.solos
    .filter((solo) => solo.verdict === verdict)
    .map(({ policy, rule }): ChangeCharge => ({
      counts,
      policy,
      direction,
      rule,
      attribution: 'solo',
    }));
  if (evaluation.verdict !== verdict) return solos;
  const joint = jointly(evaluation).map(({ policy, rule }): ChangeCharge => ({
    counts,
    policy,
    direction,
    rule,
    attribution: 'joint',
  }));
  return [...joint, ...solos];
}

/**
 * The hit that gives the verdict. Where the verdict is certain but not the hit, every staged policy
 * that may be behind it is charged: too many rather than none, since none would read as safe.
 */
function jointly(evaluation: FlowEvaluation): Pick<ChangeCharge, 'policy' | 'rule'>[] {
  const { decidedBy, flippedBy, solos } = evaluation;
  if (decidedBy !== null) return [{ policy: decidedBy.policy, rule: decidedBy.ruleIndex }];
  const suspects: readonly Pick<SoloOutcome, 'policy'>[] = flippedBy.length > 0 ? flippedBy : solos;
  return suspects.map(({ policy }) => ({ policy, rule: 'other' }));
}
