// kafkajs asks for metadata in versions that do not tell what the asker may do. Version 8 does.
import { ByteReader } from '../../stage/records/byte-reader.ts';
import { ByteWriter } from '../../stage/records/byte-writer.ts';
import type { Broker } from '../broker.ts';

export type TopicOperation = 'Read' | 'Write';

/** What each topic that exists allows the asker; a topic that may be missing is left out. */
export type TopicRights = ReadonlyMap<string, ReadonlySet<TopicOperation>>;

/** Number of the request, and its first version that tells of rights (Kafka 2.3, KIP-430). */
const metadata = { apiKey: 3, apiVersion: 8 } as const;

/** Empty where the broker is too old to tell. */
export async function fetchTopicRights(
  broker: Pick<Broker, 'versions' | 'connectionPool'>,
  topics: readonly string[],
): Promise<TopicRights> {
  if ((broker.versions[metadata.apiKey]?.maxVersion ?? 0) < metadata.apiVersion) return new Map();
  const bytes = encodeRequest(topics);
  return broker.connectionPool.send({
    request: {
      ...metadata,
      apiName: 'Metadata',
      encode: async () => ({ buf: bytes, buffer: bytes }),
    },
    response: {
      decode: async (payload) => decodeTopicRights(payload),
      parse: async (rights) => rights,
    },
  });
}

function encodeRequest(topics: readonly string[]): Buffer {
  const bytes = topics.reduce((sum, topic) => sum + 2 + Buffer.byteLength(topic), 4 + 3);
  const writer = new ByteWriter(Buffer.allocUnsafe(bytes));
  writer.int32(topics.length);
  for (const topic of topics) writer.string(topic);
  writer.int8(0); // makes no topic
  writer.int8(0); // rights on the cluster do not matter
  writer.int8(1); // those on the topics do
  return writer.bytes;
}

const notAuthorised = 29;

/** The bits of an answer, by Kafka's numbers of operations. */
const bits: readonly (readonly [operation: TopicOperation, bit: number])[] = [
  ['Read', 2 ** 3],
  ['Write', 2 ** 4],
];

/** @throws WireError */
export function decodeTopicRights(payload: Buffer): TopicRights {
  const reader = new ByteReader(payload);
  reader.int32(); // throttle time
  for (let brokers = reader.int32(); brokers > 0; brokers -= 1) skipBroker(reader);
  skipText(reader); // id of the cluster
  reader.int32(); // controller
  const rights = new Map<string, ReadonlySet<TopicOperation>>();
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const errorCode = reader.int16();
    const name = reader.string();
    reader.int8(); // whether it is internal
    for (let partitions = reader.int32(); partitions > 0; partitions -= 1) skipPartition(reader);
    const mask = reader.int32();
    // Whoever may not even be told of it may do nothing with it.
    if (errorCode === notAuthorised) rights.set(name, new Set());
    if (errorCode !== 0) continue;
    rights.set(name, new Set(bits.flatMap(([operation, bit]) => (mask & bit ? [operation] : []))));
  }
  return rights;
}

function skipBroker(reader: ByteReader): void {
  reader.int32(); // id
  skipText(reader); // host
  reader.int32(); // port
  skipText(reader); // rack
}

function skipPartition(reader: ByteReader): void {
  reader.int16(); // error
  reader.int32(); // number
  reader.int32(); // leader
  reader.int32(); // its epoch
  // Replicas, those in sync, those offline.
  for (let list = 0; list < 3; list += 1) reader.skip(reader.int32() * 4);
}

/** A text of the length -1 is none. */
function skipText(reader: ByteReader): void {
  reader.skip(Math.max(0, reader.int16()));
}
