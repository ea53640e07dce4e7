import { setTimeout as sleep } from 'node:timers/promises';

import type { Message, Producer } from 'kafkajs';

import { type Random } from '../../../bench/workload/random.ts';
import type { Workload } from '../../../bench/workload/workload.ts';
import { testClient } from '../../support/broker/topics.ts';

export interface LoadOptions {
  readonly workload: Workload;
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly recordsPerSecond: number;
  /** Whether so much is unanswered that more would only lie there. */
  readonly isFarAhead: () => boolean;
  readonly random: Random;
}

const tickMs = 100;
const retryMs = 250;
/** A load that fell behind while brokers were away does not come all at once. */
const recordsPerRequestMax = 400;
const poisonShare = 0.01;
const tombstoneShare = 0.005;

/**
 * Records of the workload at an even pace, whatever befalls the brokers, as long as it is not far ahead
 * of the answers: a slow machine makes a run longer, not another one. Among them are some that are no flow
 * records, and tombstones, each with a key of its own. A request that failed is sent again, so a record may be there twice:
 * what counts is what lies in the topic.
 */
export class Load {
  /** For each partition, where what is known to be stored ends. */
  readonly ends: number[];
  readonly #options: LoadOptions;
  readonly #producer: Producer;
  readonly #end = new AbortController();
  #done: Promise<void> = Promise.resolve();
  #serial = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.ends = Array.from({ length: options.partitions }, () => 0);
    this.#producer = testClient(options.bootstrap).producer();
  }

  get sent(): number {
    return this.#serial;
  }

  async start(): Promise<void> {
    await this.#producer.connect();
    this.#done = this.#produce();
  }

  /** Resolves once all that was made is stored. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
    await this.#producer.disconnect();
  }

  async #produce(): Promise<void> {
    const { partitions, recordsPerSecond } = this.#options;
    let dueFromMs = performance.now();
    let owed = 0;
    for (let turn = 0; !this.#end.signal.aborted; turn++) {
      await sleep(tickMs);
      const nowMs = performance.now();
      owed = Math.min(owed + ((nowMs - dueFromMs) / 1000) * recordsPerSecond, recordsPerRequestMax);
      dueFromMs = nowMs;
      if (this.#options.isFarAhead()) continue;
      const count = Math.floor(owed);
      owed -= count;
      const partition = turn % partitions;
      const messages = Array.from({ length: count }, () => this.#next(partition));
      if (count > 0) await this.#store(partition, messages);
    }
  }

  async #store(partition: number, messages: Message[]): Promise<void> {
    for (;;) {
      try {
        const [stored] = await this.#producer.send({ topic: this.#options.topic, messages });
        this.ends[partition] = Number(stored?.baseOffset) + messages.length;
        return;
      } catch {
        await sleep(retryMs);
      }
    }
  }

  #next(partition: number): Message {
    const { workload, random } = this.#options;
    const serial = this.#serial++;
    const headers = serial % 8 === 0 ? { 'x-serial': String(serial), 'x-odd': 'ü' } : undefined;
    const flow = workload.next();
    const chance = random();
    const value =
      chance < poisonShare
        ? poisoned(flow, serial)
        : chance < poisonShare + tombstoneShare
          ? null
          : flow;
    const key = serial % 3 === 0 && value !== null ? null : `key-${serial}`;
    return { partition, key, value, ...(headers !== undefined && { headers }) };
  }
}

/** Nothing that begins and ends as a record does. */
function poisoned(flow: Buffer, serial: number): Buffer {
  const kinds: readonly (() => Buffer)[] = [
    () => Buffer.from(`no record ${serial}`),
    () => Buffer.concat([flow.subarray(0, 100 + (serial % 500)), Buffer.from('"')]),
    () => Buffer.from([0xff, 0xfe, serial & 0xff, 0x00]),
    () => Buffer.alloc(0),
  ];
  return (kinds[serial % kinds.length] ?? kinds[0]!)();
}
