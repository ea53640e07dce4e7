import type { Health } from '../stage/health.ts';
import type {
  BatchHandler,
  Clock,
  Logger,
  Source,
  StageEvents,
  TopicPartition,
} from '../stage/ports.ts';
import { SeldomLog } from '../stage/seldom-log.ts';
import { CodedError } from '../std/coded-error.ts';
import { explain, reasonOf } from './errors.ts';
import { createBatch, readCommitted, type Cluster, type OffsetTime } from './cluster.ts';
import { FetchSize, hasMessages } from './fetch-size.ts';
import type { FetchedBatch } from './internals.ts';
import type { KafkaLimits } from './limits.ts';
import { sleep } from './sleep.ts';
import { recordsOf } from './wire/fetched-message.ts';

/** What is read of the topics: a stretch of time, or one record. */
export type Stretch =
  | {
      readonly from: OffsetTime;
      /** Where to end; `null` = never, what is written from now on comes too. */
      readonly to: OffsetTime | null;
    }
  | { readonly only: { readonly partition: number; readonly offset: number } };

export interface AssignedOptions {
  readonly cluster: Cluster;
  readonly topics: readonly string[];
  readonly range: Stretch;
  readonly limits: KafkaLimits;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

const fetchWaitMs = 250;
const retryWaitMs = 1000;

/** A partition that is read, where its next fetch begins, and which record is no longer wanted. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly endOffset: number;
  offset: number;
}

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}

interface Fetched {
  readonly place: Place;
  readonly batch: FetchedBatch;
}

/**
 * Reads every partition of its topics by an assignment of its own: it joins no group and commits
 * nothing, so nobody else is affected. One round fetches from every broker, then hands over the
 * batches one after the other. A range ends with the records that are there when it begins.
 */
export class AssignedSource implements Source {
  readonly #options: AssignedOptions;
  readonly #seldom: SeldomLog;
  readonly #size = new FetchSize();
  readonly #stopping = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(options: AssignedOptions) {
    this.#options = options;
    this.#seldom = new SeldomLog(options.logger, options.clock);
  }

  async run(handler: BatchHandler): Promise<void> {
    this.#ended = this.#read(handler);
    return this.#ended;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended.catch(() => {});
  }

