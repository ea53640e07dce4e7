import type { AvroSchema } from './avro-schema.ts';
import { Skipper } from './skipper.ts';

/**
 * Tells where the record of this schema ends that begins at `at`, as the records of a container lie one
 * behind the other; -1 = none begins there. Limits of records do not count here: one that is beyond them
 * is a dead letter, those behind it are not.
 */
export function recordEnds({ program }: AvroSchema): (bytes: Uint8Array, at: number) => number {
  const skipper = new Skipper(boundless);
  return (bytes, at) => {
    const end = skipper.recordEnd(program, bytes, at);
    return typeof end === 'number' ? end : -1;
  };
}

/** The bytes themselves bound all but how deep the stack gets. */
const boundless = {
  recordDepth: 500,
  listItems: Infinity,
  mapMembers: Infinity,
  textBytes: Infinity,
};
