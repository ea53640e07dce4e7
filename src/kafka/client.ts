import { Kafka, logLevel, type RetryOptions } from 'kafkajs';

import type { Clock, Logger } from '../stage/ports.ts';
import { bridgeLogs } from './logs.ts';
import { patchKafkajs } from './patches.ts';
import { saslOptions, tlsOptions } from './security.ts';
import { seedBrokers } from './seed-brokers.ts';
import type { KafkaSettings, KafkaTiming } from './settings.ts';
import { guardedSockets } from './sockets.ts';

/**
 * For a producer: every 50 ms to 1 s, so that a failover is over in 2 s instead of 10. 25 s are
 * bridged under the same sequence numbers, so without duplicates.
 */
export const patientRetry: RetryOptions = {
  initialRetryTime: 50,
  multiplier: 1.3,
  maxRetryTime: 1000,
  retries: 30,
};

/** For a consumer: 1 s is bridged; beyond it joins its group again. */
export const briefRetry: RetryOptions = { ...patientRetry, retries: 8 };

/** Asks each broker of the list once, for those who have a loop of their own. */
export function impatientRetry(settings: KafkaSettings): RetryOptions {
  return { ...patientRetry, retries: settings.brokers.length };
}

export interface ClientOptions {
  readonly timing: KafkaTiming;
  readonly retry: RetryOptions;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called when a connection is cut for an answer beyond `limits.frameBytes`. */
  readonly onFrameTooLong?: () => void;
}

/**
 * A client that has not connected yet.
 * @throws CodedError when a certificate cannot be read or SASL would go over plain text
 */
export function createClient(settings: KafkaSettings, options: ClientOptions): Kafka {
  patchKafkajs(settings.limits);
  const sasl = saslOptions(settings);
  const { brokers, addressOf } = seedBrokers(settings.brokers);
  return new Kafka({
    brokers,
    clientId: settings.clientId,
    ...(settings.ssl !== null && { ssl: tlsOptions(settings.ssl) }),
    ...(sasl !== undefined && { sasl }),
    connectionTimeout: options.timing.connectionTimeoutMs,
    authenticationTimeout: options.timing.requestTimeoutMs,
    requestTimeout: options.timing.requestTimeoutMs,
    retry: options.retry,
    socketFactory: guardedSockets({
      frameBytesMax: settings.limits.frameBytes,
      onFrameTooLong: options.onFrameTooLong ?? (() => {}),
      sasl: sasl !== undefined,
      addressOf,
    }),
    logLevel: logLevel.WARN,
    logCreator: bridgeLogs(options.logger, options.clock),
  });
}
