import { readFile } from 'node:fs/promises';
import { deriveAvroSchema } from '../../flow/avro/avro-schema.ts';
import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { DeriveSchema } from '../../stage/writer-schemas.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';

type AvroConfig = Pick<Config, 'output' | 'limits'>;

/** Makes the records of a writer's schema readable and writable. */
export function avroDeriver({ output, limits }: AvroConfig): DeriveSchema<AvroSchema> {
  const { member } = output;
  return (text) => deriveAvroSchema(text, { member, schemaTypes: limits.schemaTypes });
}

/**
 * The schema of records that name none; `null` = not configured.
 * @throws CodedError `config/invalid`
 */
export async function readBareSchema(
  config: AvroConfig & Pick<Config, 'input'>,
): Promise<AvroSchema | null> {
  const { schemaFile } = config.input;
  if (schemaFile === undefined) return null;
  const derived = avroDeriver(config)(await textOf(schemaFile));
  if ('problem' in derived) throw unusable(schemaFile, derived.problem);
  return derived;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function unusable(path: string, why: string): CodedError {
  return new CodedError(
    'config/invalid',
    `\`input.schemaFile\` \`${path}\` cannot be used: ${why}`,
  );
}
