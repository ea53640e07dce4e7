import type { ScanLimits } from '../dialects/json-scanner.ts';
import type { AvroSchema } from './avro-schema.ts';
import { Skipper } from './skipper.ts';

/**
 * Tells where the record of this schema ends that begins at `at`, as the records of a container lie one
 * behind the other; -1 = none begins there.
 */
export function recordEnds(
  { program }: AvroSchema,
  limits: ScanLimits,
): (bytes: Uint8Array, at: number) => number {
  const skipper = new Skipper(limits);
  return (bytes, at) => {
    const end = skipper.recordEnd(program, bytes, at);
    return typeof end === 'number' ? end : -1;
  };
}
