import { setImmediate as nextTurn } from 'node:timers/promises';

import type { PolicyMode } from '../policy/actions.ts';
import type { IndexedPolicy } from '../policy/index/policies.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { Metrics } from './metrics.ts';
import { PolicyBook } from './policy-book.ts';
import type { PolicyStore } from './policy-store.ts';

/** A set of policies that is now in force. */
export interface PoliciesInForce {
  readonly policies: readonly IndexedPolicy[];
  /** Of `prepare`. */
  readonly book: PolicyBook;
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
  readonly store: PolicyStore;
}

/** The metrics about the policies themselves; every series of theirs stands at 0 once they are loaded. */
export class PolicyMetrics {
  readonly #options: PolicyMetricsOptions;

  constructor(options: PolicyMetricsOptions) {
    this.#options = options;
  }

  /**
   * Opens every series that flows could bring to these policies, a few at a time: records go before.
   * `specHashes` in the order of the policies.
   */
  async prepare(
    policies: readonly IndexedPolicy[],
    specHashes: readonly string[],
  ): Promise<PolicyBook> {
    const book = new PolicyBook(this.#options.store);
    for (const [position, policy] of policies.entries()) {
      if (position % policiesAtOnce === 0) await nextTurn();
      book.enter(policy, specHashes[position] ?? '');
    }
    return book;
  }

  /** Call once they are prepared. */
  loaded(inForce: PoliciesInForce): void {
    const { metrics, store, set } = this.#options;
    const { book, mode, hash, compileSeconds, readMs } = inForce;
    store.hold(book);
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
