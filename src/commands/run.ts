import { CodedError } from '../std/coded-error.ts';
import { readConfig } from './config/read-config.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** `rehearsal run`: the stage, until it is told to stop. */
export async function run({ options, flags, surroundings }: Invocation<'run'>): Promise<ExitCode> {
  const { config } = await readConfig({
    flags,
    environment: surroundings.environment,
    file: options.config,
    isTerminal: surroundings.stderr.isTTY === true,
  });
  throw new CodedError('kafka/unreachable', `no stage yet for \`${config.input.groupId}\``);
}
