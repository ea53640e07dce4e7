import kafkajs from 'kafkajs';

import type { Codec, CodecName } from '../codecs/codec.ts';
import { codecs } from '../codecs/codecs.ts';
import { mendConnections } from './connections.ts';
import { mendDeadSeeds } from './dead-seeds.ts';
import { mendFetches } from './fetch-ahead.ts';
import { mendLateFetchers } from './late-fetchers.ts';
import { mendLateJoins } from './late-joins.ts';
import { mendLogins } from './logins.ts';
import { quietRequestQueues } from './request-queues.ts';
import { mendStrangers } from './strangers.ts';
import { installWire } from './wire/install.ts';
import { assertFewEntries } from './wire/legacy.ts';
import type { ReadLimits } from './wire/read-batches.ts';

/**
 * Mends kafkajs 2.2.4, whatever the number of calls: records are read and written by a codec of ours,
 * with every compression and with caps, and go to and from the sockets
 * with few copies; a connection does not log in again too soon; who is no member, or was stopped, does not work on,
 * nor spin; a broker that cannot be talked to is left for the next.
 */
export function patchKafkajs(limits: ReadLimits): void {
  installWire(limits);
  registerCodecs(limits);
  quietRequestQueues();
  mendConnections();
  mendLogins();
  mendStrangers();
  mendLateJoins();
  mendLateFetchers();
  mendDeadSeeds();
  mendFetches();
}

const codecTypes: Readonly<Record<CodecName, number>> = {
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
};

/**
 * For what kafkajs still reads itself, the message sets of old. Its own gzip has no cap on what it
 * decompresses, and the other three are missing.
 */
function registerCodecs(limits: ReadLimits): void {
  const registry: Record<number, unknown> = kafkajs.CompressionCodecs;
  for (const codec of Object.values(codecs)) {
    registry[codecTypes[codec.name]] = () => forKafkajs(codec, limits);
  }
}

function forKafkajs(codec: Codec, { batchBytes, batchRecords }: ReadLimits) {
  return {
    compress: async (encoder: { readonly buffer: Buffer }) => codec.compress(encoder.buffer),
    decompress: async (bytes: Buffer) => {
      const entries = await codec.decompress(bytes, batchBytes);
      assertFewEntries(entries, batchRecords);
      return entries;
    },
  };
}
