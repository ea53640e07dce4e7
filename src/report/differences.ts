import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Verdict } from '../policy/actions.ts';
import type { FlipKind } from './flips.ts';
import { FlipGroups } from './groups.ts';
import type { Counted } from './counted.ts';

/** What the policies make of flows that others, taken for comparison, make something else of. */
export class Differences {
  readonly flows: Record<FlipKind | 'open' | 'same', number> = {
    'newly-denied': 0,
    'newly-allowed': 0,
    open: 0,
    same: 0,
  };
  readonly groups: FlipGroups;

  constructor(groupsMax: number) {
    this.groups = new FlipGroups(groupsMax);
  }

  /** Compares what becomes of the flows once everything staged is enforced, under either set. */
  add(counted: Counted): void {
    const { evaluation, before } = counted.sighting.answer;
    if (before === null) return;
    const difference = differenceOf(evaluation, before);
    this.flows[difference] += counted.flows;
    if (difference === 'open' || difference === 'same' || evaluation.direction === null) return;
    const { decidedBy, direction } = evaluation;
    const { flows, connections, bytes, firstMs, lastMs, sample, sighting } = counted;
    this.groups.add({
      flows,
      connections,
      bytes,
      firstMs,
      lastMs,
      sample,
      direction,
      flip: difference,
      conversation: sighting.conversation,
      rule: decidedBy === null ? null : { policy: decidedBy.policy, rule: decidedBy.ruleIndex },
      isAlone: false,
      isTogether: true,
    });
  }
}

/** Two open answers are no equal ones: what is open may differ. */
function differenceOf(after: FlowEvaluation, before: FlowEvaluation): FlipKind | 'open' | 'same' {
  const [now, then] = [verdictOf(after), verdictOf(before)];
  if (after.verdict === 'not-evaluated' && before.verdict === 'not-evaluated') return 'same';
  if (now === null || then === null) return 'open';
  if (now === then) return 'same';
  return now === 'deny' ? 'newly-denied' : 'newly-allowed';
}

function verdictOf({ verdict }: FlowEvaluation): Verdict | null {
  return verdict === 'allow' || verdict === 'deny' ? verdict : null;
}
