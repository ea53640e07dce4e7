import { ByteWriter } from '../../stage/records/byte-writer.ts';
import type { Chunk } from '../../stage/records/output-records.ts';
import { layout } from './batch-header.ts';
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
      readonly chunk: Chunk;
    }[];
  }[];
}

/**
 * Encodes a produce request of version 3 to 7, which differ in nothing that is sent, in pieces to be sent
 * one after the other: those of the records are not copied.
 * @throws CodecError
 */
export async function encodeProduceRequest(request: ProduceRequest): Promise<Buffer[]> {
  const { transactionalId, acks, timeoutMs, topics } = request;
  const pieces: Buffer[] = [
    piece(2 + Buffer.byteLength(transactionalId ?? '') + 2 + 4 + 4, (writer) => {
      writer.string(transactionalId);
      writer.int16(acks);
      writer.int32(timeoutMs);
      writer.int32(topics.length);
    }),
  ];
  for (const { topic, partitions } of topics) {
    pieces.push(
      piece(2 + Buffer.byteLength(topic) + 4, (writer) => {
        writer.string(topic);
        writer.int32(partitions.length);
      }),
    );
    for (const { partition, firstSequence, chunk } of partitions) {
      const isTransactional = transactionalId !== null;
      const options = { ...request, firstSequence, isTransactional };
      const { header, records } = await writeBatch(chunk, options);
      const place = piece(8, (writer) => {
        writer.int32(partition);
        writer.int32(layout.headerBytes + records.length);
      });
      chunk.timesSent += 1;
      pieces.push(place, header, records);
    }
  }
  return pieces;
}

function piece(bytes: number, write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(Buffer.allocUnsafe(bytes));
  write(writer);
  return writer.bytes;
}
