import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { DeadLetterReason } from '../../flow/reasons.ts';
import type { Batch, BatchJudge, DeadLetter, InputRecords } from '../../stage/ports.ts';
import type { OutputRecords } from '../../stage/records/output-records.ts';
import type { Tally } from '../../stage/tally.ts';
import type { WriterSchemas } from '../../stage/writer-schemas.ts';
import type { OpenedContainer, OpenedRecords } from './open-records.ts';

export interface JudgeRecordsOptions {
  readonly judge: BatchJudge;
  /** Name of the file, as it was given. */
  readonly path: string;
  /** What `evaluated_at` says. */
  readonly nowMs: number;
}

/** A record that could not be judged, or a place in the file where records are missing. */
export interface UnreadableRecord {
  /** `flows.ndjson:17`; where a line holds several, `flows.ndjson:17#0` and so on; or the file alone. */
  readonly source: string;
  readonly reason: DeadLetterReason;
  readonly message: string;
  /** The record as it came. */
  readonly value: Uint8Array;
}

export interface JudgedRecords {
  /** What the stage would write, in the order of the file. */
  readonly outputs: OutputRecords;
  readonly unreadable: readonly UnreadableRecord[];
  readonly tally: Tally;
  /** Gives the memory of the outputs to records to come: not before they are written. */
  readonly release: () => void;
}

/** Judges records of a file as the stage would judge a batch of them. */
export function judgeRecords(
  { records, faults, container }: OpenedRecords,
  { judge, path, nowMs }: JudgeRecordsOptions,
): JudgedRecords {
  const judged = judge(batchOf(path, records), nowMs, schemasOf(container));
  const { outputs, deadLetters, tally, release = nothing } = judged;
  const unreadable = deadLetters.map((deadLetter) => {
    const { offset, index, reason, value } = deadLetter;
    return {
      source: `${path}:${offset}${index === null ? '' : `#${index}`}`,
      reason,
      message: messageOf(deadLetter),
      value: value ?? NOTHING,
    };
  });
  const missing = faults.map(({ reason, message }) => {
    return { source: path, reason, message, value: NOTHING };
  });
  return { outputs, unreadable: [...unreadable, ...missing], tally, release };
}

/** The records of a file, as the stage takes a batch. */
export function batchOf(path: string, records: InputRecords): Batch {
  const topic = path.slice(-TOPIC_LENGTH_MAX);
  return { topic, partition: 0, highWatermark: records.length, records };
}

/** Of Kafka's topics. */
const TOPIC_LENGTH_MAX = 249;

/** Why a record is a dead letter, in words. */
export function messageOf({ record }: Pick<DeadLetter, 'record'>): string {
  const value = record.headers.find(([name]) => name === 'error-message')?.[1];
  return Buffer.from(value ?? []).toString('utf8');
}

/** The records of a container name no schema: the container does. */
export function schemasOf(container: OpenedContainer | null): WriterSchemas<AvroSchema> | null {
  if (container === null) return null;
  const unknown = { status: 'failed', reason: 'schema_unknown', message: '', limit: null } as const;
  return { find: () => unknown, bare: container.schema };
}

const NOTHING = Buffer.alloc(0);

function nothing(): void {}
