import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import { connectRegistry, type ConnectOptions, type Registry } from '../../registry/connect.ts';
import type { Config } from '../config/schema.ts';
import { avroDeriver } from './avro.ts';
import { registrySettingsOf } from './registry-settings.ts';

export interface SchemasOptions extends Pick<
  ConnectOptions<AvroSchema>,
  'startupTimeoutMs' | 'isDerivedWritten' | 'health' | 'logger' | 'clock'
> {
  readonly config: Config;
}

/**
 * The schemas that records of a topic name; `null` = no registry is configured.
 * @throws CodedError as `connectRegistry`
 */
export async function connectSchemas(
  { config, ...ports }: SchemasOptions,
  stop: AbortSignal,
): Promise<Registry<AvroSchema> | null> {
  const settings = registrySettingsOf(config);
  if (settings === null) return null;
  const [outputTopic, derive] = [config.output.topic, avroDeriver(config)];
  return connectRegistry({ ...ports, settings, outputTopic, derive }, stop);
}
