import { headBytes, layoutOf } from './file-layout.ts';
import { LineSplitter } from './line-splitter.ts';
import type { FileRecord, Splitter, SplitterLimits } from './splitter.ts';
import { ValueSplitter } from './value-splitter.ts';

/** Records that came together, in the order of the file. */
export interface RecordGroup {
  readonly records: readonly FileRecord[];
  /** Only ever on the last group: the file ends where more must follow. */
  readonly isCutShort: boolean;
}

/**
 * Takes a stream of flow records apart: NDJSON, JSON values, a JSON array, whisker's `{items}` (contract
 * 2). Memory does not grow with the stream.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  limits: SplitterLimits,
): AsyncGenerator<RecordGroup> {
  let head: Buffer = Buffer.alloc(0);
  let splitter: Splitter | null = null;
  for await (const chunk of chunks) {
    if (splitter !== null) yield { records: splitter.push(chunk), isCutShort: false };
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) continue;
      const begun = begin(head, limits);
      splitter = begun.splitter;
      yield { records: begun.records, isCutShort: false };
    }
  }
  if (splitter === null) {
    const begun = begin(head, limits);
    splitter = begun.splitter;
    yield { records: begun.records, isCutShort: false };
  }
  yield splitter.finish();
}

function begin(head: Buffer, limits: SplitterLimits) {
  const { kind, start } = layoutOf(head);
  const firstLine = 1 + head.subarray(0, start).filter((byte) => byte === LINE_FEED).length;
  const splitter =
    kind === 'lines'
      ? new LineSplitter(limits, firstLine)
      : new ValueSplitter(limits, { isArray: kind === 'array', firstLine });
  return { splitter, records: splitter.push(head.subarray(start)) };
}

const LINE_FEED = 0x0a;
