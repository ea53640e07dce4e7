import type { Direction, Verdict } from '../policy/actions.ts';
import type { PolicyHit, PolicyRef } from '../policy/hit.ts';
import type { ReasonCode } from './reasons.ts';

export type Change = 'unchanged' | 'newly-denied' | 'newly-allowed' | 'uncertain' | 'not-evaluated';

export type FlipCause = '' | 'staged' | 'drift' | 'both';

/** Whether what was found about a flow may carry a claim of safety (contract 3). */
export type Certainty = 'certain' | 'assumed' | 'uncertain';

/** The rule a would-be change is charged to: an index, -1 = end of tier, `other` = another policy's rule has the last word. */
export type ChargedRule = number | 'other';

/** One staged policy that could touch the flow, judged alone with the enforced ones. */
export interface SoloOutcome {
  readonly policy: PolicyRef;
  readonly certainty: Certainty;
  /** `null` = undecided. */
  readonly verdict: Verdict | null;
  readonly rule: ChargedRule;
}

/** All that Rehearsal says of one flow (contract 5). */
export interface FlowEvaluation {
  readonly direction: Direction | null;
  /** The pending trace; on an undecided flow it stops before the first undecidable policy. */
  readonly pending: readonly PolicyHit[];
  readonly verdict: Verdict | 'uncertain' | 'not-evaluated';
  /** What was enforced: the record's word, else the enforced scope's. `null` = nobody can say. */
  readonly baseline: Verdict | null;
  /** The enforced scope's own verdict; `null` = undecided. */
  readonly enforcedVerdict: Verdict | null;
  readonly change: Change;
  readonly decidedBy: PolicyHit | null;
  /** Only where `verdict` is `uncertain`. */
  readonly possibleVerdicts: readonly Verdict[];
  /** In the order of the table of reasons. */
  readonly reasons: readonly ReasonCode[];
  readonly flipCause: FlipCause;
  /** The staged policies whose solo verdict differs from the enforced one, as hits of theirs. */
  readonly flippedBy: readonly PolicyHit[];
  /** Own pending against the record's; `null` = the record has none. */
  readonly matchesUpstream: boolean | null;
  readonly certainty: Certainty;
  /** Every staged policy that could touch the flow, in index order. */
  readonly solos: readonly SoloOutcome[];
}
