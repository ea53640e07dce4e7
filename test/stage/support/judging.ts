import { createBatchJudge } from '../../../src/stage/batch.ts';
import type { BatchJudgeOptions } from '../../../src/stage/batch.ts';
import { limits } from '../../../src/stage/limits.ts';
import type { Header, InputRecord, JudgedBatch, OutputRecord } from '../../../src/stage/ports.ts';
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
): JudgedBatch {
  const judge = createBatchJudge(aProcessor({ limits: bounds }), {
    maker,
    unwrap: null,
    contentType: null,
    ...options,
    limits: { ...limits, ...bounds },
  });
  return judge({ topic: 'flows', partition: 3, highWatermark: 100, records }, noon);
}

/** What becomes of one message. */
export function judgedMessage(message: string | Buffer, options: JudgingOptions = {}): JudgedBatch {
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
