import { PROFILE_TIER, type PolicyRef } from '../policy/hit.ts';
import { unreachable } from '../std/assert.ts';
import type { Charge } from '../stage/cells.ts';
import type { Labels } from './label-text.ts';
import type { MetricName } from './metric-table.ts';

/** Series that one charge is counted in: of flows, and where there are more, of connections and bytes. */
export const metricsOfCharge = {
  'would-deny': [
    'rehearsal_would_deny_flows_total',
    'rehearsal_would_deny_connections_total',
    'rehearsal_would_deny_bytes_total',
  ],
  'would-allow': ['rehearsal_would_allow_flows_total'],
  hit: ['rehearsal_policy_hits_total'],
  touch: ['rehearsal_policy_flows_total'],
} as const satisfies Record<Charge['counts'], readonly MetricName[]>;

/** Series that every policy has one of. */
export const metricsOfPolicy = {
  info: 'rehearsal_policy_info',
  firstObserved: 'rehearsal_policy_first_observed_timestamp_seconds',
  lastWouldDeny: 'rehearsal_policy_last_would_deny_timestamp_seconds',
} as const satisfies Record<string, MetricName>;

/** The metrics that have series for each policy, and are kept in tables of our own. */
export type PolicyMetricName =
  | (typeof metricsOfCharge)[Charge['counts']][number]
  | (typeof metricsOfPolicy)[keyof typeof metricsOfPolicy];

/** Who a policy is: the first labels of every metric of policies. */
export function policyLabels(set: string, { tier, kind, namespace, name }: PolicyRef): Labels {
  return { set, tier, kind, policy_namespace: namespace, policy: name };
}

/**
 * All labels of a charge's series. Profiles share one name: a namespace that nobody loaded has one too,
 * and its name comes out of a record.
 */
export function chargeLabels(set: string, charge: Charge): Labels {
  const { direction } = charge;
  const policy = policyLabels(set, charge.policy.kind === 'Profile' ? PROFILES : charge.policy);
  switch (charge.counts) {
    case 'would-deny':
    case 'would-allow': {
      const { attribution } = charge;
      return { ...policy, rule: String(charge.rule), direction, attribution };
    }
    case 'hit':
      return { ...policy, rule: String(charge.rule), direction, action: charge.action };
    case 'touch':
      return { ...policy, direction, certainty: charge.certainty };
    default:
      return unreachable(charge);
  }
}

const PROFILES: PolicyRef = {
  kind: 'Profile',
  namespace: '',
  name: PROFILE_TIER,
  tier: PROFILE_TIER,
};
