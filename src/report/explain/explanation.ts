import type { FlowEvaluation } from '../../flow/evaluation.ts';
import type { ReasonCode } from '../../flow/reasons.ts';
import type { RuleAction, Verdict } from '../../policy/actions.ts';
import type { StagedAction } from '../../policy/resources/model.ts';

/** What is said of one thing under the enforced policies, and with all staged ones enforced. */
export interface BothScopes<Answer> {
  readonly enforced: Answer;
  readonly pending: Answer;
}

/** All that there is to be told of one flow. */
export interface Explanation {
  readonly flow: ExplainedFlow;
  readonly evaluation: FlowEvaluation;
  /** The different ways in which connections of the flow go, those of most connections first. */
  readonly walks: readonly ConnectionWalk[];
  /** Connections that the flow may stand for and that are in none of the walks. */
  readonly untold: number;
  /** Staged policies that one might expect here, and why they are not. */
  readonly elsewhere: readonly PolicyElsewhere[];
  readonly doubts: readonly Doubt[];
}

export interface ExplainedFlow {
  readonly source: ExplainedEnd;
  readonly destination: ExplainedEnd;
  /** `tcp/6379`. */
  readonly service: string;
  readonly local: 'source' | 'destination' | null;
  /** What the record says was enforced. */
  readonly action: Verdict | null;
}

export interface ExplainedEnd {
  readonly name: string;
  /** As the record gives them, each `key=value`; `null` = it gives none. */
  readonly labels: readonly string[] | null;
  readonly addresses: string;
}

export interface ConnectionWalk {
  readonly connections: number;
  /** Of their addresses; 0 = either. */
  readonly family: 0 | 4 | 6;
  readonly verdict: BothScopes<WalkVerdict>;
  readonly tiers: readonly TierWalk[];
  readonly profiles: readonly PolicyWalk[];
}

export type WalkVerdict = Verdict | 'open' | 'failed';

export interface TierWalk {
  readonly tier: string;
  readonly policies: readonly PolicyWalk[];
  /** What the end of the tier does; `null` = it is not reached. */
  readonly end: BothScopes<'deny' | 'pass' | null>;
}

export interface PolicyWalk {
  /** `snp:shop/web`. */
  readonly policy: string;
  readonly stagedAction: StagedAction | null;
  readonly selects: 'yes' | 'maybe';
  /** The selector, and the labels that decide; empty for profiles. */
  readonly selector: string;
  readonly because: string;
  /** Why it does not count with all staged policies enforced; empty if it does. */
  readonly note: string;
  readonly answer: BothScopes<PolicyAnswer>;
  readonly rules: readonly RuleWalk[];
}

/** `absent`: it does not count in the scope. `unreached`: another policy had decided before. */
export type PolicyAnswer = RuleAction | 'unknown' | 'no-rule' | 'open' | 'absent' | 'unreached';

export interface RuleWalk {
  readonly rule: number;
  readonly action: RuleAction | 'unknown';
  /** What it asks, each `path: text`. */
  readonly asks: readonly string[];
  readonly answer: BothScopes<RuleAnswer>;
  /** The first criterion that fails, or else those that are open; `null` = all hold, or it was not asked. */
  readonly failed: FailedCriterion | null;
}

export type RuleAnswer = 'yes' | 'no' | 'maybe' | null;

export interface FailedCriterion {
  readonly path: string;
  readonly answer: 'no' | 'maybe';
  readonly wanted: string;
  readonly found: string;
  /** Why it is open. */
  readonly reasons: readonly ReasonCode[];
}

export interface PolicyElsewhere {
  readonly policy: string;
  readonly why: string;
}

export interface Doubt {
  readonly reason: ReasonCode;
  readonly isAssumption: boolean;
  readonly means: string;
  readonly remedy: string;
}
