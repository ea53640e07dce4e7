import { setTimeout as sleep } from 'node:timers/promises';

import { readWithJava } from './java-reader.ts';
import { kcatIsInstalled, readWithKcat } from './kcat-reader.ts';
import type { StoredRecord } from './stored-record.ts';

export interface ReadOptions {
  readonly partition?: number;
  /** What transactions left behind, too. */
  readonly uncommitted?: boolean;
}

/**
 * Reads what is committed in a topic, unless told otherwise, up to its present end, partitions in order, by kcat where it is
 * installed, else by Kafka's Java client: never by the client that wrote it.
 */
export async function readTopic(
  bootstrap: string,
  topic: string,
  options: ReadOptions = {},
): Promise<StoredRecord[]> {
  const range = { bootstrap, topic, ...options };
  const read = (await kcatIsInstalled()) ? readWithKcat : readWithJava;
  return read(range);
}

/** Reads a topic again and again until it holds what `done` asks for; throws after `timeoutMs`. */
export async function readTopicUntil(
  bootstrap: string,
  topic: string,
  options: {
    readonly done: (records: readonly StoredRecord[]) => boolean;
    readonly timeoutMs: number;
  },
): Promise<StoredRecord[]> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const records = await readTopic(bootstrap, topic);
    if (options.done(records)) return records;
    if (Date.now() > deadline) {
      throw new Error(`\`${topic}\` held ${records.length} records after ${options.timeoutMs} ms`);
    }
    await sleep(250);
  }
}
