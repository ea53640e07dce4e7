import { execFile } from 'node:child_process';

/** How a program ended. `code` is -1 when it could not be started or was killed. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const outputBytesMax = 256 * 1024 * 1024;

/** Runs a program to its end; never rejects. Its output is text, UTF-8 unless told otherwise. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly cwd?: string;
    /** Also where the program is looked for. Default: this process's own. */
    readonly environment?: NodeJS.ProcessEnv;
    readonly encoding?: BufferEncoding;
  },
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const settings = {
      maxBuffer: outputBytesMax,
      timeout: options.timeoutMs,
      encoding: options.encoding ?? ('utf8' as const),
      killSignal: 'SIGKILL' as const,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.environment !== undefined && { env: options.environment }),
    };
    execFile(program, args, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      const trouble = code === -1 && stderr === '' ? String(error?.message) : stderr;
      resolve({ code, stdout, stderr: trouble });
    });
  });
}
