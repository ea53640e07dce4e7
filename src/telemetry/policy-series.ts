import type { PolicyRef } from '../policy/hit.ts';
import { unreachable } from '../std/assert.ts';
import type { Charge } from '../stage/cells.ts';
import type { CounterName, Labels } from './metrics.ts';

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
} as const satisfies Record<Charge['counts'], readonly CounterName[]>;

/** Who a policy is: the first labels of every metric of policies. */
export function policyLabels(set: string, { tier, kind, namespace, name }: PolicyRef): Labels {
  return { set, tier, kind, policy_namespace: namespace, policy: name };
}

/** All labels of a charge's series. */
export function chargeLabels(set: string, charge: Charge): Labels {
  const { direction } = charge;
  const policy = policyLabels(set, charge.policy);
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

/** Labels of the row that holds every charge of this kind beyond the cap. */
export function overflowLabels(set: string, charge: Charge): Labels {
  const blank = Object.keys(chargeLabels(set, charge)).map((name) => [name, ''] as const);
  return { ...Object.fromEntries(blank), set, policy: '__overflow__' };
}
