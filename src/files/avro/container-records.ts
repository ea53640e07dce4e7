import { recordsOf } from '../file-records.ts';
import type { FileRecord } from '../splitter.ts';
import type { RecordGroup } from '../split-records.ts';
import type { Container, ContainerFault } from './read-container.ts';
import { splitBlock, type BlockRecord, type RecordEnd } from './split-block.ts';

/** A block may hold millions of records of a few bytes: so many are looked at together. */
const groupRecordsMax = 1000;

/**
 * The records of a container, numbered from 1. Those that cannot be told apart have numbers, too; those
 * of a block that cannot be unpacked have none.
 */
export async function* containerRecords(
  { blocks }: Pick<Container, 'blocks'>,
  recordEnd: RecordEnd,
): AsyncGenerator<RecordGroup> {
  let before = 0;
  for await (const block of blocks) {
    if (block.status === 'fault') yield groupOf([], [block]);
    else {
      yield* groupsOf(splitBlock(block, recordEnd), before);
      before += block.count;
    }
  }
}

function* groupsOf(
  parts: Iterable<BlockRecord | ContainerFault>,
  before: number,
): Generator<RecordGroup> {
  let records: FileRecord[] = [];
  let line = before;
  for (const part of parts) {
    if (part.status === 'fault') yield groupOf([], [part]);
    else {
      line += 1;
      records.push({ line, bytes: part.bytes });
      if (records.length === groupRecordsMax) {
        yield groupOf(records);
        records = [];
      }
    }
  }
  yield groupOf(records);
}

function groupOf(
  records: readonly FileRecord[],
  faults: readonly ContainerFault[] = [],
): RecordGroup {
  const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0);
  return { records: recordsOf(records), faults, bytes };
}
