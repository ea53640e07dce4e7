import { CanonicalAvroWriter } from '../../flow/canonical/avro-writer.ts';
import { CanonicalJsonWriter } from '../../flow/canonical/json-writer.ts';
import { Splicer } from '../../flow/dialects/splicer.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import type { Limits } from '../../stage/limits.ts';
import type { Config } from '../config/schema.ts';

/**
 * Writes records as `output.format` says.
 * @throws CodedError `flow/member-reserved`
 */
export function createWriter({ output, limits }: WriterConfig): RecordWriter {
  const { format, member } = output;
  return writers[format]({ member, limits });
}

interface WriterConfig {
  readonly output: Pick<Config['output'], 'format' | 'member'>;
  readonly limits: Limits;
}

type WriterOptions = Pick<WriterConfig, 'limits'> & { readonly member: string };

const writers: Readonly<
  Record<Config['output']['format'], (options: WriterOptions) => RecordWriter>
> = {
  preserve: () => new Splicer(),
  'canonical-json': (options) => new CanonicalJsonWriter(options),
  'canonical-avro': (options) => new CanonicalAvroWriter({ ...options, prefix: NO_FRAMING }),
};

const NO_FRAMING = Buffer.alloc(0);
