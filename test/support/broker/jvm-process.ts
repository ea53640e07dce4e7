import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { goesWithUs } from './children.ts';
import { recordProcess } from './cluster-folder.ts';

/** One Java program that runs until it is told to stop. */
export interface JvmProgram {
  /** For people, and for the file that says it runs. */
  readonly name: string;
  readonly java: string;
  readonly args: readonly string[];
  /** Where it is written down that it runs, so that it can be reaped. */
  readonly clusterFolder: string;
  readonly logFile: string;
  /** The log says so once it can be used. */
  readonly readyLine: RegExp;
}

/** It went before it was ready; `log` holds its last words. */
export class JvmExited extends Error {
  override readonly name = 'JvmExited';
  readonly log: string;

  constructor(program: string, log: string) {
    super(`${program} exited before it was ready:\n${log.slice(-2000)}`);
    this.log = log;
  }
}

const readyTimeoutMs = 120_000;

/** A Java program as a process of its own, which can be lost and come back. */
export class JvmProcess {
  readonly #program: JvmProgram;
  #process: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();

  constructor(program: JvmProgram) {
    this.#program = program;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts the process and waits until it is ready. */
  async start(): Promise<void> {
    const { java, args, logFile, name, clusterFolder } = this.#program;
    const logStart = (await this.log()).length;
    const log = openSync(logFile, 'a');
    // A group of its own, so that Ctrl-C in the terminal does not reach it before its owner.
    const child = spawn(java, args, { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    goesWithUs(child);
    this.#process = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    if (child.pid !== undefined) recordProcess(clusterFolder, name, child.pid);
    // It does not keep its owner alive.
    child.unref();
    await this.#ready(logStart);
  }

  /** Kills the process at once, as the loss of its machine would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async terminate(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Stops the process without ending it: its sockets stay open and nobody answers. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  /** All it ever wrote. */
  async log(): Promise<string> {
    return readFile(this.#program.logFile, 'utf8').catch(() => '');
  }

  async #ready(logStart: number): Promise<void> {
    const { name, readyLine } = this.#program;
    const deadline = Date.now() + readyTimeoutMs;
    for (;;) {
      const gone = await Promise.race([this.#exited.then(() => true), sleep(25).then(() => false)]);
      const log = (await this.log()).slice(logStart);
      if (readyLine.test(log)) return;
      if (gone) throw new JvmExited(name, log);
      if (Date.now() > deadline) throw new Error(`${name} is not ready:\n${log}`);
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#process?.ref();
    this.#signal(signal);
    await this.#exited;
    this.#process = null;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#process?.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
  }
}
