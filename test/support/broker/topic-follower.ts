import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { goesWithUs } from './children.ts';
import { parseJavaLine, topicReader, type TopicRecord } from './java-line.ts';
import { jvmFlags } from './jvm-flags.ts';
import { findJvm, mainOf } from './jvm.ts';

export interface FollowOptions {
  readonly bootstrap: string;
  /** `read_uncommitted` shows what was aborted: for seeing that a checker would notice. */
  readonly isolation: 'read_committed' | 'read_uncommitted';
  /** Whose offsets are told; the follower is no member of it. */
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly onRecord: (record: TopicRecord) => void;
}

export type { TopicRecord };

/** Where a partition ends. */
export interface PartitionEnd {
  readonly topic: string;
  readonly partition: number;
  /** Up to where its records have been told. */
  readonly told: number;
  /** Up to where no transaction is open. */
  readonly stable: number;
  readonly high: number;
  /** The offset of the group; -1: it has none. */
  readonly committed: number;
}

/** Starts to read topics as they are written, in a process of its own, by Kafka's own Java client. */
export async function followTopics(options: FollowOptions): Promise<TopicFollower> {
  const jvm = await findJvm(process.env, () => {});
  if (!jvm.found) throw new Error(`topics are followed by Java: ${jvm.why}`);
  const { bootstrap, isolation, groupId, topics, onRecord } = options;
  const flags = [...jvmFlags('test'), ...(await mainOf(jvm, topicReader))];
  const args = [bootstrap, isolation, groupId, '-1', ...topics];
  const child = spawn(jvm.java, [...flags, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  goesWithUs(child);
  return new TopicFollower(child, onRecord);
}

const toldMsMax = 120_000;
const pollMs = 100;

/** A reader at work. */
export class TopicFollower {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #errors = '';
  #hasEnded = false;
  #ends: PartitionEnd[] = [];
  #asked: PromiseWithResolvers<PartitionEnd[]> | null = null;

  constructor(child: ChildProcess, onRecord: FollowOptions['onRecord']) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('=')) this.#answer(line);
        else onRecord(parseJavaLine(line));
      });
    }
    this.#exited = new Promise((resolve) => {
      child.once('close', () => {
        this.#hasEnded = true;
        this.#asked?.reject(this.#gone());
        resolve();
      });
    });
  }

  /** Asks where every partition ends now; what lies before it may yet be told. */
  async ends(): Promise<PartitionEnd[]> {
    if (this.#hasEnded) throw this.#gone();
    this.#asked = Promise.withResolvers();
    this.#child.stdin?.write('ends\n');
    return this.#asked.promise;
  }

  /** Where every partition ends once all before that has been told; throws if it takes too long. */
  async told(): Promise<PartitionEnd[]> {
    const deadline = performance.now() + toldMsMax;
    for (;;) {
      const ends = await this.ends();
      if (ends.every(({ told, stable }) => told >= stable)) return ends;
      if (performance.now() > deadline) throw new Error('topics cannot be read to their ends');
      await sleep(pollMs);
    }
  }

  /** Ends it; at once, whatever it has not told yet. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #gone(): Error {
    return new Error(`the follower has ended: ${this.#errors}`);
  }

  #answer(line: string): void {
    const [, topic, partition, told, stable, high, committed] = line.split(' ');
    if (topic === undefined) {
      this.#asked?.resolve(this.#ends);
      this.#asked = null;
      this.#ends = [];
      return;
    }
    this.#ends.push({
      topic,
      partition: Number(partition),
      told: Number(told),
      stable: Number(stable),
      high: Number(high),
      committed: Number(committed),
    });
  }
}
