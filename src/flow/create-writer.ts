import { CanonicalAvroWriter } from './canonical/avro-writer.ts';
import { CanonicalJsonWriter } from './canonical/json-writer.ts';
import type { DecodeLimits } from './dialects/decode-flow.ts';
import { Splicer } from './dialects/splicer.ts';
import type { RecordWriter } from './dialects/writer.ts';

export interface WriterOptions {
  /** `output.member`. */
  readonly member: string;
  readonly limits: DecodeLimits;
}

/**
 * Writes records as `output.format` says.
 * @throws CodedError `flow/member-reserved`
 */
export function createWriter(format: OutputFormat, options: WriterOptions): RecordWriter {
  return writers[format](options);
}

const writers = {
  preserve: () => new Splicer(),
  'canonical-json': (options) => new CanonicalJsonWriter(options),
  'canonical-avro': (options) => new CanonicalAvroWriter(options),
} as const satisfies Record<string, (options: WriterOptions) => RecordWriter>;

export type OutputFormat = keyof typeof writers;
