import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from '../../support/broker/run-program.ts';
import type { ProgramResult } from '../../support/broker/run-program.ts';

type Tool = 'promtool' | 'prometheus' | 'prometheus-alertmanager';

const timeoutMs = 170_000;

/** Where a program of Prometheus lies. @throws Error that says what to install */
export function pathOf(tool: Tool): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, tool);
    if (isProgram(path)) return path;
  }
  throw new Error(
    `\`${tool}\` is not on the PATH: \`apt-get install prometheus prometheus-alertmanager\` on Debian and its relatives`,
  );
}

export async function promtool(args: readonly string[], cwd?: string): Promise<ProgramResult> {
  return runProgram(pathOf('promtool'), args, { timeoutMs, ...(cwd !== undefined && { cwd }) });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
