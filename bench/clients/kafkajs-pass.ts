// Stock kafkajs, bytes in, the same bytes out: `kafkajs-pass.ts BOOTSTRAP INPUT OUTPUT COMPRESSION`. It
// keeps what the stage keeps (partition, key, timestamp, headers), waits for all replicas and commits
// after them.
import { type Message } from 'kafkajs';
import { eachKafkajsBatch } from './stock-kafkajs.ts';

await eachKafkajsBatch(process.argv.slice(2), ({ batch }) =>
  batch.messages.map(({ key, value, timestamp, headers = {} }): Message => ({
    key,
    value,
    timestamp,
    headers,
    partition: batch.partition,
  })),
);
