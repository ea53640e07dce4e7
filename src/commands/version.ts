import { readFile } from 'node:fs/promises';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** `rehearsal version`. */
export async function version({ options, surroundings }: Invocation<'version'>): Promise<ExitCode> {
  const own = await ownVersion();
  const { node } = process.versions;
  const line =
    options.json === true
      ? JSON.stringify({ version: own, node, platform: process.platform, arch: process.arch })
      : `rehearsal ${own}`;
  surroundings.stdout.write(`${line}\n`);
  return exitCodes.done;
}

/** The version in `package.json`, which lies two levels up from `src/commands` and `dist/commands`. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return found ? String(parsed.version) : 'unknown';
}
