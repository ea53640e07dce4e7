import type { PolicyRef } from '../policy/hit.ts';
import type { Charge } from '../stage/cells.ts';
import type { Labels, Metrics } from './metrics.ts';
import { policyLabels } from './policy-series.ts';

/** When flows of one policy were seen: event times, ms since 1970; `null` = never. */
export class PolicyTimes {
  readonly #labels: Labels;
  readonly #metrics: Metrics;
  #firstObservedMs: number | null = null;
  #lastWouldDenyMs: number | null = null;

  constructor(set: string, policy: PolicyRef, metrics: Metrics) {
    this.#labels = policyLabels(set, policy);
    this.#metrics = metrics;
  }

  saw(counts: Charge['counts'], firstMs: number, lastMs: number): void {
    if (counts === 'touch') {
      this.#firstObservedMs = Math.min(this.#firstObservedMs ?? firstMs, firstMs);
    } else if (counts === 'would-deny') {
      this.#lastWouldDenyMs = Math.max(this.#lastWouldDenyMs ?? lastMs, lastMs);
    }
  }

  /** The policy changed, or what surrounds it: how long it was observed counts anew. */
  observeAnew(): void {
    if (this.#firstObservedMs === null) return;
    this.#firstObservedMs = null;
    this.#metrics.remove('rehearsal_policy_first_observed_timestamp_seconds', this.#labels);
  }

  flush(): void {
    const first = this.#firstObservedMs;
    const last = this.#lastWouldDenyMs;
    const [firstObserved, lastWouldDeny] = timestampMetrics;
    if (first !== null) this.#metrics.set(firstObserved, this.#labels, first / 1000);
    if (last !== null) this.#metrics.set(lastWouldDeny, this.#labels, last / 1000);
  }
}

const timestampMetrics = [
  'rehearsal_policy_first_observed_timestamp_seconds',
  'rehearsal_policy_last_would_deny_timestamp_seconds',
] as const;
