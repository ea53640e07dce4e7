import type { Clock, Counters, RestartCause, StageEvents, TopicPartition } from '../stage/ports.ts';
import { StandingTally } from '../stage/standing-tally.ts';
import type { Tally } from '../stage/tally.ts';
import { EventTimes } from './event-times.ts';
import type { MetricFamily } from './metric-family.ts';
import type { CounterName, Metrics } from './metrics.ts';
import type { PolicyStore } from './policy-store.ts';

export interface StageMetricsOptions {
  readonly metrics: Metrics;
  readonly store: PolicyStore;
  readonly clock: Clock;
}

/** Adds up what the stage does, into the metrics of contract 6. */
export class StageMetrics implements Counters, StageEvents {
  readonly #metrics: Metrics;
  readonly #store: PolicyStore;
  readonly #clock: Clock;
  readonly #assigned = new Map<string, TopicPartition>();
  readonly #eventTimes = new EventTimes();
  readonly #standing = new StandingTally((sum) => this.#count(sum));

  constructor({ metrics, store, clock }: StageMetricsOptions) {
    this.#store = store;
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** The metrics get it when they are read: the same is charged again and again. */
  add(tally: Tally): void {
    this.#eventTimes.saw(tally.at, this.#standing.add(tally), this.#clock.nowMs());
  }

  #count(tally: Tally): void {
    const { records, flows, upstreamPending, dialects, uncertain } = tally.sums();
    for (const [outcome, count] of Object.entries(records)) {
      this.#increase('rehearsal_records_total', { outcome }, count);
    }
    for (const [direction, changes] of Object.entries(flows)) {
      for (const [change, count] of Object.entries(changes)) {
        const labels = { direction, change: change.replace('-', '_') };
        this.#increase('rehearsal_flows_total', labels, count);
      }
    }
    for (const [agreement, count] of Object.entries(upstreamPending)) {
      this.#increase('rehearsal_upstream_pending_total', { agreement }, count);
    }
    for (const [dialect, count] of dialects) {
      this.#increase('rehearsal_dialect_records_total', { dialect }, count);
    }
    for (const [reason, count] of uncertain) {
      this.#increase('rehearsal_uncertain_flows_total', { reason }, count);
    }
    for (const [reason, count] of tally.deadLetters) {
      this.#increase('rehearsal_dead_letter_records_total', { reason }, count);
    }
    for (const [limit, count] of tally.limitsReached) {
      this.#increase('rehearsal_limit_reached_total', { limit }, count);
    }
    for (const charged of tally.charged) charged.counter?.add(charged);
  }

  /** Every row of these lists stands at 0 from the start. */
  #increase(name: CounterName, labels: Record<string, string>, count: number): void {
    if (count > 0) this.#metrics.increase(name, labels, count);
  }

  /** A bound of `limits.*` was hit, and something refused, dropped or left out. */
  limitReached(limit: string): void {
    this.#metrics.increase('rehearsal_limit_reached_total', { limit });
  }

  assigned(partitions: readonly TopicPartition[]): void {
    const now = new Map(partitions.map((at) => [lagKey(at), at]));
    for (const [key, at] of this.#assigned) {
      if (!now.has(key)) this.#metrics.remove('rehearsal_consumer_lag_records', lagLabels(at));
    }
    this.#assigned.clear();
    for (const [key, at] of now) this.#assigned.set(key, at);
    this.#eventTimes.assigned(partitions, this.#clock.nowMs());
  }

  rebalanced(): void {
    this.#metrics.increase('rehearsal_consumer_rebalances_total');
  }

  restarted(cause: RestartCause): void {
    this.#metrics.increase('rehearsal_consumer_restarts_total', { cause });
  }

  /** A late word of a partition that was taken away does not bring its series back. */
  lag(at: TopicPartition, records: number): void {
    if (!this.#assigned.has(lagKey(at))) return;
    this.#eventTimes.lag(at, records);
    this.#metrics.set('rehearsal_consumer_lag_records', lagLabels(at), records);
  }

  gap(_at: TopicPartition, records: number): void {
    this.#metrics.increase('rehearsal_offset_gap_records_total', {}, records);
  }

  commitFailed(): void {
    this.#metrics.increase('rehearsal_commit_failures_total');
  }

  /** Whoever watches for it is told as well. */
  fetched(): void {}

  produceRetried(): void {
    this.#metrics.increase('rehearsal_produce_retries_total');
  }

  batchDone(records: number, seconds: number): void {
    this.#metrics.observe('rehearsal_batch_records', records);
    this.#metrics.observe('rehearsal_batch_seconds', seconds);
  }

  /** Everything as it stands now. */
  async read(): Promise<MetricFamily[]> {
    this.#standing.settle();
    const ageMs = this.#eventTimes.ageMs(this.#clock.nowMs());
    if (ageMs !== null) this.#metrics.set('rehearsal_event_time_lag_seconds', {}, ageMs / 1000);
    return [...(await this.#metrics.read()), ...this.#store.read()];
  }
}

function lagKey({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function lagLabels({ topic, partition }: TopicPartition) {
  return { topic, partition: String(partition) };
}
