import kafkajs, { type LogEntry, type logCreator } from 'kafkajs';

import type { Clock, Logger } from '../stage/ports.ts';
import { SeldomLog } from '../stage/seldom-log.ts';

/**
 * kafkajs's log as ours. What ends or degrades the stage we report ourselves, in words an operator
 * can act on; so kafkajs never speaks above `warn`, and its ordinary noise goes to `debug`.
 */
export function bridgeLogs(logger: Logger, clock: Pick<Clock, 'monotonicMs'>): logCreator {
  const seldom = new SeldomLog(logger, clock);
  return () => (entry) => {
    const fields = fieldsOf(entry);
    const message = messageOf(entry);
    if (isImportant(entry.level, message))
      seldom.warn(message.replace(/[^A-Za-z ].*/, ''), fields, message);
    else logger.debug(fields, message);
  };
}

/** Warnings and errors of kafkajs that belong to the normal course of a failover or a shutdown. */
const noise: readonly RegExp[] = [
  /^Topic creation errors/,
  /while another concurrent operation on the same transaction was ongoing/,
  /coordinator is (loading|not available)/i,
  /^Response without match/,
  /write after end/,
  /^The group is rebalancing, re-joining/,
  /^The coordinator is not aware of this member/,
  /^Response \w+\(key: /,
  /^Connection (error|timeout)/,
  /^Failed to connect to (seed )?broker/,
  /^Failed to send messages/,
  /^Crash: /,
  /^Restarting the consumer in /,
  /^Limiting retries for the idempotent producer/,
  /^Error when calling eachBatch/,
];

/** Of a broker that it knows and cannot log in to kafkajs gives the error itself, whatever its types say. */
function messageOf({ log }: LogEntry): string {
  const message: unknown = log.message;
  return message instanceof Error ? message.message : String(message);
}

function isImportant(level: kafkajs.logLevel, message: string): boolean {
  const loud = level === kafkajs.logLevel.ERROR || level === kafkajs.logLevel.WARN;
  return loud && !noise.some((pattern) => pattern.test(message));
}

/** The only fields let through: the rest may hold stacks, buffers or parts of records. */
const fieldNames = [
  'broker',
  'clientId',
  'groupId',
  'memberId',
  'topic',
  'partition',
  'retryCount',
];

function fieldsOf({ namespace, log }: LogEntry): Record<string, unknown> {
  const fields: Record<string, unknown> = { from: `kafkajs ${namespace}` };
  for (const name of fieldNames) {
    if (log[name] !== undefined) fields[name] = log[name];
  }
  return fields;
}
