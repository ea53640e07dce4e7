import type { RegistrySettings } from '../../registry/settings.ts';
import { readSecret } from '../config/read-config.ts';
import type { Config } from '../config/schema.ts';

/** How to reach the schema registry, as the configuration has it; `null` = there is none. */
export function registrySettingsOf({ registry, limits }: Config): RegistrySettings | null {
  const { url, username, password, passwordFile, caFile, onUnreachable } = registry;
  if (url === undefined) return null;
  const credentials =
    username === undefined
      ? null
      : { username, password: async () => (await readSecret(password, passwordFile)) ?? '' };
  return { url, credentials, caFile: caFile ?? null, onUnreachable, limits };
}
