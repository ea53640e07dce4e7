import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import type { DeadLetterReason } from '../flow/reasons.ts';
import type { LimitName } from './limits.ts';
import type { Logger } from './logger.ts';
import type { Chunk, OutputRecords } from './records/output-records.ts';
import type { PackedHeaders } from './records/packed-headers.ts';
import type { Tally } from './tally.ts';
import type { WriterSchemas } from './writer-schemas.ts';

/** One Kafka header; repeated names are separate entries, and a value may be null. */
export type Header = readonly [name: string, value: Uint8Array | null];

/** A record as the source delivers it. `timestampMs` and `offset` stay below 2^53. */
export interface InputRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** The same headers as they lie in the batch, where the record came in one; `null` = it has none. */
  readonly packed?: PackedHeaders | null;
  /** Set if this stands for records that the source could not read; `value` is what lies there. */
  readonly defect?: { readonly reason: DeadLetterReason; readonly message: string };
}

/** In offset order; may be gone through more than once. */
export interface InputRecords extends Iterable<InputRecord> {
  readonly length: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Records of one partition in offset order: the unit of work, telemetry and commit. */
export interface Batch extends TopicPartition {
  readonly records: InputRecords;
  /** Offset the next record of the partition will get; lag is this less the last offset less one. */
  readonly highWatermark: number;
}

export interface OutputRecord {
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

/** Where judged records and dead letters go. */
export interface Sink {
  /**
   * Resolves once every in-sync replica has the records, trying for as long as `signal` allows.
   * Rejects if any may be missing.
   */
  produce(to: TopicPartition, chunks: readonly Chunk[], signal: AbortSignal): Promise<void>;
  /** Makes visible what was produced, all of it or nothing; without it everything is at once. */
  commit?(): Promise<void>;
}

/** A record that could not be judged. */
export interface DeadLetter {
  readonly offset: number;
  /** Its place among the records of its message, from 0; `null` = the message is no more than this. */
  readonly index: number | null;
  readonly reason: DeadLetterReason;
  /** The original bytes, however many: good for as long as those of the batch. */
  readonly value: Uint8Array | null;
  /** The original bytes, key and headers, with the headers of a dead letter (contract 5). */
  readonly record: OutputRecord;
}

/** What one batch becomes. */
export interface JudgedBatch {
  /** In input order. */
  readonly outputs: OutputRecords;
  readonly deadLetters: readonly DeadLetter[];
  /** To be counted once the records are acknowledged. */
  readonly tally: Tally;
  /** Gives the memory of the outputs to later batches: never before they are acknowledged. */
  readonly release?: () => void;
}

/**
 * Judges a batch by one set of policies; `nowMs` is what `evaluated_at` says. Without `schemas` no record
 * can be read that names one.
 */
export type BatchJudge = (
  batch: Batch,
  nowMs: number,
  schemas?: WriterSchemas<AvroSchema> | null,
) => JudgedBatch;

/** The judge of the policies now in force: asked once a batch, changed by a reload. */
export interface JudgeHolder {
  readonly current: BatchJudge;
}

/** Who adds up tallies. */
export interface Counters {
  add(tally: Tally): void;
}

/**
 * Takes one batch; resolves once all that follows from it is acknowledged, so that its offsets may
 * be committed. `signal` fires when the partition is lost or the drain has taken too long; a
 * rejection then means that the batch must come again. Any other rejection ends the source. `sink` is
 * where this one batch goes, if not where all do.
 */
export type BatchHandler = (batch: Batch, signal: AbortSignal, sink?: Sink) => Promise<void>;

/** Where batches come from. */
export interface Source {
  /** Consumes until `stop`, then resolves. Rejects with a `CodedError` if it never can again. */
  run(handler: BatchHandler): Promise<void>;
  /** Stops fetching, waits for the handlers, commits, leaves the group. */
  stop(): Promise<void>;
  /** Begins anew, where a source that gets nowhere can; rejects if not even that can be done. */
  restart?(): Promise<void>;
}

/** What source and sink report as it happens. Every method is cheap and never throws. */
export interface StageEvents {
  /** The partitions consumed from now on; what is known of any other is out of date. */
  assigned(partitions: readonly TopicPartition[]): void;
  rebalanced(): void;
  /** The brokers answered what there is to read, be it nothing. */
  fetched(): void;
  /** The consumer crashed, or got nowhere, and starts again; `cause` is one of a fixed few. */
  restarted(cause: RestartCause): void;
  /** Records of the partition not yet consumed. */
  lag(at: TopicPartition, records: number): void;
  /** Records that nobody will ever consume: retention was faster, or the offset was lost. */
  gap(at: TopicPartition, records: number): void;
  commitFailed(): void;
  produceRetried(): void;
  /** A bound of `limits.*` was hit, and something refused for it. */
  limitReached(limit: LimitName): void;
  /** A batch is acknowledged, `seconds` after it was fetched. */
  batchDone(records: number, seconds: number): void;
}

export type RestartCause = 'connection' | 'coordinator' | 'timeout' | 'stall' | 'other';

export interface Clock {
  /** Wall-clock ms since 1970: only ever written into records, never used for time-outs. */
  nowMs(): number;
  /** Monotonic ms. */
  monotonicMs(): number;
}

export type { Logger };
