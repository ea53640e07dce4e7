import { testClient } from '../../test/support/broker/topics.ts';
import type { Workload } from '../workload/workload.ts';

export interface InputTopic {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

/** As many as an emitter of flow records puts into one request: about 290 kB. */
const recordsPerBatch = 250;

/** Fills a topic with records of the workload, spread evenly, uncompressed. */
export async function fillTopic(workload: Workload, input: InputTopic): Promise<void> {
  const producer = testClient(input.bootstrap).producer();
  await producer.connect();
  try {
    for (let sent = 0, turn = 0; sent < input.records; sent += recordsPerBatch, turn++) {
      const count = Math.min(recordsPerBatch, input.records - sent);
      const partition = turn % input.partitions;
      const messages = Array.from({ length: count }, () => ({ partition, value: workload.next() }));
      await producer.send({ topic: input.topic, messages });
    }
  } finally {
    await producer.disconnect();
  }
}
