import { CodedError } from '../std/coded-error.ts';
import type { Health } from './health.ts';
import type { LimitName } from './limits.ts';
import type { Clock, RestartCause, StageEvents, TopicPartition } from './ports.ts';

export interface WatchdogOptions {
  /** Who else is told of what happens. */
  readonly events: StageEvents;
  /** Whether the process should be left alone. */
  readonly live: Health;
  /** Whoever waits for something known (a broker, a registry) says so there: that is no silent stall. */
  readonly ready: Health;
  readonly clock: Clock;
  /** How long nothing may move while records wait. */
  readonly stallMs: number;
}

/** How long nothing may move, and how often that is looked at. Tests shorten it. */
export const watchTiming = { stallMs: 300_000, everyMs: 5000 };

/**
 * Notices a stage that holds partitions, waits for nothing that it knows of, and gets nowhere, be it that
 * records wait or that it asks for none: a living process that consumes nothing. It listens in on what source and sink report.
 */
export class Watchdog implements StageEvents {
  readonly #options: WatchdogOptions;
  readonly #lags = new Map<string, number>();
  #movedMs: number;
  #fetchedMs: number;
  #holds = false;
  /** The consumer was begun anew, and no batch was done since. */
  #isSecondTry = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#movedMs = options.clock.monotonicMs();
    this.#fetchedMs = this.#movedMs;
    options.live.pass('progress', 'nothing waits');
  }

  /**
   * To be asked every now and then. The first time that nothing moves, beginning anew may help.
   * @throws CodedError `stage/stalled` if it did not
   */
  check(): 'well' | 'restart' {
    const { live, ready, clock, stallMs } = this.#options;
    const waiting = [...this.#lags.values()].reduce((sum, records) => sum + records, 0);
    if (!ready.ok()) this.#moved();
    if (waiting === 0) this.#waited();
    const stillMs = clock.monotonicMs() - this.#movedMs;
    if (stillMs < stallMs) {
      live.pass('progress', waiting === 0 ? 'nothing waits' : 'under way');
      return 'well';
    }
    const what =
      waiting === 0 ? 'nothing was fetched' : `${waiting} records wait and none was judged`;
    const detail = `${what} for ${Math.round(stillMs / 1000)} s`;
    if (!this.#isSecondTry) {
      this.#isSecondTry = true;
      this.#moved();
      live.pass('progress', `${detail}, beginning anew`);
      return 'restart';
    }
    live.fail('progress', detail);
    throw new CodedError(
      'stage/stalled',
      `${detail}, although nothing is known to be in the way and the consumer was begun anew; start again: ` +
        'what is not acknowledged comes again',
    );
  }

  /** Not even beginning anew could be done. */
  failed(): void {
    this.#options.live.fail('progress', 'the consumer could not begin anew');
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.#moved();
    this.#holds = partitions.length > 0;
    const held = new Set(partitions.map(placeOf));
    for (const place of this.#lags.keys()) if (!held.has(place)) this.#lags.delete(place);
    this.#options.events.assigned(partitions);
  }

  rebalanced(): void {
    this.#moved();
    this.#options.events.rebalanced();
  }

  fetched(): void {
    this.#fetchedMs = this.#options.clock.monotonicMs();
    this.#options.events.fetched();
  }

  restarted(cause: RestartCause): void {
    this.#options.events.restarted(cause);
  }

  lag(at: TopicPartition, records: number): void {
    this.#lags.set(placeOf(at), records);
    this.#options.events.lag(at, records);
  }

  gap(at: TopicPartition, records: number): void {
    this.#options.events.gap(at, records);
  }

  commitFailed(): void {
    this.#options.events.commitFailed();
  }

  produceRetried(): void {
    this.#options.events.produceRetried();
  }

  limitReached(limit: LimitName): void {
    this.#options.events.limitReached(limit);
  }

  batchDone(records: number, seconds: number): void {
    this.#moved();
    this.#isSecondTry = false;
    this.#options.events.batchDone(records, seconds);
  }

  /** To ask for records where there are none is all that can be done; not to ask is a stall, too. */
  #waited(): void {
    if (!this.#holds) return this.#moved();
    if (this.#fetchedMs <= this.#movedMs) return;
    this.#movedMs = this.#fetchedMs;
    this.#isSecondTry = false;
  }

  #moved(): void {
    this.#movedMs = this.#options.clock.monotonicMs();
  }
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
