// `rehearsal run` as a process of its own, as a user would start it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface StageProcess {
  readonly pid: number;
  /** Resolves with the log line that has this message, past or to come. */
  logged(message: RegExp, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>>;
  /** Everything written to standard error so far. */
  output(): string;
  /** `http://127.0.0.1:port` of metrics and health. */
  url(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts the stage with keys of the configuration and options; HTTP takes a free port. */
export function startStage(
  keys: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): StageProcess {
  const sets = Object.entries({ 'http.port': '0', 'log.format': 'json', ...keys }).flatMap(
    ([key, value]) => ['--set', `${key}=${value}`],
  );
  const args = ['--disable-proto=delete', cli, 'run', ...options, ...sets];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const waiting = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const look of waiting) look();
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
      for (const look of waiting) look();
    });
  });
  const logged: StageProcess['logged'] = async (message, timeoutMs = 30_000) =>
    new Promise((resolve, reject) => {
      const give = (outcome: () => void): void => {
        waiting.delete(look);
        clearTimeout(late);
        outcome();
      };
      const look = (): void => {
        const line = linesOf(output).find((fields) => message.test(String(fields['message'])));
        if (line !== undefined) give(() => resolve(line));
        else if (child.exitCode !== null) give(() => reject(missing(message, output)));
      };
      const late = setTimeout(() => give(() => reject(missing(message, output))), timeoutMs);
      waiting.add(look);
      look();
    });
  return {
    pid: child.pid ?? 0,
    logged,
    output: () => output,
    url: async () => String((await logged(/metrics and health/))['url']),
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function missing(message: RegExp, output: string): Error {
  return new Error(`no log line matches ${String(message)} in:\n${output}`);
}
