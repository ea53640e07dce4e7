import type { InputRecord } from '../../stage/ports.ts';
import type { ReadBatch } from './read-batches.ts';

/**
 * A fetched record in the shape that kafkajs passes on. Of what it calls for, only the offset and
 * whether it is a control record are ever looked at; the stage takes `record`.
 */
export interface FetchedMessage {
  readonly offset: string;
  readonly isControlRecord: boolean;
  /** `null`: nothing to judge, only an offset to move beyond. */
  readonly record: InputRecord | null;
}

/** The records in order; a batch without a record at its last offset ends with a mere offset. */
export function messagesOf(batches: readonly ReadBatch[]): FetchedMessage[] {
  const messages: FetchedMessage[] = [];
  for (const { lastOffset, records } of batches) {
    for (const record of records) {
      messages.push({ offset: String(record.offset), isControlRecord: false, record });
    }
    if (records.at(-1)?.offset !== lastOffset) {
      messages.push({ offset: String(lastOffset), isControlRecord: true, record: null });
    }
  }
  return messages;
}
