import { BoundedBytes } from './bounded-bytes.ts';
import type { FileRecord, Splitter, SplitterEnd, SplitterLimits } from './splitter.ts';

/** A record a line (NDJSON); blank lines are none. */
export class LineSplitter implements Splitter {
  readonly #rest: BoundedBytes;
  #line: number;

  constructor({ recordBytes }: SplitterLimits, firstLine: number) {
    this.#line = firstLine;
    this.#rest = new BoundedBytes(recordBytes);
  }

  push(chunk: Buffer): FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (end > start || !this.#rest.isEmpty) {
        this.#rest.add(chunk.subarray(start, end));
        this.#takeLine(records);
      }
      this.#line += 1;
      start = end + 1;
    }
    this.#rest.add(chunk.subarray(start));
    return records;
  }

  finish(): SplitterEnd {
    const records: FileRecord[] = [];
    this.#takeLine(records);
    return { records, isCutShort: false };
  }

  #takeLine(records: FileRecord[]): void {
    const bytes = this.#rest.take();
    if (bytes.some((byte) => !SPACES.has(byte))) records.push({ line: this.#line, bytes });
  }
}

const LINE_FEED = 0x0a;
const SPACES = new Set(Buffer.from(' \t\r'));
