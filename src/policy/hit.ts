import type { HitAction } from './actions.ts';
import type { PolicyKind } from './kinds.ts';

/** Tier text of profile hits. */
export const PROFILE_TIER = '__PROFILE__';

/** Rule index of a hit that the tier's default action makes. */
export const END_OF_TIER = -1;

/**
 * Who a policy is. The identity is kind, namespace and name; the tier is an attribute (semantics 1.1).
 * `namespace` is empty for global kinds; `tier` is `PROFILE_TIER` for profiles. Records may disagree
 * with themselves in both.
 */
export interface PolicyRef {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
  readonly tier: string;
}

/**
 * One policy's decisive rule on a flow. `ruleIndex` -1 is the end of the tier, owned by `policy`
 * (the hit's trigger); -2 is unknown, only ever read from records.
 */
export interface PolicyHit {
  readonly policy: PolicyRef;
  readonly action: HitAction;
  readonly policyIndex: number;
  readonly ruleIndex: number;
}

/** Why a hit could not be read. */
export interface HitError {
  readonly kind: 'error';
  readonly message: string;
}
