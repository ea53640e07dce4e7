import kafkajs from 'kafkajs';

import type { Codec, CodecName } from '../codecs/codec.ts';
import { codecs } from '../codecs/codecs.ts';
import { requestQueuePrototype } from './internals.ts';

/**
 * Mends kafkajs 2.2.4, whatever the number of calls. Must come before the first connection: a
 * consumer that meets a batch of a codec it does not know stops for good.
 */
export function patchKafkajs(batchBytesMax: number): void {
  registerCodecs(batchBytesMax);
  quietRequestQueue();
}

const codecTypes: Readonly<Record<CodecName, number>> = {
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
};

/** kafkajs's own gzip has no cap on what it decompresses, and the other three are missing. */
function registerCodecs(batchBytesMax: number): void {
  const registry: Record<number, unknown> = kafkajs.CompressionCodecs;
  for (const codec of Object.values(codecs)) {
    registry[codecTypes[codec.name]] = () => forKafkajs(codec, batchBytesMax);
  }
}

function forKafkajs(codec: Codec, batchBytesMax: number) {
  return {
    compress: async (encoder: { readonly buffer: Buffer }) => codec.compress(encoder.buffer),
    decompress: async (bytes: Buffer) => codec.decompress(bytes, batchBytesMax),
  };
}

let quiet = false;

/**
 * Each connection re-arms a timer of 1 ms for ever, and the first one makes Node warn of a negative
 * time-out. The timer is needed only while a request waits or the broker throttles.
 */
function quietRequestQueue(): void {
  if (quiet) return;
  quiet = true;
  const queue = requestQueuePrototype();
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function scheduleWhenNeeded(): void {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    schedule.call(this);
  };
}
