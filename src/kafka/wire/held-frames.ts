import type { InputRecords } from '../../stage/ports.ts';
import { RecordColumns } from '../../stage/records/columns.ts';
import { framePool } from '../frame-pool.ts';
import type { FetchedPartition } from './fetch-response.ts';
import { partsOf } from './fetched-message.ts';

/** Says of an answer that was read who holds its frame: each partition of which records lie in it. */
export function holdFrame(frame: Buffer, partitions: readonly FetchedPartition[]): void {
  const parts = partitions.map(({ messages }) => messages.map(({ records }) => records));
  // What lies there whole is nobody's to give back.
  if (parts.flat().some((records) => !(records instanceof RecordColumns) && records.length > 0))
    return;
  framePool.hold(frame.buffer, parts.filter((some) => framesOf(some).has(frame.buffer)).length);
}

/** Gives back what a batch of kafkajs's lies in, when nobody will look at it again. */
export function giveBackFrames(batch: { readonly messages: readonly object[] }): void {
  const parts = partsOf(batch);
  for (const frame of framesOf(parts)) framePool.giveBack(frame);
  for (const records of parts) if (records instanceof RecordColumns) records.release();
}

function framesOf(parts: readonly InputRecords[]): Set<ArrayBufferLike> {
  return new Set(
    parts.flatMap((records) => (records instanceof RecordColumns ? [records.bytes.buffer] : [])),
  );
}
