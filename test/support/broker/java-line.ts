import { fileURLToPath } from 'node:url';

import type { StoredRecord } from './stored-record.ts';

/** The program that prints records by Kafka's own Java client. */
export const topicReader = fileURLToPath(new URL('TopicReader.java', import.meta.url));

/** A record with the topic that it lies in. */
export interface TopicRecord extends StoredRecord {
  readonly topic: string;
}

/** A line of `TopicReader.java`. */
export function parseJavaLine(line: string): TopicRecord {
  const [topic = '', partition, offset, timestampMs, key = '-', value = '-', ...headers] =
    line.split(' ');
  return {
    topic,
    partition: Number(partition),
    offset: Number(offset),
    timestampMs: Number(timestampMs),
    key: bytes(key),
    value: bytes(value),
    headers: headers.flatMap((name, index) =>
      index % 2 === 0
        ? [[bytes(name)?.toString('utf8') ?? '', bytes(headers[index + 1] ?? '-')] as const]
        : [],
    ),
  };
}

function bytes(base64: string): Buffer | null {
  return base64 === '-' ? null : Buffer.from(base64, 'base64');
}
