import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Member, type Timing } from './member.ts';

export interface FleetOptions {
  readonly bootstrap: string;
  readonly policies: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly group: string;
  readonly timing: Timing;
  /** Exactly once rests on names of transactions that begin with that of the client. */
  readonly hasSharedName: boolean;
}

const lastWordsBytes = 6000;

/** The stages of one group, those that run and those that have gone. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #all: Member[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Of every client id of the group. */
  get namePrefix(): string {
    return `${this.#options.group}.`;
  }

  get running(): Member[] {
    return this.#all.filter(({ exit }) => exit === null);
  }

  get gone(): Member[] {
    return this.#all.filter(({ exit }) => exit !== null);
  }

  get started(): number {
    return this.#all.length;
  }

  /** Lines that all of them have written. */
  get logLines(): number {
    return this.#all.reduce((sum, { output }) => sum + output.split('\n').length - 1, 0);
  }

  /** Starts another member; it need not be ready yet. */
  async start(failpoint?: string): Promise<Member> {
    const { bootstrap, policies, settings, hasSharedName, timing } = this.#options;
    const clientId = `${this.namePrefix}${hasSharedName ? 'all' : this.#all.length}`;
    const member = await Member.start({
      clientId,
      bootstrap,
      policies,
      settings,
      timing,
      ...(failpoint !== undefined && { failpoint }),
    });
    this.#all.push(member);
    return member;
  }

  /** Asks all of them to end; says how those ended that did not end well. */
  async stop(): Promise<string[]> {
    const exits = await Promise.all(this.running.map(async (member) => member.stop()));
    return exits
      .filter(({ code, tookMs }) => code !== 0 || tookMs > 10_000)
      .map(({ code, signal, tookMs }) => `a stage ended with ${code ?? signal}, ${tookMs} ms late`);
  }

  /** Keeps what all of them have written, a file each. */
  writeLogs(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [number, { output }] of this.#all.entries()) {
      writeFileSync(join(folder, `${this.namePrefix}${number}.log`), output);
    }
  }

  /** Ends all of them at once; none is started after that. */
  close(): void {
    for (const member of this.running) member.kill();
  }

  /** What those wrote last that run, or that ended otherwise than by a kill. */
  lastWords(): string {
    return this.#all
      .filter(({ exit }) => exit === null || exit.signal !== 'SIGKILL')
      .map(({ clientId, output }) => `${clientId}:\n${output.slice(-lastWordsBytes)}`)
      .join('\n');
  }
}
