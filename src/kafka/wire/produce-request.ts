import type { OutputRecord } from '../../stage/ports.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeBatch } from './write-batch.ts';

/** A produce request as kafkajs asks for it, with records of ours. */
export interface ProduceRequest {
  /** `null` = not transactional. */
  readonly transactionalId: string | null;
  readonly acks: number;
  readonly timeoutMs: number;
  readonly codec: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly records: readonly OutputRecord[];
    }[];
  }[];
}

/** Encodes a produce request of version 3 to 7, which differ in nothing that is sent. @throws CodecError */
export async function encodeProduceRequest(request: ProduceRequest): Promise<Buffer> {
  const { transactionalId, acks, timeoutMs, topics } = request;
  const parts: Buffer[] = [
    piece(2 + Buffer.byteLength(transactionalId ?? '') + 2 + 4 + 4, (writer) => {
      writer.string(transactionalId);
      writer.int16(acks);
      writer.int32(timeoutMs);
      writer.int32(topics.length);
    }),
  ];
  for (const { topic, partitions } of topics) {
    parts.push(
      piece(2 + Buffer.byteLength(topic) + 4, (writer) => {
        writer.string(topic);
        writer.int32(partitions.length);
      }),
    );
    for (const { partition, firstSequence, records } of partitions) {
      const batch = await writeBatch(records, {
        ...request,
        firstSequence,
        isTransactional: transactionalId !== null,
      });
      parts.push(
        piece(8, (writer) => {
          writer.int32(partition);
          writer.int32(batch.length);
        }),
        batch,
      );
    }
  }
  return Buffer.concat(parts);
}

function piece(bytes: number, write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(Buffer.allocUnsafe(bytes));
  write(writer);
  return writer.bytes;
}
