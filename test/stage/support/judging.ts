import { expect } from 'vitest';
import { recordsIn } from '../../../src/stage/records/read-columns.ts';
import { packRecords } from '../../../src/stage/records/output-records.ts';
import { createBatchJudge } from '../../../src/stage/batch.ts';
import type { BatchJudgeOptions } from '../../../src/stage/batch.ts';
import { limits } from '../../../src/stage/limits.ts';
import type {
  Batch,
  Header,
  InputRecord,
  InputRecords,
  JudgedBatch,
  OutputRecord,
} from '../../../src/stage/ports.ts';
import type { Tally } from '../../../src/stage/tally.ts';
import type { RecordProcessor } from '../../../src/stage/processor.ts';
import { aProcessor, maker } from './processing.ts';

const noon = Date.UTC(2026, 10, 21, 12);

export interface JudgingOptions extends Partial<Omit<BatchJudgeOptions, 'limits'>> {
  readonly limits?: Partial<typeof limits>;
}

export function aRecord(members: Partial<InputRecord> = {}): InputRecord {
  return {
    offset: 41,
    timestampMs: 1_787_000_000_000,
    key: Buffer.from('k'),
    value: null,
    headers: [],
    ...members,
  };
}

/** What a batch of these records in `flows/3` becomes. */
export function judged(
  records: readonly InputRecord[],
  { limits: bounds = {}, ...options }: JudgingOptions = {},
): ReadJudged {
  const judge = createBatchJudge(processorOf(bounds), {
    maker,
    unwrap: null,
    contentType: null,
    ...options,
    limits: { ...limits, produceRecords: 10_000, produceBytes: 950_000, ...bounds },
  });
  const outcome = readOutputs(judge(batchOf(records), noon));
  const fetched = asFetched(records);
  if (fetched !== null) {
    // Which way the headers and the value are written must not be seen.
    expect(withoutRelease(judge(batchOf(fetched), noon))).toEqual(withoutRelease(outcome));
  }
  return outcome;
}

/** One is made in the time of many records, so that of the usual limits serves all. */
function processorOf(bounds: Partial<typeof limits>): RecordProcessor {
  if (Object.keys(bounds).length > 0) return aProcessor({ limits: bounds });
  usual ??= aProcessor();
  return usual;
}

let usual: RecordProcessor | null = null;

export function batchOf(records: InputRecords): Batch {
  return { topic: 'flows', partition: 3, highWatermark: 100, records };
}

/** The same records as they lie in a batch; `null` = they could not lie in one. */
export function asFetched(records: readonly InputRecord[]): InputRecords | null {
  const [first] = records;
  if (first === undefined || records.some(({ offset }, i) => offset !== first.offset + i)) {
    return null;
  }
  const [chunk] = packRecords(records).chunks();
  if (chunk === undefined || records.some(({ defect }) => defect !== undefined)) return null;
  const { bytes, baseTimestampMs, maxTimestampMs } = chunk;
  return recordsIn(bytes, {
    baseOffset: first.offset,
    lastOffset: first.offset + records.length - 1,
    baseTimestampMs,
    maxTimestampMs,
    isLogAppendTime: false,
    recordCount: records.length,
  });
}

function withoutRelease({ outputs, deadLetters, tally }: JudgedBatch | ReadJudged) {
  return { outputs: [...outputs], deadLetters, tally: toldOf(tally) };
}

/** All that a tally says, whichever way its records were judged. */
export function toldOf(tally: Tally) {
  const charged = [...tally.charged];
  const sumOf = (part: 'flows' | 'connections' | 'bytes'): number =>
    charged.reduce((sum, one) => sum + one[part], 0);
  const firsts = charged.flatMap(({ firstMs }) => firstMs ?? []);
  return {
    sums: tally.sums(),
    charged: [sumOf('flows'), sumOf('connections'), sumOf('bytes')],
    times: [Math.min(...firsts), tally.newestMs],
    deadLetters: tally.deadLetters,
    limitsReached: tally.limitsReached,
    dialects: new Set(tally.dialects),
  };
}

/** A judged batch whose outputs are read back. */
export interface ReadJudged extends Omit<JudgedBatch, 'outputs'> {
  readonly outputs: readonly OutputRecord[];
}

export function readOutputs(judgedBatch: JudgedBatch): ReadJudged {
  return { ...judgedBatch, outputs: [...judgedBatch.outputs] };
}

/** What becomes of one message. */
export function judgedMessage(message: string | Buffer, options: JudgingOptions = {}): ReadJudged {
  return judged([aRecord({ value: Buffer.from(message) })], options);
}

/** The values of records as texts. */
export function valuesOf(records: readonly OutputRecord[]): string[] {
  return records.map(({ value }) => String(value));
}

/** The headers as texts. */
export function headersOf(record: OutputRecord | undefined): string[][] {
  return (record?.headers ?? []).map(([name, value]) => [name, String(value)]);
}

export function header(name: string, value: string): Header {
  return [name, Buffer.from(value)];
}
