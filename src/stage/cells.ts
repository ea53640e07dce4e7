import type { ChargedRule, Certainty } from '../flow/evaluation.ts';
import type { Direction, HitAction } from '../policy/actions.ts';
import type { PolicyRef } from '../policy/hit.ts';
import type { ChargedFlows } from './tally.ts';

/** Who is charged: the staged policies all together, or one of them alone (contract 3). */
export type Attribution = 'joint' | 'solo';

/** One row of the metrics of policies (contract 6) that a flow is counted in. */
export type Charge = ChangeCharge | HitCharge | TouchCharge;

/** `rehearsal_would_deny_*` and `rehearsal_would_allow_*`. */
export interface ChangeCharge {
  readonly counts: 'would-deny' | 'would-allow';
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly rule: ChargedRule;
  readonly attribution: Attribution;
}

/** `rehearsal_policy_hits_total`; `rule` is -1 at the end of a tier. */
interface HitCharge {
  readonly counts: 'hit';
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly rule: number;
  readonly action: HitAction;
}

/** `rehearsal_policy_flows_total`: the policy could touch the flow. */
interface TouchCharge {
  readonly counts: 'touch';
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly certainty: Certainty;
}

/**
 * Port to whoever keeps the counters of one set of policies. The stage asks once for each distinct
 * evaluation, not for each record, and afterwards speaks of the numbers alone: a tally says how many
 * flows, connections and bytes belong to each cell. Equal charges have equal numbers. Tallies outlive a
 * change of policies, so they bring along whose numbers theirs are.
 */
export interface Cells {
  /** A whole number from 0 that means something to these cells alone. */
  cellOf(charge: Charge): number;
  /** Adds what was acknowledged. */
  add(charged: ChargedFlows): void;
}
