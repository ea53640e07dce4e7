/** One record of a file. */
export interface FileRecord {
  /** From 1, the line it begins in; in an Avro container its number. */
  readonly line: number;
  readonly bytes: Buffer;
}

/** Takes a file apart into records, as its bytes come. */
export interface Splitter {
  push(chunk: Buffer): FileRecord[];
  /** What is left at the end. */
  finish(): SplitterEnd;
}

export interface SplitterEnd {
  readonly records: FileRecord[];
  /** The file ends where more must follow: records may be missing. */
  readonly isCutShort: boolean;
}

/** How much one record may hold; longer ones come cut to one byte more. */
export interface SplitterLimits {
  readonly recordBytes: number;
}
