import { layoutOf } from './file-layout.ts';
import type { FileLayout } from './file-layout.ts';
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
      const layout = layoutOf(head, false);
      if (layout === null) continue;
      splitter = splitterFor(layout, head, limits);
      yield { records: splitter.push(head.subarray(layout.start)), isCutShort: false };
    }
  }
  if (splitter === null) {
    const layout = layoutOf(head, true) ?? { kind: 'lines', start: 0 };
    splitter = splitterFor(layout, head, limits);
    yield { records: splitter.push(head.subarray(layout.start)), isCutShort: false };
  }
  yield splitter.finish();
}

function splitterFor({ kind, start }: FileLayout, head: Buffer, limits: SplitterLimits): Splitter {
  const firstLine = 1 + head.subarray(0, start).filter((byte) => byte === LINE_FEED).length;
  if (kind === 'lines') return new LineSplitter(limits, firstLine);
  return new ValueSplitter(limits, { isArray: kind === 'array', firstLine });
}

const LINE_FEED = 0x0a;
