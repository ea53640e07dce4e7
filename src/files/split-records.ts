import type { DeadLetterReason } from '../flow/reasons.ts';
import type { InputRecords } from '../stage/ports.ts';
import { layoutOf } from './file-layout.ts';
import type { FileLayout } from './file-layout.ts';
import { recordsOf } from './file-records.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Splitter, SplitterLimits } from './splitter.ts';
import { ValueSplitter } from './value-splitter.ts';

/** Records that came together, in the order of the file. */
export interface RecordGroup {
  /** Their offsets are lines: see `Splitter`. */
  readonly records: InputRecords;
  /** Places where records are missing. */
  readonly faults: readonly FileFault[];
  /** How many bytes of the file, unpacked, were read for them. */
  readonly bytes: number;
}

/** Why records are missing that a file should have. */
export interface FileFault {
  readonly reason: DeadLetterReason;
  readonly message: string;
}

/**
 * Takes a stream of flow records apart: NDJSON, JSON values, a JSON array, whisker's `{items}` (contract
 * 2). Memory does not grow with the stream. If the stream fails, the records that came before are given
 * first, the last of them cut.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  limits: SplitterLimits,
): AsyncGenerator<RecordGroup> {
  const records = new RecordStream(limits);
  try {
    for await (const chunk of chunks) yield records.push(chunk);
  } catch (error) {
    yield* records.finish();
    throw error;
  }
  yield* records.finish();
}

/** A splitter that is chosen once enough of the stream is seen. */
class RecordStream {
  readonly #limits: SplitterLimits;
  #head: Buffer = Buffer.alloc(0);
  #splitter: Splitter | null = null;

  constructor(limits: SplitterLimits) {
    this.#limits = limits;
  }

  push(chunk: Buffer): RecordGroup {
    const bytes = chunk.length;
    if (this.#splitter !== null) return group(this.#splitter.push(chunk), bytes);
    this.#head = Buffer.concat([this.#head, chunk]);
    const layout = layoutOf(this.#head, false);
    return group(layout === null ? NOTHING : this.#begin(layout), bytes);
  }

  *finish(): Generator<RecordGroup> {
    if (this.#splitter === null) {
      yield group(this.#begin(layoutOf(this.#head, true) ?? { kind: 'lines', start: 0 }), 0);
    }
    if (this.#splitter === null) return;
    const { records, isCutShort } = this.#splitter.finish();
    yield { ...group(records, 0), faults: isCutShort ? [CUT_SHORT] : [] };
  }

  #begin(layout: FileLayout): InputRecords {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    this.#splitter = splitterFor(layout, head, this.#limits);
    return this.#splitter.push(head.subarray(layout.start));
  }
}

function group(records: InputRecords, bytes: number): RecordGroup {
  return { records, faults: [], bytes };
}

const NOTHING = recordsOf([]);

const CUT_SHORT: FileFault = {
  reason: 'truncated',
  message: 'the list of records has no end, some may be missing',
};

function splitterFor({ kind, start }: FileLayout, head: Buffer, limits: SplitterLimits): Splitter {
  const firstLine = 1 + head.subarray(0, start).filter((byte) => byte === LINE_FEED).length;
  if (kind === 'lines') return new LineSplitter(limits, firstLine);
  return new ValueSplitter(limits, { isArray: kind === 'array', firstLine });
}

const LINE_FEED = 0x0a;
