import { VERSION } from '../std/version.ts';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** `rehearsal version`. */
export async function version({ options, surroundings }: Invocation<'version'>): Promise<ExitCode> {
  const { platform, arch, versions } = process;
  const line =
    options.json === true
      ? JSON.stringify({ version: VERSION, node: versions.node, platform, arch })
      : `rehearsal ${VERSION}`;
  surroundings.stdout.write(`${line}\n`);
  return exitCodes.done;
}
