import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

export async function validate({ options }: Invocation<'validate'>): Promise<ExitCode> {
  return options.print === true ? exitCodes.done : exitCodes.findings;
}
