import { testClient } from '../../test/support/broker/topics.ts';

export interface InputTopic {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

/** As many as an emitter of flow records puts into one request: about 290 kB. */
const recordsPerBatch = 250;

/** Fills a topic with what `next` gives, spread evenly, uncompressed. */
export async function fillTopic(next: () => Buffer, input: InputTopic): Promise<void> {
  const producer = testClient(input.bootstrap).producer();
  await producer.connect();
  try {
    for (let sent = 0, turn = 0; sent < input.records; sent += recordsPerBatch, turn++) {
      const count = Math.min(recordsPerBatch, input.records - sent);
      const partition = turn % input.partitions;
      const messages = Array.from({ length: count }, () => ({ partition, value: next() }));
      await producer.send({ topic: input.topic, messages });
    }
  } finally {
    await producer.disconnect();
  }
}
