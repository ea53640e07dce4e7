// Hot: measured by `npm run bench:files`.
import type { InputRecords } from '../stage/ports.ts';
import { JoinedRecords } from '../stage/records/joined-records.ts';
import { recordsOfValues } from '../stage/records/value-columns.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { LineColumns } from './line-columns.ts';
import type { Splitter, SplitterEnd, SplitterLimits } from './splitter.ts';

/** A record a line (NDJSON); blank lines are none. Lines stay where they lie, but for one that began in the chunk before. */
export class LineSplitter implements Splitter {
  readonly #bytesMax: number;
  readonly #rest: BoundedBytes;
  readonly #columns = new LineColumns();
  #line: number;

  constructor({ recordBytes }: SplitterLimits, firstLine: number) {
    this.#line = firstLine;
    this.#bytesMax = recordBytes;
    this.#rest = new BoundedBytes(recordBytes);
  }

  push(chunk: Buffer): InputRecords {
    if (this.#rest.isEmpty) return this.#split(chunk, 0);
    const end = chunk.indexOf(LINE_FEED);
    this.#rest.add(end === -1 ? chunk : chunk.subarray(0, end));
    if (end === -1) return NOTHING;
    const first = this.#takeRest();
    this.#line += 1;
    const others = this.#split(chunk, end + 1);
    return new JoinedRecords([first, others], 0, Infinity);
  }

  finish(): SplitterEnd {
    return { records: this.#takeRest(), isCutShort: false };
  }

  #split(chunk: Buffer, from: number): InputRecords {
    const columns = this.#columns;
    const bytesMax = this.#bytesMax;
    let start = from;
    for (
      let end = chunk.indexOf(LINE_FEED, start);
      end !== -1;
      end = chunk.indexOf(LINE_FEED, start)
    ) {
      if (!isBlank(chunk, start, end)) {
        // One byte more than the bound is enough to tell that it is exceeded.
        columns.add(this.#line, start, Math.min(end, start + bytesMax + 1));
      }
      this.#line += 1;
      start = end + 1;
    }
    this.#rest.add(chunk.subarray(start));
    return columns.take(chunk);
  }

  #takeRest(): InputRecords {
    const bytes = this.#rest.take();
    return isBlank(bytes, 0, bytes.length) ? NOTHING : recordsOfValues([bytes], [this.#line]);
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at]!)) return false;
  return true;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}

const NOTHING = recordsOfValues([], []);
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
