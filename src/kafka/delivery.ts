import type { EachBatchPayload } from 'kafkajs';

import type { Batch, BatchHandler, InputRecords, TopicPartition } from '../stage/ports.ts';
import type { Pulse } from './heartbeats.ts';

/** How what follows from a batch and the offset after it are kept together. */
export interface Delivery {
  /** The group has dealt out its partitions anew: what is known of them is out of date. */
  joined(): void;
  /** Offsets from `wanted` on are gone, `next` is where the partition goes on. */
  moved(at: TopicPartition, wanted: number, next: number): void;
  /** Works on a batch. Rejects if it has to come again. */
  deliver(payload: EachBatchPayload, work: Work): Promise<Delivered>;
  /** After the last batch. */
  close(): Promise<void>;
}

/** What is done with a batch. */
export interface Work {
  readonly handle: BatchHandler;
  readonly pulse: Pulse;
  /** Fires when even what is under way has to end. */
  readonly stop: AbortSignal;
}

/** What became of a batch. */
export interface Delivered {
  /** The offset that is committed; `null` = the batch has to come again. */
  readonly next: number | null;
  readonly records: number;
  /** Why its member has to leave what it holds; `null` = it may stay. */
  readonly lost: unknown;
}

/** Some records of what was fetched, as the stage sees them. */
export function batchOf({ batch }: EachBatchPayload, records: InputRecords): Batch {
  const { topic, partition, highWatermark } = batch;
  return { topic, partition, highWatermark: Number(highWatermark), records };
}

/** A partition as the key of a map. */
export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
