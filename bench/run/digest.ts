import { createHash } from 'node:crypto';

import { readTopic } from '../../test/support/broker/read-topic.ts';

/** What lies in a topic, in short. */
export interface Digest {
  readonly records: number;
  /** Of each record, in order. */
  readonly values: readonly Buffer[];
  /** Of partition, time, key, value and headers of each record, in order. */
  readonly hash: string;
}

/** Reads a whole topic by a client that none of the measured ones uses. */
export async function digestOf(bootstrap: string, topic: string): Promise<Digest> {
  const hash = createHash('sha256');
  const records = await readTopic(bootstrap, topic);
  for (const { partition, timestampMs, key, value, headers } of records) {
    const named = headers.map(([name, bytes]) => [name, text(bytes)]);
    hash.update(JSON.stringify([partition, timestampMs, text(key), text(value), named]));
  }
  const values = records.map(({ value }) => value ?? Buffer.alloc(0));
  return { records: records.length, values, hash: hash.digest('hex').slice(0, 16) };
}

function text(bytes: Buffer | null): string | null {
  return bytes?.toString('latin1') ?? null;
}
