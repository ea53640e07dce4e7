// kafkajs asks for committed offsets in a version that shows what an open transaction is about to
// change. Version 7 can ask for offsets that will stay.
import type { TopicPartition } from '../../stage/ports.ts';
import type { Broker } from '../broker.ts';
import { protocolError } from '../protocol-error.ts';
import type { CompactReader } from './compact-bytes.ts';
import { askFlexibly } from './flexible.ts';

/** Number of the request, and its first version that may require stable offsets (Kafka 2.5). */
export const offsetFetch = { apiKey: 9, apiVersion: 7 } as const;

/**
 * Where a group goes on in a partition, `null` = it has committed nothing there. Rejects while a
 * transaction that changes it has not ended.
 */
export async function fetchCommittedOffset(
  coordinator: Broker,
  groupId: string,
  { topic, partition }: TopicPartition,
): Promise<number | null> {
  const { errorCode, offset } = await askFlexibly(coordinator, {
    ...offsetFetch,
    apiName: 'OffsetFetch',
    bytesMax: Buffer.byteLength(groupId) + Buffer.byteLength(topic) + fixedBytesMax,
    write: (writer) => {
      writer.compactText(groupId);
      writer.count(1 + 1); // one topic
      writer.compactText(topic);
      writer.count(1 + 1); // one partition
      writer.int32(partition);
      writer.noTags(); // of the topic
      writer.int8(1); // stable offsets only
      writer.noTags();
    },
    read: readAnswer,
  });
  if (errorCode !== 0) throw protocolError(errorCode);
  return offset < 0 ? null : offset;
}

const fixedBytesMax = 32;

interface Answer {
  readonly errorCode: number;
  readonly offset: number;
}

function readAnswer(reader: CompactReader): Answer {
  reader.int32(); // throttle time
  let offset = -1;
  let errorCode = 0;
  for (let topics = reader.count() - 1; topics > 0; topics -= 1) {
    reader.skip(reader.count() - 1); // name
    for (let partitions = reader.count() - 1; partitions > 0; partitions -= 1) {
      reader.int32(); // partition
      offset = reader.int64();
      reader.int32(); // epoch of the leader
      reader.skip(Math.max(0, reader.count() - 1)); // metadata; 0 = none
      errorCode = reader.int16();
      reader.skipTags();
    }
    reader.skipTags();
  }
  const groupErrorCode = reader.int16();
  return { errorCode: groupErrorCode === 0 ? errorCode : groupErrorCode, offset };
}
