import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { goesWithUs } from './children.ts';
import { freePorts } from './ports.ts';

const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** Half of what a start costs is reading the source anew. */
const compiled =
  process.env['NODE_COMPILE_CACHE'] ??
  fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/** What every start path gives to Node (test/repository/start-paths.test.ts). */
export const nodeFlags = [
  '--disable-proto=delete',
  // Node would let young objects have 128 MiB, of which the stage has no use.
  '--max-semi-space-size=16',
] as const;

const answerTimeoutMs = 2000;

/** Where the stage reads and writes. */
export interface StageOptions {
  readonly bootstrap: string;
  readonly policies: string;
  /** More keys of the configuration by their names in the environment, less `REHEARSAL_`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The program, where it is not the source. */
  readonly program?: string;
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** How the process ended. */
export interface StageExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts `rehearsal run` as users do: a process of its own, set up by its environment. */
export async function startStage(options: StageOptions): Promise<StageProcess> {
  const settings = {
    KAFKA_BROKERS: options.bootstrap,
    POLICIES_PATHS: options.policies,
    HTTP_PORT: String((await freePorts(1))[0]),
    ...options.settings,
  };
  const environment = Object.entries(settings).map(([name, value]) => [`REHEARSAL_${name}`, value]);
  const nodeArgs = [...nodeFlags, ...(options.nodeArgs ?? [])];
  const program = options.program ?? cli;
  const child = spawn(process.execPath, [...nodeArgs, program, 'run', ...(options.args ?? [])], {
    // Nothing of ours: the harness has variables that begin the same.
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: compiled,
      ...Object.fromEntries(environment),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  goesWithUs(child);
  return new StageProcess(child, `http://127.0.0.1:${settings.HTTP_PORT}`);
}

/** A running stage. */
export class StageProcess {
  /** Of metrics and health. */
  readonly url: string;
  readonly exited: Promise<StageExit>;
  readonly #child: ChildProcess;
  #output = '';
  #hasExited = false;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#hasExited = true;
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All it has written so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it says that it is ready; throws, with its output, if it ends or takes too long. */
  async ready(timeoutMs = 60_000): Promise<this> {
    const deadline = Date.now() + timeoutMs;
    while (!(await this.isReady())) {
      if (this.#hasExited || Date.now() > deadline) {
        throw new Error(`the stage did not get ready:\n${this.#output}`);
      }
      await sleep(100);
    }
    return this;
  }

  /** The values of a metric by its labels as they are printed; '' for none. */
  async metric(name: string): Promise<ReadonlyMap<string, number>> {
    // A connection of before may be closed by the stage at this very moment.
    const headers = { connection: 'close' };
    const page = await (await fetch(`${this.url}/metrics`, { headers })).text();
    return new Map(
      page.split('\n').flatMap((line) => {
        const match = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line);
        return match?.[1] === name ? [[match[2] ?? '', Number(match[3])] as const] : [];
      }),
    );
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end in good order, and waits; throws, with its output, if that takes too long. */
  async stop(timeoutMs = 30_000): Promise<StageExit> {
    this.signal('SIGTERM');
    const late = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: late.signal }).then(
      () => Promise.reject(new Error(`the stage does not stop:\n${this.#output}`)),
      () => this.exited,
    );
    return Promise.race([this.exited, timeout]).finally(() => late.abort());
  }

  /** Ends it as the loss of its machine would, and waits. */
  kill(): Promise<StageExit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  /** Whether it says so right now. */
  isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(answerTimeoutMs) }).then(
      (response) => response.ok,
      () => false,
    );
  }
}
