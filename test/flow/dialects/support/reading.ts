import { decodeFlow } from '../../../../src/flow/dialects/decode-flow.ts';
import type { DialectName } from '../../../../src/flow/dialects/dialect.ts';
import { RecordCore } from '../../../../src/flow/dialects/record-core.ts';
import { RecordReader } from '../../../../src/flow/dialects/record-reader.ts';
import { Splicer } from '../../../../src/flow/dialects/splicer.ts';
import { TextEnrichment } from '../../../../src/flow/dialects/text-enrichment.ts';
import type { RecordWriter } from '../../../../src/flow/dialects/writer.ts';
import type { Flow } from '../../../../src/flow/flow.ts';
import { limits } from '../../../../src/stage/limits.ts';
import type { Limits } from '../../../../src/stage/limits.ts';

export interface ReadingOptions {
  readonly format?: DialectName | 'auto';
  readonly member?: string;
  readonly limits?: Partial<Limits>;
  /** In place of one made anew, which takes longer than many records. */
  readonly reader?: RecordReader;
}

/** A reader of its own, whose last reading nobody else overwrites. */
export function aReader(options: ReadingOptions = {}): RecordReader {
  if (options.reader !== undefined) return options.reader;
  const bounds = { ...limits, ...options.limits };
  return new RecordReader({
    format: options.format ?? 'auto',
    member: options.member ?? 'evaluation',
    limits: bounds,
    core: new RecordCore(bounds, { roomBytes: 0, answerBytes: 0 }),
  });
}

const readers = new Map<string, RecordReader>();
let readingCount = 0;

/** Reads as a new reader would, of a topic where nothing has been seen. The next reading overwrites it. */
function read(record: string | Buffer, options: ReadingOptions): Reading {
  if (options.reader !== undefined) return options.reader.read(Buffer.from(record), 'flows');
  const key = JSON.stringify(options);
  const reader = readers.get(key) ?? aReader(options);
  readers.set(key, reader);
  readingCount += 1;
  return reader.read(Buffer.from(record), `flows-${readingCount}`);
}

type Reading = ReturnType<RecordReader['read']>;

/** The dialect a record is read as, or why it is not read. */
export function dialectOf(record: string | Buffer, options: ReadingOptions = {}): string {
  const reading = read(record, options);
  return reading.status === 'scanned' ? reading.form.dialect.name : reading.reason;
}

/** The flow a record tells of, or why it cannot be read. */
export function flowOf(record: string | Buffer, options: ReadingOptions = {}): Flow | string {
  const reading = read(record, options);
  if (reading.status === 'unreadable') return reading.reason;
  const flow = decodeFlow(reading, { ...limits, ...options.limits });
  return 'status' in flow ? flow.reason : flow;
}

const stampText = '2026-11-21T04:31:00.000Z';
export const pendingText = '[{"ours":1}]';
const before = '{"evaluated_at":"';
export const evaluationText = `${before}${stampText}","evaluator":"rehearsal/0.1.0"}`;

const enrichment = new TextEnrichment(
  pendingText,
  evaluationText.replace(stampText, '?'.repeat(stampText.length)),
  before.length,
);

/** The record with `pendingText` and `evaluationText` in it, or why it cannot be read. */
export function spliced(record: string, options: ReadingOptions = {}): string {
  return written(record, new Splicer(), options);
}

/** The same, as a writer writes it. */
export function written(
  record: string,
  writer: RecordWriter,
  options: ReadingOptions = {},
): string {
  const reading = read(record, options);
  if (reading.status === 'unreadable') return reading.reason;
  const stamp = { json: Buffer.from(stampText), avro: Buffer.alloc(0) };
  return writer
    .write(reading, { enrichment, stamp }, { allocate: (size) => Buffer.alloc(size, '?') })
    .toString();
}
