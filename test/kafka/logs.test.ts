import { logLevel } from 'kafkajs';
import { expect, test } from 'vitest';

import { bridgeLogs } from '../../src/kafka/logs.ts';
import { fakeClock, fakeLogger } from './fakes.ts';

function lineOf(level: logLevel, message: unknown, extra: object = {}) {
  const logger = fakeLogger();
  const log = { timestamp: '', message: message as string, ...extra };
  bridgeLogs(logger, fakeClock())(logLevel.INFO)({
    namespace: 'Connection',
    level,
    label: '',
    log,
  });
  return logger.lines[0];
}

test.each([
  [logLevel.ERROR, 'Offset commit failed in a new way', 'warn'],
  [logLevel.WARN, 'Consumer group received unsubscribed topics', 'warn'],
  [logLevel.INFO, 'Consumer has joined the group', 'debug'],
  [logLevel.ERROR, 'Topic creation errors', 'debug'],
  [logLevel.ERROR, 'Response GroupCoordinator(key: 10, version: 2)', 'debug'],
  [logLevel.ERROR, 'Connection error: connect ECONNREFUSED 127.0.0.1:1', 'debug'],
  [logLevel.ERROR, 'Crash: KafkaJSProtocolError: The coordinator is loading', 'debug'],
  [logLevel.WARN, 'The group is rebalancing, re-joining', 'debug'],
  [
    logLevel.WARN,
    'Limiting retries for the idempotent producer may invalidate EoS guarantees',
    'debug',
  ],
])('%i %s is ours at %s', (level, message, ours) => {
  expect(lineOf(level, message)).toMatchObject({ level: ours, message });
});

test('an error that kafkajs gives for a message is told by its own', () => {
  const error = new Error('{"status":"invalid_token"}');
  expect(lineOf(logLevel.ERROR, error)).toMatchObject({ level: 'warn', message: error.message });
});

test('only fields that say where are let through', () => {
  const extra = { broker: 'k:9092', topic: 't', partition: 3, payload: 'canary', stack: 'canary' };
  expect(lineOf(logLevel.ERROR, 'trouble', extra)?.fields).toEqual({
    from: 'kafkajs Connection',
    broker: 'k:9092',
    topic: 't',
    partition: 3,
  });
});
