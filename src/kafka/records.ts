import type { InputRecord, OutputRecord } from '../stage/ports.ts';
import { assert } from '../std/assert.ts';
import type { FetchedMessage } from './wire/fetched-message.ts';
import type { RecordMessage } from './wire/install.ts';

/** The records of fetched messages. Keys and values are views of what came from the broker. */
export function recordsOf(messages: readonly object[]): InputRecord[] {
  return messages.map((message) => {
    assert(isFetched(message) && message.record !== null, 'a message that our codec did not read');
    return message.record;
  });
}

/** A message that carries a record to an explicit partition. */
export function messageOf(record: OutputRecord, partition: number): RecordMessage {
  // kafkajs looks at the value only to see that there is one.
  return { partition, value: null, record };
}

function isFetched(message: object): message is FetchedMessage {
  return 'record' in message;
}