  async #read(handler: BatchHandler): Promise<void> {
    const { cluster, events, clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      const places = await this.#begin();
      events.assigned(places);
      for (;;) {
        const open = places.filter(({ offset, endOffset }) => offset < endOffset);
        if (signal.aborted || open.length === 0) break;
        const startMs = clock.monotonicMs();
        for (const { place, batch } of await this.#fetchAll(open)) {
          const fetched = batchOf(batch, place.endOffset);
          await handler(fetched, signal);
          place.offset = Number(batch.lastOffset()) + 1;
          events.lag(place, Math.max(0, Number(batch.highWatermark) - place.offset));
          events.batchDone(fetched.records.length, (clock.monotonicMs() - startMs) / 1000);
        }
      }
    } finally {
      await cluster.disconnect().catch(() => {});
    }
  }

  async #begin(): Promise<Place[]> {
    const { cluster, topics, range } = this.#options;
    try {
      await cluster.connect();
      await cluster.addMultipleTargetTopics(topics);
      const partitions = topics.map((topic) => ({
        topic,
        partitions: cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      }));
      return 'only' in range
        ? await this.#onlyOf(partitions, range.only)
        : await this.#rangesOf(partitions, range);
    } catch (error) {
      throw explain(error, `read ${topics.map((topic) => `\`${topic}\``).join(', ')}`);
    }
  }

  /** @throws CodedError `input/no-such-record` */
  async #onlyOf(
    topics: readonly TopicPartitions[],
    { partition, offset }: { readonly partition: number; readonly offset: number },
  ): Promise<Place[]> {
    const holders = topics.filter(({ partitions }) => partitions.includes(partition));
    const only = holders.map(({ topic }) => ({ topic, partitions: [partition] }));
    const [oldest] = await this.#offsetsAt(only, { fromBeginning: true });
    const [newest] = await this.#offsetsAt(only, { fromBeginning: false });
    if (oldest === undefined || newest === undefined) {
      const counts = topics.map(({ topic, partitions }) => `\`${topic}\` has ${partitions.length}`);
      throw noSuchRecord(`there is no partition ${partition}: ${counts.join(', ')}`);
    }
    const { topic } = oldest;
    if (offset < oldest.offset || offset >= newest.offset) {
      const held =
        oldest.offset === newest.offset ? 'nothing' : `${oldest.offset} to ${newest.offset - 1}`;
      throw noSuchRecord(`\`${topic}/${partition}\` holds ${held}, but ${offset} was asked for`);
    }
    return [{ topic, partition, offset, endOffset: offset + 1 }];
  }

  async #rangesOf(
    partitions: readonly TopicPartitions[],
    { from, to }: Extract<Stretch, { from: OffsetTime }>,
  ): Promise<Place[]> {
    const begin = await this.#offsetsAt(partitions, from);
    if (to === null) return begin.map((place) => ({ ...place, endOffset: Infinity }));
    const newest = await this.#offsetsAt(partitions, { fromBeginning: false });
    const ends = await this.#offsetsAt(partitions, to);
    return begin.map(({ topic, partition, offset }) => {
      const at = offsetIn({ topic, partition });
      const newestOffset = at(newest) ?? 0;
      // A time that no record reaches has no offset.
      const endOffset = at(ends) ?? newestOffset;
      const isReached = offset >= 0;
      return { topic, partition, offset: isReached ? offset : newestOffset, endOffset };
    });
  }

  /** -1 where no record is so late. */
  async #offsetsAt(
    topics: readonly TopicPartitions[],
    time: OffsetTime,
  ): Promise<PartitionOffset[]> {
    const found = await this.#options.cluster.fetchTopicsOffset(
      topics.map(({ topic, partitions }) => ({
        ...time,
        topic,
        partitions: partitions.map((partition) => ({ partition })),
      })),
    );
    return found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
    );
  }

  /** What the brokers have now. Trouble with one of them is waited for; the others go on. */
  async #fetchAll(places: readonly Place[]): Promise<Fetched[]> {
    const { health } = this.#options;
    const byLeader = Map.groupBy(places, (place) => this.#leaderOf(place));
    const answers = await Promise.allSettled(
      [...byLeader].map(async ([leader, led]) => this.#fetch(leader, led)),
    );
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (failure === undefined) {
      this.#options.events.fetched();
      health.pass('kafka', `${places.length} partitions read without a group`);
    } else {
      await this.#recover(failure.reason, places);
    }
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  async #fetch(leader: number, places: readonly Place[]): Promise<Fetched[]> {
    const { cluster, limits } = this.#options;
    const broker = await cluster.findBroker({ nodeId: leader });
    const { responses } = await broker.fetch({
      isolationLevel: readCommitted,
      maxWaitTime: fetchWaitMs,
      maxBytes: this.#size.of(limits.fetchBytes),
      topics: places.map(({ topic, partition, offset }) => ({
        topic,
        partitions: [
          {
            partition,
            fetchOffset: String(offset),
            maxBytes: this.#size.of(limits.fetchPartitionBytes),
          },
        ],
      })),
    });
    const fetched = responses.flatMap(({ topicName, partitions }) =>
      partitions.flatMap((data) => {
        const place = places.find(
          ({ topic, partition }) => topic === topicName && partition === data.partition,
        );
        if (place === undefined) return [];
        return [{ place, batch: createBatch(topicName, place.offset, data) }];
      }),
    );
    this.#size.saw(fetched.map(({ batch }) => batch));
    return fetched.filter(({ batch }) => hasMessages(batch));
  }

  #leaderOf({ topic, partition }: Place): number {
    const partitions = this.#options.cluster.findTopicPartitionMetadata(topic);
    return partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
  }

  async #recover(error: unknown, places: readonly Place[]): Promise<void> {
    const { cluster, health, logger } = this.#options;
    const reason = reasonOf(error);
    health.fail('kafka', reason);
    this.#seldom.warn('fetch', { reason }, 'cannot fetch, trying again');
    try {
      await sleep(retryWaitMs, this.#stopping.signal);
      const lost = places.find((place) => isOutOfRange(error, place));
      if (lost !== undefined) await this.#skipTo(lost);
      await cluster.refreshMetadata();
    } catch (again) {
      logger.debug({ reason: reasonOf(again) }, 'could not refresh what is known of the cluster');
    }
  }

  /** Retention was faster: goes on with the oldest record there is. */
  async #skipTo(place: Place): Promise<void> {
    const topics = [{ topic: place.topic, partitions: [place.partition] }];
    const [oldest] = await this.#offsetsAt(topics, { fromBeginning: true });
    if (oldest === undefined) return;
    const { topic, partition } = place;
    this.#options.events.gap({ topic, partition }, Math.max(0, oldest.offset - place.offset));
    place.offset = oldest.offset;
  }
}

function noSuchRecord(message: string): CodedError {
  return new CodedError('input/no-such-record', message);
}

function batchOf(batch: FetchedBatch, endOffset: number) {
  return {
    topic: batch.topic,
    partition: batch.partition,
    highWatermark: Number(batch.highWatermark),
    records: recordsOf(batch, endOffset),
  };
}

function offsetIn({ topic, partition }: TopicPartition) {
  return (places: readonly PartitionOffset[]): number | null => {
    const found = places.find((one) => one.topic === topic && one.partition === partition);
    return found === undefined || found.offset < 0 ? null : found.offset;
  };
}

/** kafkajs names the partition whose offset is gone. */
function isOutOfRange(error: unknown, { topic, partition }: Place): boolean {
  return (
    error instanceof Error &&
    error.name === 'KafkaJSOffsetOutOfRange' &&
    'topic' in error &&
    error.topic === topic &&
    'partition' in error &&
    error.partition === partition
  );
}
