import { setTimeout as sleep } from 'node:timers/promises';

import type { Admin } from 'kafkajs';

import type { Health } from '../stage/health.ts';
import type { Clock, Logger } from '../stage/ports.ts';
import { CodedError } from '../std/coded-error.ts';
import { explain, reasonOf, troubleOf } from './errors.ts';

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
const reportEveryMs = 10_000;

/**
 * Waits for a broker to answer and to let us in, saying so now and then.
 * @throws CodedError `kafka/unreachable` after `timeoutMs`; at once where waiting cannot help
 */
export async function reachBroker(options: ReachOptions, signal: AbortSignal): Promise<void> {
  const { brokers, timeoutMs, health, logger, clock } = options;
  const startMs = clock.monotonicMs();
  let reportAtMs = startMs;
  for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.max)) {
    signal.throwIfAborted();
    const error = await attempt(options.createAdmin());
    if (error === null) return health.pass('kafka', 'a broker answers');
    const trouble = troubleOf(error);
    if (trouble === 'not-authorised' || trouble === 'untrusted' || error instanceof CodedError) {
      throw explain(error, `connect to ${brokers.join(', ')}`);
    }
    const reason = reasonOf(error);
    const nowMs = clock.monotonicMs();
    if (nowMs - startMs + waitMs > timeoutMs) throw unreachable(options, error);
    health.fail('kafka', `no broker answers: ${reason}`);
    if (nowMs >= reportAtMs) {
      logger.warn({ brokers, reason }, 'no broker answers, trying again');
      reportAtMs = nowMs + reportEveryMs;
    }
    await sleep(waitMs, undefined, { signal });
  }
}

/** The error of one attempt; `null` = a broker answered. */
async function attempt(admin: Admin): Promise<unknown> {
  try {
    await admin.connect();
    return null;
  } catch (error) {
    return error;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

function unreachable({ brokers, timeoutMs }: ReachOptions, cause: unknown): CodedError {
  return new CodedError(
    'kafka/unreachable',
    `no broker of ${brokers.map((broker) => `\`${broker}\``).join(', ')} answered within ` +
      `${timeoutMs / 1000} s: ${reasonOf(cause)} (check \`kafka.brokers\`, or wait longer with \`--startup-timeout\`)`,
    { cause },
  );
}
