/** A record as it lies in a topic, read by a client that the stage does not use. */
export interface StoredRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** `null`: there is none; an empty key is another thing. */
  readonly key: Buffer | null;
  /** `null`: a tombstone. */
  readonly value: Buffer | null;
  /** In the order of the record; names may repeat. */
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

/** By partition and offset: clients deliver partitions in any order. */
export function inOrder(records: readonly StoredRecord[]): StoredRecord[] {
  return records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** What part of a topic is read: from the beginning to the end as it is now. */
export interface TopicRange {
  readonly bootstrap: string;
  readonly topic: string;
  /** All of them, if none is named. */
  readonly partition?: number;
  /** What transactions left behind, too. */
  readonly uncommitted?: boolean;
}
