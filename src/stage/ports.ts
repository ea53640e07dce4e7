import type { Logger } from './logger.ts';

/** One Kafka header; repeated names are separate entries. */
export type Header = readonly [name: string, value: Uint8Array];

/** A record as the source delivers it. `timestampMs` and `offset` stay below 2^53. */
export interface InputRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

/** Records of one partition in offset order: the unit of work, telemetry and commit. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly InputRecord[];
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
  /** Resolves once every in-sync replica has the records; rejects if any may be missing. */
  produce(topic: string, partition: number, records: readonly OutputRecord[]): Promise<void>;
}

/** Takes one batch; resolves once all that follows from it is acknowledged, so that its offsets may be committed. */
export type BatchHandler = (batch: Batch) => Promise<void>;

/** Where batches come from. */
export interface Source {
  /** Starts consuming. Rejects if it cannot ever. */
  start(handler: BatchHandler): Promise<void>;
  /** Stops fetching, waits for the handlers, commits, leaves the group. */
  stop(): Promise<void>;
}

export interface Clock {
  /** Wall-clock ms since 1970: only ever written into records, never used for time-outs. */
  nowMs(): number;
  /** Monotonic ms. */
  monotonicMs(): number;
}

export type { Logger };
