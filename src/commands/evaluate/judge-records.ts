import type { RecordGroup } from '../../files/split-records.ts';
import type { DeadLetterReason } from '../../flow/reasons.ts';
import type { BatchJudge, DeadLetter, OutputRecord } from '../../stage/ports.ts';
import type { Tally } from '../../stage/tally.ts';

export interface JudgeRecordsOptions {
  readonly judge: BatchJudge;
  /** Name of the file, as it was given. */
  readonly path: string;
  /** What `evaluated_at` says. */
  readonly nowMs: number;
  /** Leave out the records for which nothing would change. */
  readonly isChangedOnly: boolean;
}

/** A record that could not be judged, or a file that ends too early. */
export interface UnreadableRecord {
  /** `flows.ndjson:17`; where a line holds several, `flows.ndjson:17#0` and so on. */
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
}

/** Judges records of a file as the stage would judge a batch of them. */
export function judgeRecords(
  { records, isCutShort }: RecordGroup,
  { judge, path, nowMs, isChangedOnly }: JudgeRecordsOptions,
): JudgedRecords {
  const batch = {
    topic: path,
    partition: 0,
    highWatermark: records.length,
    records: records.map(({ bytes }, offset) => ({
      offset,
      timestampMs: 0,
      key: null,
      value: bytes,
      headers: [],
    })),
  };
  const { outputs, deadLetters, tally } = judge(batch, nowMs);
  const unreadable = deadLetters.map(({ offset, index, reason, record }: DeadLetter) => ({
    source: `${path}:${records[offset]?.line ?? 0}${index === null ? '' : `#${index}`}`,
    reason,
    message: headerOf(record, 'error-message'),
    value: (index === null ? records[offset]?.bytes : record.value) ?? Buffer.alloc(0),
  }));
  const kept = isChangedOnly ? outputs.filter(isChanged) : outputs;
  return {
    values: kept.flatMap(({ value }) => (value === null ? [] : [value])),
    unreadable: isCutShort ? [...unreadable, cutShort(path)] : unreadable,
    tally,
  };
}

/** Whatever cannot be decided may be a change; what holds no record cannot. */
function isChanged(record: OutputRecord): boolean {
  return !['Unchanged', ''].includes(headerOf(record, 'flow-verdict-change'));
}

function headerOf({ headers }: OutputRecord, name: string): string {
  const value = headers.find((header) => header[0] === name)?.[1];
  return Buffer.from(value ?? []).toString('utf8');
}

function cutShort(path: string): UnreadableRecord {
  return {
    source: path,
    reason: 'truncated',
    message: 'the list of records has no end, some may be missing',
    value: Buffer.alloc(0),
  };
}
