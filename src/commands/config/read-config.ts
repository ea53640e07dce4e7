import { readFile, stat } from 'node:fs/promises';
import { CodedError } from '../../std/coded-error.ts';
import { environmentLayer, fileLayer, flagLayer } from './layers.ts';
import type { FlagValue, GivenValue, Layer } from './layers.ts';
import { resolveConfig } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import type { Config } from './schema.ts';

/** Everywhere a value may come from, strongest first: flags, environment, file, defaults. */
export interface ConfigSources {
  readonly flags: readonly FlagValue[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: string | undefined;
  /** People read the log. */
  readonly isTerminal: boolean;
}

/** The configuration in force, or all that is wrong with it. */
export async function resolveSources(sources: ConfigSources): Promise<Resolved> {
  const layers = [
    flagLayer(sources.flags),
    environmentLayer(sources.environment),
    ...(sources.file === undefined ? [] : [await readFileLayer(sources.file)]),
  ];
  return resolveConfig(layers, sources.isTerminal);
}

/**
 * The configuration in force and where each value came from.
 * @throws CodedError `config/invalid` with all that is wrong, a line each; `usage/arguments` if only options are
 */
export async function readConfig(
  sources: ConfigSources,
): Promise<{ readonly config: Config; readonly values: readonly GivenValue[] }> {
  const resolved = await resolveSources(sources);
  if (resolved.status === 'valid') return resolved;
  const { problems } = resolved;
  const lines = problems.map(({ source, message }) => `${source}: ${message}`);
  const isUsage = problems.every(({ source }) => source.startsWith('--') && source !== '--set');
  throw new CodedError(isUsage ? 'usage/arguments' : 'config/invalid', lines.join('\n'));
}

/**
 * A secret: the value itself, or what its file holds without the closing line break. `undefined` if
 * neither is given.
 * @throws CodedError `config/secret-unreadable`
 */
export async function readSecret(
  value: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return value;
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new CodedError(
      'config/secret-unreadable',
      `cannot read \`${file}\`: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

const fileBytesMax = 1024 * 1024;

async function readFileLayer(file: string): Promise<Layer> {
  try {
    const { size } = await stat(file);
    if (size > fileBytesMax) return failed(file, `larger than ${fileBytesMax} bytes`);
    return fileLayer(await readFile(file, 'utf8'), file);
  } catch (error) {
    return failed(file, `cannot be read: ${reasonOf(error)}`);
  }
}

function failed(source: string, message: string): Layer {
  return { values: [], problems: [{ source, message }] };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
