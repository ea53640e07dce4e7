import type { Consumer } from 'kafkajs';

import type { Health } from '../stage/health.ts';
import type { Clock, Logger, StageEvents, TopicPartition } from '../stage/ports.ts';
import { SeldomLog } from '../stage/seldom-log.ts';
import { CodedError } from '../std/coded-error.ts';
import { explain, isLasting, reasonOf, restartCauseOf, troubleOf } from './errors.ts';
import { failpoint } from './failpoints.ts';
import { sleep } from './sleep.ts';

export interface MembershipOptions {
  readonly consumer: Pick<Consumer, 'on' | 'events'>;
  readonly join: () => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Why the group has no coordinator for us; `null` if it has one. */
  readonly coordinatorRefusal: () => Promise<unknown>;
  readonly groupId: string;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

const rejoinMs = { first: 100, max: 5000 };

/**
 * Keeps a consumer in its group: after a crash it joins again, for as long as that may help. A crash
 * is the normal course of a lost coordinator; a consumer that stays crashed would consume nothing for
 * ever and look alive.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #seldom: SeldomLog;
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #everJoined = false;
  #failed = false;
  #waitMs = rejoinMs.first;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#seldom = new SeldomLog(options.logger, options.clock);
    // A failure is told to whoever keeps the membership, and there may be nobody.
    this.#ended.promise.catch(() => {});
  }

  /** Joins, and resolves after `end`. Rejects once nothing will help any more. */
  async keep(): Promise<void> {
    this.#listen();
    await this.#join();
    return this.#ended.promise;
  }

  /** Leaves the group, or gives up leaving it after `timeoutMs`. */
  async end(timeoutMs: number): Promise<void> {
    this.#ending.abort(new Error('leaving the group'));
    await this.#leaveWithin(timeoutMs);
    this.#ended.resolve();
  }

  /**
   * Leaves the group and joins it again. A consumer that cannot even be left must not be joined by: two
   * of it would work on the same partitions.
   * @throws CodedError `stage/stalled`
   */
  async restart(timeoutMs: number): Promise<void> {
    const { events, groupId, logger } = this.#options;
    events.restarted('stall');
    logger.warn({ groupId }, 'nothing moves, joining the group anew');
    if (!(await this.#leaveWithin(timeoutMs))) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new CodedError(
        'stage/stalled',
        `no record was judged, and the consumer did not end within ${seconds} s to begin anew`,
      );
    }
    if (!this.#failed && !this.#ending.signal.aborted) await this.#join();
  }

  /** Ends the membership with an error. */
  fail(error: unknown): void {
    this.#failed = true;
    this.#options.health.fail('kafka', reasonOf(error));
    this.#ended.reject(error);
  }

  /** Throws if the membership has failed, so that nothing is worked on any more. */
  assertKept(): void {
    if (this.#failed) throw new Error('the membership has failed');
  }

  #listen(): void {
    const { consumer, events, health, logger, groupId } = this.#options;
    const on = consumer.on.bind(consumer);
    on(consumer.events.GROUP_JOIN, ({ payload }) => {
      failpoint('rebalance');
      const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition): TopicPartition => ({ topic, partition })),
      );
      this.#everJoined = true;
      this.#waitMs = rejoinMs.first;
      events.assigned(assigned);
      health.pass('kafka', `${assigned.length} partitions assigned`);
      logger.info({ groupId, partitions: assigned.length }, 'joined the group');
    });
    on(consumer.events.REBALANCING, () => events.rebalanced());
    on(consumer.events.CRASH, ({ payload }) => void this.#recover(payload.error));
  }

  async #join(): Promise<void> {
    try {
      await this.#options.join();
    } catch (error) {
      await this.#recover(error);
    }
  }

  async #recover(crash: unknown): Promise<void> {
    const { events, health, groupId } = this.#options;
    const error = await this.#behind(crash);
    if (this.#failed || this.#ending.signal.aborted) return;
    if (this.#isFinal(error)) return this.fail(explain(error, `consume as group \`${groupId}\``));
    const reason = reasonOf(error);
    events.restarted(restartCauseOf(error));
    health.fail('kafka', reason);
    this.#seldom.warn('crash', { groupId, reason }, 'lost the group, joining again');
    try {
      await sleep(this.#waitMs, this.#ending.signal);
    } catch {
      return;
    }
    this.#waitMs = Math.min(this.#waitMs * 2, rejoinMs.max);
    await this.#join();
  }

  /** kafkajs hides why it finds no coordinator. */
  async #behind(crash: unknown): Promise<unknown> {
    const isHidden = crash instanceof Error && crash.name === 'KafkaJSGroupCoordinatorNotFound';
    return isHidden ? ((await this.#options.coordinatorRefusal()) ?? crash) : crash;
  }

  /** What never helped will not; what once did may come back, a right or a certificate too. */
  #isFinal(error: unknown): boolean {
    if (isLasting(error)) return true;
    switch (troubleOf(error)) {
      case 'topic-missing':
        return true;
      case 'not-authorised':
      case 'untrusted':
        return !this.#everJoined;
      case 'unreachable':
        return false;
      case 'failed':
        return error instanceof CodedError;
      default:
        return false;
    }
  }

  /** False if it takes longer. */
  async #leaveWithin(timeoutMs: number): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(resolve, timeoutMs, false);
    const left = this.#leave().then(() => true);
    return Promise.race([left, late]).finally(() => clearTimeout(timer));
  }

  async #leave(): Promise<void> {
    try {
      await this.#options.leave();
    } catch (error) {
      this.#options.logger.debug({ reason: reasonOf(error) }, 'could not leave the group in order');
    }
  }
}
