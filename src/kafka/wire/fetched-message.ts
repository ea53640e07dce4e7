import type { InputRecords } from '../../stage/ports.ts';
import { assert } from '../../std/assert.ts';
import { RecordColumns } from '../../stage/records/columns.ts';
import { JoinedRecords } from '../../stage/records/joined-records.ts';

/**
 * A fetched batch in the shape that kafkajs passes on as a message. Of what it calls for, only the offset
 * and whether it is a control record are ever looked at; the stage takes `records`.
 */
export interface FetchedMessage {
  /** Of the last record of the batch, whether or not it is there. */
  readonly offset: string;
  readonly isControlRecord: boolean;
  /** Empty: nothing to judge, only an offset to move beyond. */
  readonly records: InputRecords;
  /** As they came. */
  readonly packedBytes: number;
}

/** One message for a batch of records. */
export function messageOf(
  lastOffset: number,
  records: InputRecords,
  packedBytes: number,
): FetchedMessage {
  const isControlRecord = records.length === 0;
  return { offset: String(lastOffset), isControlRecord, records, packedBytes };
}

/** Bytes of a batch, as they came and as they are held. */
export function sizeOf(message: object): { readonly packed: number; readonly unpacked: number } {
  const { records, packedBytes } = asFetched(message);
  const unpacked = records instanceof RecordColumns ? records.bytes.length : packedBytes;
  return { packed: packedBytes, unpacked: Math.max(1, unpacked) };
}

/**
 * What a fetch brought, up to but without `endOffset`. A batch may begin before the offset that it was
 * fetched from.
 */
export function recordsOf(
  batch: { readonly messages: readonly object[] },
  endOffset = Infinity,
): InputRecords {
  return new JoinedRecords(partsOf(batch), fetchedOffsetOf(batch), endOffset);
}

/** The records of each batch that a fetch brought; the first may begin before what was asked for. */
export function partsOf(batch: { readonly messages: readonly object[] }): InputRecords[] {
  return batch.messages.map((message) => asFetched(message).records);
}

/** The offset that was asked for. */
export function fetchedOffsetOf(batch: object): number {
  assert('fetchedOffset' in batch, 'a batch without the offset that it was fetched from');
  return Number(batch.fetchedOffset);
}

function asFetched(message: object): FetchedMessage {
  assert(isFetched(message), 'a message that our codec did not read');
  return message;
}

function isFetched(message: object): message is FetchedMessage {
  return 'records' in message;
}
