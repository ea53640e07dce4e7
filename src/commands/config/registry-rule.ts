import { isLoopback } from '../../kafka/loopback.ts';
import type { Config } from './schema.ts';

/** What is wrong between the keys of the schema registry, `null` if all is well. */
export function brokenRegistry({ registry }: Config): string | null {
  const { url, username, caFile } = registry;
  const password = registry.password ?? registry.passwordFile;
  if (url === undefined) {
    const isIdle = [username, password, caFile].some((value) => value !== undefined);
    return isIdle ? '`registry` has settings but no `registry.url`' : null;
  }
  if (!URL.canParse(url)) return '`registry.url` is no address';
  if ((username === undefined) !== (password === undefined)) {
    return '`registry.username` and `registry.passwordFile` need each other';
  }
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return null;
  if (caFile !== undefined) return '`registry.caFile` is set but `registry.url` is not https';
  return username !== undefined && !isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'))
    ? `\`registry\` would send credentials to \`${hostname}\` in plain text; use https`
    : null;
}
