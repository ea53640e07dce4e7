import type { Message } from 'kafkajs';

import { testClient } from './topics.ts';

/** A record for a named partition. */
export interface NewRecord extends Message {
  readonly partition: number;
}

const requestBytesMax = 500_000;

/** Puts records into a topic in their order, in requests that a broker takes. */
export async function produce(
  bootstrap: string,
  topic: string,
  records: readonly NewRecord[],
): Promise<void> {
  const producer = testClient(bootstrap).producer({ idempotent: true });
  await producer.connect();
  try {
    for (const messages of requestsOf(records)) await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}

function requestsOf(records: readonly NewRecord[]): NewRecord[][] {
  const requests: NewRecord[][] = [[]];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (bytes + size > requestBytesMax) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)?.push(record);
    bytes += size;
  }
  return requests;
}
