import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { recordProcess } from './cluster-folder.ts';
import { jvmFlags } from './jvm-flags.ts';
import { runProgram } from './run-program.ts';
import { formatCommand, log4jProperties, readyLine } from './storage.ts';

/** What every JVM of a cluster shares. */
export interface JvmSettings {
  readonly java: string;
  readonly libs: string;
  readonly clusterFolder: string;
  readonly profile: 'test' | 'bench';
}

/** The broker went before it was ready; `log` holds its last words. */
export class BrokerExited extends Error {
  override readonly name = 'BrokerExited';
  readonly log: string;

  constructor(id: number, log: string) {
    super(`broker ${id} exited before it was ready:\n${log.slice(-2000)}`);
    this.log = log;
  }
}

const readyTimeoutMs = 120_000;

/** One Kafka node as a process of its own. */
export class JvmBroker {
  readonly #settings: JvmSettings;
  readonly #id: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();

  constructor(settings: JvmSettings, id: number) {
    this.#settings = settings;
    this.#id = id;
    this.#folder = nodeFolder(settings.clusterFolder, id);
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Writes the files of the node and formats its storage; the doors are described by `properties`. */
  async format(clusterId: string, properties: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#file('server.properties'), properties);
    await writeFile(this.#file('log4j2.properties'), log4jProperties);
    const { code, stdout, stderr } = await runProgram(
      this.#settings.java,
      [...this.#jvm(), ...formatCommand(clusterId, this.#file('server.properties'))],
      { timeoutMs: 60_000 },
    );
    if (code !== 0) throw new Error(`storage of broker ${this.#id}: ${stdout}${stderr}`);
  }

  /** Starts the process and waits until its doors are open. */
  async start(): Promise<void> {
    const logStart = (await this.log()).length;
    const log = openSync(this.#file('log.txt'), 'a');
    const child = spawn(
      this.#settings.java,
      [...this.#jvm(), 'kafka.Kafka', this.#file('server.properties')],
      // A group of its own, so that Ctrl-C in the terminal does not reach it before its owner.
      { detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.#process = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    if (child.pid !== undefined) {
      recordProcess(this.#settings.clusterFolder, `node-${this.#id}`, child.pid);
    }
    // It does not keep its owner alive.
    child.unref();
    await this.#ready(logStart);
  }

  /** Kills the process at once, as the loss of its machine would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** A clean stop: hands its partitions over first. */
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
    return readFile(this.#file('log.txt'), 'utf8').catch(() => '');
  }

  async #ready(logStart: number): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs;
    for (;;) {
      const gone = await Promise.race([this.#exited.then(() => true), sleep(25).then(() => false)]);
      const log = (await this.log()).slice(logStart);
      if (log.includes(readyLine)) return;
      if (gone) throw new BrokerExited(this.#id, log);
      if (Date.now() > deadline) throw new Error(`broker ${this.#id} is not ready:\n${log}`);
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

  #jvm(): string[] {
    return [
      ...jvmFlags(this.#settings.profile),
      `-Dlog4j2.configurationFile=file:${this.#file('log4j2.properties')}`,
      '-cp',
      join(this.#settings.libs, '*'),
    ];
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

/** Where node `id` of a cluster keeps its files. */
export function nodeFolder(clusterFolder: string, id: number): string {
  return join(clusterFolder, `node-${id}`);
}
