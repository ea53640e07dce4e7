// The peer of `bench/stage.ts`: stock kafkajs, bytes in, the same bytes out. It keeps what the stage
// keeps (partition, key, timestamp, headers), waits for all replicas and commits after them.
import { Kafka, logLevel } from 'kafkajs';

const [bootstrap = '', input = '', output = ''] = process.argv.slice(2);

const kafka = new Kafka({
  brokers: bootstrap.split(','),
  clientId: 'pass-through',
  logLevel: logLevel.NOTHING,
});
const producer = kafka.producer({ idempotent: true });
const consumer = kafka.consumer({ groupId: output, maxWaitTimeInMs: 250 });

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [input], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: 4,
  eachBatchAutoResolve: false,
  eachBatch: async (payload) => {
    const { batch } = payload;
    const messages = batch.messages.map(({ key, value, timestamp, headers = {} }) => ({
      key,
      value,
      timestamp,
      headers,
      partition: batch.partition,
    }));
    await producer.send({ topic: output, acks: -1, messages });
    payload.resolveOffset(batch.lastOffset());
  },
});
