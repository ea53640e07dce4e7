import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { DeadLetterReason } from '../../flow/reasons.ts';
import type { FileRecord } from '../../files/splitter.ts';
import type { Batch, BatchJudge, DeadLetter, OutputRecord } from '../../stage/ports.ts';
import type { OutputRecords } from '../../stage/records/output-records.ts';
import { recordsOfValues } from '../../stage/records/value-columns.ts';
import type { Tally } from '../../stage/tally.ts';
import type { WriterSchemas } from '../../stage/writer-schemas.ts';
import type { OpenedContainer, OpenedRecords } from './open-records.ts';

export interface JudgeRecordsOptions {
  readonly judge: BatchJudge;
  /** Name of the file, as it was given. */
  readonly path: string;
  /** What `evaluated_at` says. */
  readonly nowMs: number;
  /** Leave out the records for which nothing would change. */
  readonly isChangedOnly: boolean;
  /** Leave out what holds no record, such as an empty list, which otherwise leaves as it came. */
  readonly isJudgedOnly?: boolean;
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
  readonly values: readonly Uint8Array[];
  readonly unreadable: readonly UnreadableRecord[];
  readonly tally: Tally;
  /** Gives the memory of the values to records to come: not before they are written. */
  readonly release: () => void;
}

/** Judges records of a file as the stage would judge a batch of them. */
export function judgeRecords(
  { records, faults, container }: OpenedRecords,
  { judge, path, nowMs, isChangedOnly, isJudgedOnly = false }: JudgeRecordsOptions,
): JudgedRecords {
  const batch = batchOf(path, records);
  const {
    outputs,
    deadLetters,
    tally,
    release = nothing,
  } = judge(batch, nowMs, schemasOf(container));
  const unreadable = deadLetters.map((deadLetter) => {
    const { offset, index, reason, record } = deadLetter;
    return {
      source: `${path}:${records[offset]?.line ?? 0}${index === null ? '' : `#${index}`}`,
      reason,
      message: messageOf(deadLetter),
      value: (index === null ? records[offset]?.bytes : record.value) ?? NOTHING,
    };
  });
  const kept =
    isChangedOnly || isJudgedOnly ? keptValues(outputs, isChangedOnly) : outputs.values();
  return {
    values: [...kept].filter((value) => value !== null),
    unreadable: [
      ...unreadable,
      ...faults.map(({ reason, message }) => ({ source: path, reason, message, value: NOTHING })),
    ],
    tally,
    release,
  };
}

/** The records of a file, as the stage takes a batch: an offset is a place in the list. */
export function batchOf(path: string, records: readonly FileRecord[]): Batch {
  return {
    topic: path,
    partition: 0,
    highWatermark: records.length,
    records: recordsOfValues(records.map(({ bytes }) => bytes)),
  };
}

/** Why a record is a dead letter, in words. */
export function messageOf({ record }: Pick<DeadLetter, 'record'>): string {
  return headerOf(record, 'error-message');
}

/** Of what was judged, all or only what would change. */
function keptValues(outputs: OutputRecords, isChangedOnly: boolean): (Uint8Array | null)[] {
  const kept = [...outputs].filter((output) => {
    const change = headerOf(output, 'flow-verdict-change');
    return change !== '' && (!isChangedOnly || change !== UNCHANGED);
  });
  return kept.map(({ value }) => value);
}

/** Whatever cannot be decided may be a change. */
const UNCHANGED = 'Unchanged';

function headerOf({ headers }: OutputRecord, name: string): string {
  const value = headers.find((header) => header[0] === name)?.[1];
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
