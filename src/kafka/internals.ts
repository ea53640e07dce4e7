// The doors to classes that kafkajs does not export and that are mended. kafkajs is pinned to 2.2.4
// and no longer changes; test/kafka/internals.test.ts fails if a door is gone.
import { createRequire } from 'node:module';

import type { TopicPartition } from '../stage/ports.ts';
import type { Connection } from './connections.ts';

const require = createRequire(import.meta.url);

/** The part of kafkajs's request queue that `request-queues.ts` mends. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<number, RequestUnderWay>;
  readonly throttledUntil: number;
  readonly enforceRequestTimeout: boolean;
  /** In ms. */
  readonly requestTimeout: number;
  requestTimeoutIntervalId: NodeJS.Timeout | null;
  isConnected: () => boolean;
  destroy: () => void;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
  scheduleRequestTimeoutCheck: (this: RequestQueue) => void;
}

interface RequestUnderWay {
  readonly sentAt: number;
  readonly requestTimeout: number;
  timeoutRequest: () => void;
}

/** The prototype that every request queue of every connection shares. */
export function requestQueuePrototype(): RequestQueue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  return queue.prototype;
}

/** The prototype that every connection shares. */
export function connectionPrototype(): Connection {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const connection = require('kafkajs/src/network/connection') as { prototype: Connection };
  return connection.prototype;
}

/** The part of kafkajs's group membership that `out-of-range.ts`, `strangers.ts` and `fetch-ahead.ts` mend. */
export interface ConsumerGroup {
  readonly cluster: object;
  /** `null` or empty: it is no member. */
  readonly memberId: string | null;
  fetch: (this: ConsumerGroup, nodeId: string) => Promise<readonly FetchedBatch[]>;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** What an error of a fetch leads to; throws what it can do nothing about. */
  recoverFromFetch: (this: ConsumerGroup, error: unknown) => Promise<void>;
  heartbeat: (this: ConsumerGroup, options: { readonly interval: number }) => Promise<void>;
  /** Another after each time that the group was joined. */
  readonly offsetManager: OffsetManager;
  recoverFromOffsetOutOfRange: (this: ConsumerGroup, error: TopicPartition) => Promise<void>;
}

export interface OffsetManager {
  /** Behind all that is resolved. */
  nextOffset(topic: string, partition: number): { toString(): string };
  resolveOffset(resolved: TopicPartition & { readonly offset: string }): void;
}

/** What a fetch brought of one partition, as kafkajs passes it on. */
export interface FetchedBatch extends TopicPartition {
  /** The one that was asked for. */
  readonly fetchedOffset: string;
  readonly highWatermark: string;
  /** Before any is left out. */
  readonly rawMessages: readonly object[];
  readonly messages: readonly object[];
  lastOffset(): string;
}

/** The prototype that every membership shares. */
export function consumerGroupPrototype(): ConsumerGroup {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const group = require('kafkajs/src/consumer/consumerGroup') as { prototype: ConsumerGroup };
  return group.prototype;
}

/** The part of kafkajs's consumer that `late-joins.ts` and `late-fetchers.ts` mend: one for each start. */
export interface Runner {
  running: boolean;
  /** `stop` tells all fetchers at once, and resolves when they have ended. */
  readonly fetchManager: { stop(): Promise<void> };
  fetch: (this: Runner, nodeId: number) => Promise<readonly object[]>;
  onCrash: (error: unknown) => void;
  readonly consumerGroup: { leave(): Promise<void> };
  start: (this: Runner) => Promise<void>;
  stop: (this: Runner) => Promise<void>;
  scheduleFetchManager: (this: Runner) => void;
}

/** The prototype that every start of a consumer shares. */
export function runnerPrototype(): Runner {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const runner = require('kafkajs/src/consumer/runner') as { prototype: Runner };
  return runner.prototype;
}

/** The part of kafkajs's broker that `dead-seeds.ts` mends. */
export interface BrokerConnect {
  readonly brokerAddress: string;
  connect: (this: BrokerConnect) => Promise<void>;
}

/** The prototype that every broker shares. */
export function brokerPrototype(): BrokerConnect {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const broker = require('kafkajs/src/broker') as { prototype: BrokerConnect };
  return broker.prototype;
}
