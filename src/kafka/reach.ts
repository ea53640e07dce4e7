import type { Admin } from 'kafkajs';

import type { Health } from '../stage/health.ts';
import type { Clock, Logger } from '../stage/ports.ts';
import { SeldomLog } from '../stage/seldom-log.ts';
import { CodedError } from '../std/coded-error.ts';
import { explain, reasonOf, troubleOf } from './errors.ts';
import { sleep } from './sleep.ts';

export interface ReachOptions {
  /** A client that gives up quickly; called anew for each attempt. */
  readonly createAdmin: () => Admin;
  readonly brokers: readonly string[];
  readonly timeoutMs: number;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

const retryMs = { first: 200, max: 2000 };

/**
 * Waits for a broker to answer what `ask` wants to know, saying so now and then.
 * @throws CodedError `kafka/unreachable` after `timeoutMs`; at once where waiting cannot help
 */
export async function reachBroker<T>(
  options: ReachOptions,
  ask: (admin: Admin) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { brokers, timeoutMs, health, logger, clock } = options;
  const startMs = clock.monotonicMs();
  const seldom = new SeldomLog(logger, clock);
  for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.max)) {
    signal.throwIfAborted();
    try {
      const answer = await attempt(options.createAdmin(), ask);
      // Ready is who has partitions to read.
      health.fail('kafka', 'a broker answers, no partitions assigned yet');
      return answer;
    } catch (error) {
      if (isHopeless(error)) throw explain(error, `connect to ${brokers.join(', ')}`);
      const nowMs = clock.monotonicMs();
      if (nowMs - startMs + waitMs > timeoutMs) throw unreachable(options, error);
      const reason = reasonOf(error);
      health.fail('kafka', `no broker answers: ${reason}`);
      seldom.warn('unreachable', { brokers, reason }, 'no broker answers, trying again');
    }
    await sleep(waitMs, signal);
  }
}

async function attempt<T>(admin: Admin, ask: (admin: Admin) => Promise<T>): Promise<T> {
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

function isHopeless(error: unknown): boolean {
  const trouble = troubleOf(error);
  return trouble === 'not-authorised' || trouble === 'untrusted' || error instanceof CodedError;
}

function unreachable({ brokers, timeoutMs }: ReachOptions, cause: unknown): CodedError {
  const reason = reasonOf(cause);
  const hint = isHungUp.test(reason)
    ? 'check that `kafka.ssl` and `kafka.sasl` fit the port'
    : 'check `kafka.brokers`; `run` waits longer with `--startup-timeout`';
  const names = brokers.map((broker) => `\`${broker}\``).join(', ');
  return new CodedError(
    'kafka/unreachable',
    `no broker of ${names} answered within ${timeoutMs / 1000} s: ${reason} (${hint})`,
    { cause },
  );
}

/** How a port that is spoken to in the wrong way ends the conversation. */
const isHungUp = /limits\.frameBytes|before secure TLS|Closed connection/;
