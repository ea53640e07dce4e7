// kafkajs's own codec of record batches, which ours takes the place of: here it is the second opinion.
import { createRequire } from 'node:module';

import type { OutputRecord } from '../../../src/stage/ports.ts';
import type { BatchOptions } from '../../../src/kafka/wire/write-batch.ts';

const require = createRequire(import.meta.url);

export interface StockRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>;
}

interface StockBatch {
  readonly records: readonly StockRecord[];
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly inTransaction: boolean;
}

/** Reads one batch as kafkajs does. */
export async function stockDecode(batch: Buffer): Promise<StockBatch> {
  const Decoder = load('decoder') as new (bytes: Buffer) => object;
  const decode = load('recordBatch/v0/decoder') as (decoder: object) => Promise<StockBatch>;
  return decode(new Decoder(batch));
}

/** Writes one batch as kafkajs does. Header values must not be null: it cannot write those. */
export async function stockEncode(
  records: readonly OutputRecord[],
  options: BatchOptions,
): Promise<Buffer> {
  const Record = load('recordBatch/record/v0') as (record: object) => object;
  const { RecordBatch } = load('recordBatch/v0') as {
    RecordBatch: (batch: object) => Promise<{ readonly buffer: Buffer }>;
  };
  const first = records[0]?.timestampMs ?? -1;
  const { buffer } = await RecordBatch({
    compression: options.codec,
    firstTimestamp: first,
    maxTimestamp: Math.max(...records.map(({ timestampMs }) => timestampMs)),
    lastOffsetDelta: records.length - 1,
    producerId: options.producerId,
    producerEpoch: options.producerEpoch,
    firstSequence: options.firstSequence,
    transactional: options.isTransactional,
    records: records.map(({ key, value, headers, timestampMs }, offsetDelta) =>
      Record({
        offsetDelta,
        timestampDelta: timestampMs - first,
        key,
        value,
        headers: Object.fromEntries(headers),
      }),
    ),
  });
  return buffer;
}

function load(path: string): unknown {
  return require(`kafkajs/src/protocol/${path}`);
}
