import { zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

import kafkajs, { type EachBatchPayload, type Message } from 'kafkajs';

/** A batch that grew must stay below what a broker takes. */
const recordsPerRequest = 400;

/**
 * Stock kafkajs as a stage: what `transform` makes of a batch is sent, acknowledged by all replicas,
 * and only then committed. `args`: BOOTSTRAP INPUT OUTPUT COMPRESSION.
 */
export async function eachKafkajsBatch(
  args: readonly string[],
  transform: (payload: EachBatchPayload) => Message[],
): Promise<void> {
  const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
  const [bootstrap = '', input = '', output = '', compression = 'none'] = args;
  // kafkajs leaves it to its users to bring this one.
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => promisify(zstdCompress)(buffer),
    decompress: (bytes: Buffer) => promisify(zstdDecompress)(bytes),
  });
  const kafka = new Kafka({
    brokers: bootstrap.split(','),
    clientId: 'stock-kafkajs',
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
      const messages = transform(payload);
      for (let from = 0; from < messages.length; from += recordsPerRequest) {
        await producer.send({
          topic: output,
          acks: -1,
          compression: compression === 'zstd' ? CompressionTypes.ZSTD : CompressionTypes.None,
          messages: messages.slice(from, from + recordsPerRequest),
        });
      }
      payload.resolveOffset(payload.batch.lastOffset());
    },
  });
}
