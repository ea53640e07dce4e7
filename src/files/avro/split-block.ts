import type { ContainerBlock, ContainerFault } from './read-container.ts';

/**
 * Where the record ends that begins at `at`; throws whatever it likes, or answers beyond the bytes, if
 * none begins there.
 */
export type RecordEnd = (bytes: Buffer, at: number) => number;

/** One record of a block, a view of its bytes. */
export interface BlockRecord {
  readonly status: 'record';
  readonly bytes: Buffer;
}

/** The records of a block; a fault stands for those that cannot be told apart. */
export function* splitBlock(
  { at: place, count, bytes }: ContainerBlock,
  recordEnd: RecordEnd,
): Generator<BlockRecord | ContainerFault> {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const end = endOf(bytes, at, recordEnd);
    if (end === null) {
      const message = `record ${index} of ${count} of the block at byte ${place} cannot be read, nor what follows it in the block`;
      yield { status: 'fault', at: place, reason: 'not_a_record', message };
      return;
    }
    yield { status: 'record', bytes: bytes.subarray(at, end) };
    at = end;
  }
  if (at < bytes.length) {
    const message = `the block at byte ${place} has ${bytes.length - at} bytes behind its ${count} records`;
    yield { status: 'fault', at: place, reason: 'not_a_record', message };
  }
}

/** `null`: nothing that is a record, which has at least one byte, begins there. */
function endOf(bytes: Buffer, at: number, recordEnd: RecordEnd): number | null {
  if (at >= bytes.length) return null;
  try {
    const end = recordEnd(bytes, at);
    return Number.isInteger(end) && end > at && end <= bytes.length ? end : null;
  } catch {
    return null;
  }
}
