import { createRequire } from 'node:module';

import type { FetchedMessage } from './fetched-message.ts';

const require = createRequire(import.meta.url);

interface LegacyMessage {
  readonly offset: string;
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Message sets from before Kafka 0.11, as kafkajs reads them. They have no headers. */
export async function readLegacy(bytes: Buffer): Promise<readonly FetchedMessage[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const decode = require('kafkajs/src/protocol/messageSet/decoder') as (
    decoder: object,
    size: number,
  ) => Promise<readonly LegacyMessage[]>;
  const messages = await decode(new Decoder(bytes), bytes.length);
  return messages.map(({ offset, timestamp, key, value }) => ({
    offset,
    isControlRecord: false,
    record: {
      offset: Number(offset),
      timestampMs: Number(timestamp ?? -1),
      key,
      value,
      headers: [],
    },
  }));
}
