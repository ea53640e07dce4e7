import type { PolicyMode } from '../policy/actions.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { Policy, Resources } from '../policy/resources/model.ts';
import type { Metrics } from './metrics.ts';
import type { PolicyCells } from './policy-cells.ts';
import { policyLabels } from './policy-series.ts';
import { possibleCharges } from './possible-charges.ts';

/** A set of policies that is now in force. */
export interface PoliciesInForce {
  readonly resources: Resources;
  readonly mode: PolicyMode;
  /** `policy_hash` of the set. */
  readonly hash: string;
  readonly compileSeconds: number;
  /** Wall-clock ms since 1970. */
  readonly readMs: number;
}

export interface PolicyMetricsOptions {
  /** `policies.set`. */
  readonly set: string;
  readonly metrics: Metrics;
  readonly cells: PolicyCells;
}

/** The metrics about the policies themselves; every series of theirs stands at 0 once they are loaded. */
export class PolicyMetrics {
  readonly #options: PolicyMetricsOptions;
  #specHashes = new Map<string, string>();

  constructor(options: PolicyMetricsOptions) {
    this.#options = options;
  }

  loaded(inForce: PoliciesInForce): void {
    const { metrics, set } = this.#options;
    const { resources, mode, hash, compileSeconds, readMs } = inForce;
    this.#policies(resources, hash);
    metrics.clear('rehearsal_policy_set_info');
    metrics.set('rehearsal_policy_set_info', { set, hash, mode }, 1);
    this.#objects(resources);
    metrics.set('rehearsal_policy_compile_seconds', {}, compileSeconds);
    metrics.set('rehearsal_policy_last_reload_timestamp_seconds', {}, readMs / 1000);
    metrics.set('rehearsal_policy_last_reload_successful', {}, 1);
    metrics.increase('rehearsal_policy_reload_total', { result: 'success' });
  }

  /** The policies could not be used; whatever was in force stays. */
  refused(): void {
    const { metrics } = this.#options;
    metrics.set('rehearsal_policy_last_reload_successful', {}, 0);
    metrics.increase('rehearsal_policy_reload_total', { result: 'failure' });
  }

  #policies({ policies, tiers }: Resources, specHash: string): void {
    const { metrics, cells, set } = this.#options;
    const defaultActions = new Map(tiers.map((tier) => [tier.name, tier.defaultAction]));
    const specHashes = new Map<string, string>();
    metrics.clear('rehearsal_policy_info');
    for (const policy of policies) {
      for (const charge of possibleCharges(policy, defaultActions.get(policy.tier) ?? 'deny')) {
        cells.cellOf(charge);
      }
      const labels = policyLabels(set, policy);
      const staged_action = policy.stagedAction ?? '';
      metrics.set('rehearsal_policy_info', { ...labels, staged_action, spec_hash: specHash }, 1);
      const key = JSON.stringify(labels);
      const before = this.#specHashes.get(key);
      if (before !== undefined && before !== specHash) cells.timesOf(policy).observeAnew();
      specHashes.set(key, specHash);
    }
    this.#specHashes = specHashes;
  }

  #objects({ policies, tiers, inventory }: Resources): void {
    const { metrics } = this.#options;
    metrics.clear('rehearsal_policy_objects');
    for (const kind of Object.keys(policyKinds)) {
      for (const state of states) {
        const count = policies.filter(
          (policy) => policy.kind === kind && stateOf(policy) === state,
        );
        metrics.set('rehearsal_policy_objects', { kind, state }, count.length);
      }
    }
    const others = {
      Tier: tiers.length,
      Namespace: inventory.namespaces.size,
      ServiceAccount: inventory.serviceAccounts.size,
      WorkloadEndpoint: inventory.endpoints.length,
      HostEndpoint: inventory.hostEndpoints.length,
      NetworkSet: inventory.networkSets.filter(({ namespace }) => namespace !== '').length,
      GlobalNetworkSet: inventory.networkSets.filter(({ namespace }) => namespace === '').length,
      IPPool: inventory.ipPools.length,
    };
    for (const [kind, count] of Object.entries(others)) {
      metrics.set('rehearsal_policy_objects', { kind, state: 'loaded' }, count);
    }
  }
}

const states = ['loaded', 'inert', 'rejected'] as const;

function stateOf({ state }: Policy): (typeof states)[number] {
  return state === 'live' ? 'loaded' : state;
}
