import type { Message, Producer } from 'kafkajs';

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
  records: Iterable<NewRecord>,
): Promise<void> {
  const producer = testClient(bootstrap).producer({ idempotent: true });
  await producer.connect();
  try {
    await produceBy(producer, topic, records);
  } finally {
    await producer.disconnect();
  }
}

/** The same by a producer that is connected already. */
export async function produceBy(
  producer: Producer,
  topic: string,
  records: Iterable<NewRecord>,
): Promise<void> {
  let messages: NewRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    messages.push(record);
    bytes += 100 + (record.value?.length ?? 0);
    if (bytes < requestBytesMax) continue;
    await producer.send({ topic, messages });
    messages = [];
    bytes = 0;
  }
  if (messages.length > 0) await producer.send({ topic, messages });
}
