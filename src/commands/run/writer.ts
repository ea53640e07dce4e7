import { CanonicalJsonWriter } from '../../flow/canonical/json-writer.ts';
import { Splicer } from '../../flow/dialects/splicer.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import type { Config } from '../config/schema.ts';

/**
 * Writes records as `output.format` says.
 * @throws CodedError `flow/member-reserved`
 */
export function createWriter({ output, limits }: Pick<Config, 'output' | 'limits'>): RecordWriter {
  const { format, member } = output;
  return format === 'preserve' ? new Splicer() : new CanonicalJsonWriter({ member, limits });
}
