import { BoundedBytes } from './bounded-bytes.ts';
import type { FileRecord, Splitter, SplitterEnd, SplitterLimits } from './splitter.ts';

/** A record a line (NDJSON); blank lines are none. */
export class LineSplitter implements Splitter {
  readonly #bytesMax: number;
  readonly #rest: BoundedBytes;
  #line: number;

  constructor({ recordBytes }: SplitterLimits, firstLine: number) {
    this.#line = firstLine;
    this.#bytesMax = recordBytes;
    this.#rest = new BoundedBytes(recordBytes);
  }

  push(chunk: Buffer): FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (this.#rest.isEmpty && end - start <= this.#bytesMax) {
        // As it lies in the chunk: nearly every line.
        if (end > start) this.#addLine(records, chunk.subarray(start, end));
      } else {
        this.#rest.add(chunk.subarray(start, end));
        this.#addLine(records, this.#rest.take());
      }
      this.#line += 1;
      start = end + 1;
    }
    this.#rest.add(chunk.subarray(start));
    return records;
  }

  finish(): SplitterEnd {
    const records: FileRecord[] = [];
    this.#addLine(records, this.#rest.take());
    return { records, isCutShort: false };
  }

  #addLine(records: FileRecord[], bytes: Buffer): void {
    if (bytes.some((byte) => !SPACES.has(byte))) records.push({ line: this.#line, bytes });
  }
}

const LINE_FEED = 0x0a;
const SPACES = new Set(Buffer.from(' \t\r'));
