import type { Direction, Verdict } from '../actions.ts';
import type { PolicyHit, PolicyRef } from '../hit.ts';
import type { Candidate } from '../index/candidate.ts';

/** Which policies count: the enforced ones, all, or one staged policy with the enforced ones (contract 3). */
export type PolicyScope = 'enforced' | 'pending' | { readonly solo: PolicyRef };

/** Whether the assumptions of contract 4 are taken for facts or for gaps. */
export type Knowledge = 'strict' | 'assuming';

/** One connection as the evaluator sees it. Numbers are -1 where they are unknown. */
export interface Facts {
  readonly direction: Direction;
  /** 0..255 as in the record; numbers outside 1..255 match no rule (semantics 4.4). */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destPort: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly source: Candidate;
  readonly destination: Candidate;
}

/**
 * What one scope says of one connection. `gaps` tells which questions were open, as bits of `Gap`,
 * on the way to whatever is not settled (an undecided verdict, or a trace that stops early).
 */
export type ScopeEvaluation =
  | {
      readonly status: 'decided';
      readonly verdict: Verdict;
      readonly trace: readonly PolicyHit[];
      /** False: every way gives this verdict, by different rules; `trace` is what they share. */
      readonly isTraceCertain: boolean;
      readonly gaps: number;
    }
  | {
      readonly status: 'uncertain';
      readonly trace: readonly PolicyHit[];
      readonly possible: readonly Verdict[];
      readonly gaps: number;
      /**
       * The first question that unknown labels left open: `policy * 2` = whether the policy selects,
       * `rule * 2 + 1` = whether the rule matches; -1 = none.
       */
      readonly labelQuestion: number;
    }
  /** Only under `mode: calico` (semantics 5.6). */
  | { readonly status: 'failed' };

/** The questions that can stay open, one bit each. */
export const Gap = {
  sourceAddress: 1 << 0,
  destAddress: 1 << 1,
  sourcePort: 1 << 2,
  destPort: 1 << 3,
  protocol: 1 << 4,
  icmp: 1 << 5,
  http: 1 << 6,
  sourceLabels: 1 << 7,
  destLabels: 1 << 8,
  absentLabel: 1 << 9,
  volatileLabel: 1 << 10,
  namespaceLabels: 1 << 11,
  serviceAccount: 1 << 12,
  serviceEndpoints: 1 << 13,
  networkSet: 1 << 14,
  rejectedPolicy: 1 << 15,
  addressOwner: 1 << 16,
  addressOwnerAssumed: 1 << 17,
} as const;

/** The gaps that knowing every label would close. */
export const LABEL_GAPS =
  Gap.sourceLabels |
  Gap.destLabels |
  Gap.absentLabel |
  Gap.volatileLabel |
  Gap.namespaceLabels |
  Gap.serviceAccount;
