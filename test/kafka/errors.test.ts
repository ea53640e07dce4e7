import { expect, test } from 'vitest';

import { explain, isLasting, restartCauseOf, troubleOf } from '../../src/kafka/errors.ts';
import { CodedError } from '../../src/std/coded-error.ts';

interface Link {
  readonly name?: string;
  readonly type?: string;
  readonly code?: string;
  readonly message?: string;
}

/** An error as kafkajs makes them: the first link is the outermost. */
function chain(...links: readonly Link[]): Error {
  const [{ name = 'Error', message = '', ...fields } = {}, ...inner] = links;
  const cause = inner.length > 0 ? chain(...inner) : undefined;
  return Object.assign(new Error(message, { cause }), { name }, fields);
}

test.each([
  [chain({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }), 'unreachable'],
  [
    chain(
      { name: 'KafkaJSNumberOfRetriesExceeded' },
      { name: 'KafkaJSConnectionError', message: 'Connection timeout' },
    ),
    'unreachable',
  ],
  [chain({ name: 'KafkaJSRequestTimeoutError' }), 'unreachable'],
  [
    chain({
      name: 'KafkaJSNumberOfRetriesExceeded',
      message: 'Connection error: self-signed certificate in certificate chain',
    }),
    'untrusted',
  ],
  [
    chain({ message: 'Connection error: ssl/tls alert bad certificate:SSL alert number 42' }),
    'untrusted',
  ],
  [chain({ message: "Hostname/IP does not match certificate's altnames" }), 'untrusted'],
  [chain({ name: 'KafkaJSSASLAuthenticationError' }), 'not-authorised'],
  [
    chain(
      { name: 'KafkaJSNonRetriableError' },
      { name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED' },
    ),
    'not-authorised',
  ],
  [chain({ name: 'KafkaJSGroupCoordinatorNotFound' }), 'failed'],
  [
    chain(
      { name: 'KafkaJSNonRetriableError' },
      { name: 'KafkaJSProtocolError', type: 'UNKNOWN_TOPIC_OR_PARTITION' },
    ),
    'topic-missing',
  ],
  [chain({ type: 'SASL_AUTHENTICATION_FAILED' }), 'not-authorised'],
  [new CodedError('kafka/not-authorised', 'refused'), 'not-authorised'],
  // What we would log in with: it may be in the middle of being replaced.
  [new CodedError('kafka/file-unreadable', 'no token'), 'not-authorised'],
  [new TypeError('x is not a function'), 'failed'],
  ['not even an error', 'failed'],
])('%s means %s', (error, trouble) => {
  expect(troubleOf(error)).toBe(trouble);
});

test('the innermost message is the one that is told', () => {
  const error = chain({ message: 'outer' }, { message: 'connect ECONNREFUSED 127.0.0.1:1' });
  expect(explain(error, 'join group `g`')).toMatchObject({
    code: 'kafka/unreachable',
    message: 'cannot join group `g`: connect ECONNREFUSED 127.0.0.1:1',
  });
});

test('what is explained already stays as it is', () => {
  const error = new CodedError('kafka/no-offset', 'no offset');
  expect(explain(error, 'read')).toBe(error);
});

test('a cycle of causes ends', () => {
  const error = new Error('round');
  error.cause = error;
  expect(troubleOf(error)).toBe('failed');
});

test.each([
  [
    chain({ name: 'KafkaJSProtocolError', message: 'The group coordinator is not available' }),
    'coordinator',
  ],
  [chain({ name: 'KafkaJSRequestTimeoutError', message: 'Request Fetch timed out' }), 'timeout'],
  [chain({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }), 'connection'],
  [chain({ message: 'anything else' }), 'other'],
])('%s counts as a restart by %s', (error, cause) => {
  expect(restartCauseOf(error)).toBe(cause);
});

test.each([
  [chain({ name: 'KafkaJSNonRetriableError' }, { name: 'RangeError' }), true],
  [chain({ name: 'KafkaJSNumberOfRetriesExceeded' }, { name: 'CodecError' }), true],
  [chain({ name: 'KafkaJSConnectionError' }), false],
])('%s will come again: %s', (error, expected) => {
  expect(isLasting(error)).toBe(expected);
});
