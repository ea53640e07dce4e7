import type { Message } from 'kafkajs';

import type { Chunk } from '../../stage/records/output-records.ts';

/**
 * A chunk in the place of the array of messages that kafkajs sends. Of the messages it only looks whether
 * each has a value, groups them by partition with `reduce`, and counts them for the sequence numbers.
 */
export class ChunkMessages implements Pick<readonly Message[], 'length'> {
  readonly chunk: Chunk;
  readonly #partition: number;

  constructor(chunk: Chunk, partition: number) {
    this.chunk = chunk;
    this.#partition = partition;
  }

  get length(): number {
    return this.chunk.records;
  }

  /** No message is without a value. */
  find(): undefined {}

  /** All of them are for one partition. */
  reduce(): Readonly<Record<number, ChunkMessages>> {
    return { [this.#partition]: this };
  }
}

/** A chunk for one partition, as what kafkajs takes for an array of messages. */
export function messagesOf(chunk: Chunk, partition: number): Message[] {
  const messages: unknown = new ChunkMessages(chunk, partition);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above what is looked at
  return messages as Message[];
}
