import type { InputRecords } from '../stage/ports.ts';

/** One record of a file, made by itself. */
export interface FileRecord {
  /** From 1, the line it begins in; in an Avro container its number. */
  readonly line: number;
  readonly bytes: Buffer;
}

/** Takes a file apart into records, as its bytes come. The offset of a record is the line that it begins in. */
export interface Splitter {
  /** The records are good for as long as the chunk, and until the next is pushed. */
  push(chunk: Buffer): InputRecords;
  /** What is left at the end. */
  finish(): SplitterEnd;
}

export interface SplitterEnd {
  readonly records: InputRecords;
  /** The file ends where more must follow: records may be missing. */
  readonly isCutShort: boolean;
}

/** How much one record may hold; longer ones come cut to one byte more. */
export interface SplitterLimits {
  readonly recordBytes: number;
}
