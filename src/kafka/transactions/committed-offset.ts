// kafkajs asks for committed offsets in a version that shows what an open transaction is about to
// change. Version 7 can ask for offsets that will stay.
import { ByteReader, WireError } from '../../stage/records/byte-reader.ts';
import { ByteWriter } from '../../stage/records/byte-writer.ts';
import type { TopicPartition } from '../../stage/ports.ts';
import type { Broker } from '../broker.ts';
import { protocolError } from '../internals.ts';

/** Number of the request, and its first version that may require stable offsets (Kafka 2.5). */
export const offsetFetch = { apiKey: 9, apiVersion: 7 } as const;

/**
 * Where a group goes on in a partition, `null` = it has committed nothing there. Rejects while a
 * transaction that changes it has not ended.
 */
export async function fetchCommittedOffset(
  coordinator: Broker,
  groupId: string,
  at: TopicPartition,
): Promise<number | null> {
  const bytes = encodeRequest(groupId, at);
  const answer = await coordinator.connectionPool.send({
    request: {
      ...offsetFetch,
      apiName: 'OffsetFetch',
      encode: async () => ({ buf: bytes, buffer: bytes }),
    },
    response: {
      decode: async (payload) => decodeAnswer(payload),
      parse: async (decoded) => decoded,
    },
  });
  if (answer.errorCode !== 0) throw protocolError(answer.errorCode);
  return answer.offset < 0 ? null : answer.offset;
}

/** A request with the flexible head of version 2, whose last byte kafkajs's own head lacks. */
function encodeRequest(groupId: string, { topic, partition }: TopicPartition): Buffer {
  const bytes = Buffer.byteLength(groupId) + Buffer.byteLength(topic);
  const writer = new ByteWriter(Buffer.allocUnsafe(bytes + fixedBytesMax));
  writer.int8(0); // no tagged fields in the head
  compactText(writer, groupId);
  unsigned(writer, 1 + 1); // one topic
  compactText(writer, topic);
  unsigned(writer, 1 + 1); // one partition
  writer.int32(partition);
  writer.int8(0); // no tagged fields of the topic
  writer.int8(1); // stable offsets only
  writer.int8(0); // no tagged fields
  return writer.bytes.subarray(0, writer.at);
}

const fixedBytesMax = 32;

interface Answer {
  readonly errorCode: number;
  readonly offset: number;
}

function decodeAnswer(payload: Buffer): Answer {
  const reader = new ByteReader(payload);
  skipTags(reader); // of the head
  reader.int32(); // throttle time
  let offset = -1;
  let errorCode = 0;
  for (let topics = readUnsigned(reader) - 1; topics > 0; topics -= 1) {
    reader.skip(readUnsigned(reader) - 1); // name
    for (let partitions = readUnsigned(reader) - 1; partitions > 0; partitions -= 1) {
      reader.int32(); // partition
      offset = reader.int64();
      reader.int32(); // epoch of the leader
      reader.skip(Math.max(0, readUnsigned(reader) - 1)); // metadata; 0 = none
      errorCode = reader.int16();
      skipTags(reader);
    }
    skipTags(reader);
  }
  const groupErrorCode = reader.int16();
  return { errorCode: groupErrorCode === 0 ? errorCode : groupErrorCode, offset };
}

/** A text after its length and one, as a varint without a sign. */
function compactText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  unsigned(writer, bytes.length + 1);
  writer.raw(bytes);
}

function unsigned(writer: ByteWriter, value: number): void {
  let left = value;
  for (; left >= 0x80; left >>>= 7) writer.int8(((left & 0x7f) | 0x80) - 0x100);
  writer.int8(left);
}

function readUnsigned(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.int8();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte >= 0) return value;
  }
  throw new WireError('a number that does not end');
}

function skipTags(reader: ByteReader): void {
  for (let tags = readUnsigned(reader); tags > 0; tags -= 1) {
    readUnsigned(reader); // number of the field
    reader.skip(readUnsigned(reader));
  }
}
