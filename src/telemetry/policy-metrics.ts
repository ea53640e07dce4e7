import { setImmediate as nextTurn } from 'node:timers/promises';

import type { PolicyMode } from '../policy/actions.ts';
import type { IndexedPolicy } from '../policy/index/policies.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { Metrics } from './metrics.ts';
import type { PolicyCells } from './policy-cells.ts';
import { policyLabels } from './policy-series.ts';
import type { PolicyTimes } from './policy-times.ts';
import { possibleCharges } from './possible-charges.ts';

/** A set of policies that is now in force. */
export interface PoliciesInForce {
  readonly policies: readonly IndexedPolicy[];
  /** How many there are of each other kind of object. */
  readonly objects: Readonly<Record<string, number>>;
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
  #specHashes = new Map<PolicyTimes, string>();
  /** In force and not yet shown: a reload holds up records, a reading does not. */
  #unwritten: PoliciesInForce | null = null;

  constructor(options: PolicyMetricsOptions) {
    this.#options = options;
    options.metrics.beforeRead(() => this.#writeInfo());
  }

  /** Opens every series that flows could bring to these policies, a few at a time: records go before. */
  async prepare(policies: readonly IndexedPolicy[]): Promise<void> {
    const { cells } = this.#options;
    for (const [position, policy] of policies.entries()) {
      if (position % policiesAtOnce === 0) await nextTurn();
      for (const charge of possibleCharges(policy)) cells.cellOf(charge);
    }
  }

  /** Call once they are prepared. */
  loaded(inForce: PoliciesInForce): void {
    const { metrics, set } = this.#options;
    const { mode, hash, compileSeconds, readMs } = inForce;
    this.#policies(inForce);
    this.#unwritten = inForce;
    metrics.clear('rehearsal_policy_set_info');
    metrics.set('rehearsal_policy_set_info', { set, hash, mode }, 1);
    this.#objects(inForce);
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

  #policies({ policies, hash: spec_hash }: PoliciesInForce): void {
    const { cells } = this.#options;
    const specHashes = new Map<PolicyTimes, string>();
    for (const { ref } of policies) {
      const times = cells.timesOf(ref);
      const before = this.#specHashes.get(times);
      if (before !== undefined && before !== spec_hash) times.observeAnew();
      specHashes.set(times, spec_hash);
    }
    this.#specHashes = specHashes;
  }

  #writeInfo(): void {
    if (this.#unwritten === null) return;
    const { policies, hash: spec_hash } = this.#unwritten;
    this.#unwritten = null;
    const { metrics, set } = this.#options;
    metrics.clear('rehearsal_policy_info');
    for (const { ref, stagedAction } of policies) {
      const labels = { ...policyLabels(set, ref), staged_action: stagedAction ?? '', spec_hash };
      metrics.set('rehearsal_policy_info', labels, 1);
    }
  }

  #objects({ policies, objects }: PoliciesInForce): void {
    const { metrics } = this.#options;
    metrics.clear('rehearsal_policy_objects');
    const byState = Map.groupBy(policies, ({ ref, state }): string => `${ref.kind}/${state}`);
    for (const kind of Object.keys(policyKinds)) {
      for (const [state, shown] of Object.entries(states)) {
        const count = byState.get(`${kind}/${state}`)?.length ?? 0;
        metrics.set('rehearsal_policy_objects', { kind, state: shown }, count);
      }
    }
    for (const [kind, count] of Object.entries(objects)) {
      metrics.set('rehearsal_policy_objects', { kind, state: 'loaded' }, count);
    }
  }
}

/** About a millisecond of work. */
const policiesAtOnce = 25;

/** What a policy's state is called. */
const states = { live: 'loaded', inert: 'inert', rejected: 'rejected' } as const satisfies Record<
  IndexedPolicy['state'],
  string
>;
