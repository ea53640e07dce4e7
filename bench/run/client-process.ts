import { spawn } from 'node:child_process';

import { goesWithUs } from '../../test/support/broker/children.ts';

/** How a client is started. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside the path and the folder for temporary files. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A client at work. */
export interface ClientProcess {
  readonly pid: number;
  /** Throws, with the last of what it wrote, if it has ended. */
  assertAlive(): void;
  /** Ends it as the loss of its machine would, and waits. */
  kill(): Promise<void>;
}

const keptText = 4000;

/** Starts a client in a process of its own. */
export function startClient({ program, args, environment = {} }: Command): ClientProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  goesWithUs(child);
  let text = '';
  let end: string | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-keptText);
    });
  }
  const closed = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end = error.message;
      resolve();
    });
    child.once('close', (code, signal) => {
      end = `it ended with ${code ?? signal}`;
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    assertAlive: () => {
      if (end !== null) throw new Error(`${program} ${args.join(' ')}: ${end}\n${text}`);
    },
    kill: () => {
      child.kill('SIGKILL');
      return closed;
    },
  };
}
