// A cluster of one broker that does as it is told, for the tests of transactions.
import type { EachBatchPayload } from 'kafkajs';

import type { Broker } from '../../../src/kafka/broker.ts';
import type { Cluster } from '../../../src/kafka/cluster.ts';
import type { ProducerOptions } from '../../../src/kafka/transactions/producer.ts';
import { aRecord, stub } from '../fakes.ts';

/** A broker's refusal, as kafkajs tells of it. */
export function refusal(type: string): Error {
  return Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type });
}

export interface FakeBroker {
  /** What was asked, in order. */
  readonly log: string[];
  /** Refusals to come, by request. */
  readonly refusals: Map<string, unknown[]>;
  /** What the group has committed; -1 = nothing. */
  committed: number;
  readonly options: ProducerOptions;
}

/** Every transaction and every opening raises the epoch; a commit becomes visible when the transaction ends. */
export function aBroker(over: Partial<ProducerOptions> = {}): FakeBroker {
  const log: string[] = [];
  const refusals = new Map<string, unknown[]>();
  const fake = { log, refusals, committed: -1, options: {} as ProducerOptions };
  let epoch = -1;
  let pending = -1;
  const ask = async (name: string, detail: string): Promise<void> => {
    log.push(detail === '' ? name : `${name} ${detail}`);
    const next = refusals.get(name)?.shift();
    if (next instanceof Error) throw next;
    if (next instanceof Promise) await next;
  };
  const broker = stub<Broker>({
    versions: { 9: { maxVersion: 9 } },
    connectionPool: {
      send: async ({ request, response }) => {
        if (request.apiKey === 9) {
          await ask('offsetFetch', '');
          return response.parse(await response.decode(offsetAnswer(fake.committed)));
        }
        await ask('raise', '');
        epoch += 1;
        return response.parse(await response.decode(epochAnswer(epoch)));
      },
    },
    findGroupCoordinator: async () => ({ coordinator: { nodeId: 1 } }),
    initProducerId: async ({ transactionalId }) => {
      await ask('init', transactionalId);
      epoch += 1;
      return { producerId: '7', producerEpoch: epoch };
    },
    addPartitionsToTxn: async ({ topics }) =>
      ask('addPartitions', topics.map((one) => `${one.topic}/${one.partitions.join()}`).join(' ')),
    addOffsetsToTxn: async ({ groupId }) => ask('addOffsets', groupId),
    txnOffsetCommit: async ({ topics }) => {
      pending = Number(topics[0]?.partitions[0]?.offset);
      await ask('offsets', String(pending));
    },
    endTxn: async ({ producerEpoch, transactionResult }) => {
      await ask('end', `${producerEpoch} ${transactionResult}`);
      fake.committed = pending;
    },
    produce: async ({ topicData }) => {
      const [data] = topicData;
      const [part] = data?.partitions ?? [];
      await ask('produce', `${data?.topic}/${part?.partition} from ${part?.firstSequence}`);
    },
  });
  fake.options = {
    cluster: stub<Cluster>({
      findControllerBroker: async () => broker,
      findBroker: async () => broker,
      findTopicPartitionMetadata: () => [
        { partitionId: 0, leader: 1 },
        { partitionId: 3, leader: 1 },
      ],
    }),
    clientId: 'rehearsal',
    groupId: 'g',
    compression: 0,
    transactionTimeoutMs: 15_000,
    assertWorthRetrying: () => {},
    ...over,
  };
  return fake;
}

/** A coordinator that gives this answer to all; `asked` is what it was sent. */
export function coordinator(answer: Buffer) {
  const asked: Buffer[] = [];
  const broker = stub<Broker>({
    connectionPool: {
      send: async ({ request, response }) => {
        asked.push((await request.encode()).buffer);
        return response.parse(await response.decode(answer));
      },
    },
  });
  return { broker, asked };
}

/** An answer of version 3 to who asks for the next epoch of producer 7. */
export function epochAnswer(epoch: number, errorCode = 0): Buffer {
  const bytes = Buffer.alloc(18);
  bytes.writeInt16BE(errorCode, 5); // after the head and the throttle time
  bytes.writeBigInt64BE(7n, 7);
  bytes.writeInt16BE(epoch, 15);
  return bytes;
}

/** An answer of version 7 about one partition. */
export function offsetAnswer(offset: number, errorCode = 0, groupErrorCode = 0): Buffer {
  const bytes = Buffer.alloc(64);
  let at = 0;
  bytes[at++] = 0; // tagged fields of the head
  at = bytes.writeInt32BE(0, at); // throttle time
  bytes[at++] = 2; // one topic
  bytes[at++] = 6;
  at += bytes.write('flows', at);
  bytes[at++] = 2; // one partition
  at = bytes.writeInt32BE(3, at);
  at = bytes.writeBigInt64BE(BigInt(offset), at);
  at = bytes.writeInt32BE(-1, at); // epoch of the leader
  bytes[at++] = 1; // metadata of no length
  at = bytes.writeInt16BE(errorCode, at);
  bytes[at++] = 0;
  bytes[at++] = 0;
  at = bytes.writeInt16BE(groupErrorCode, at);
  bytes[at++] = 0;
  return bytes.subarray(0, at);
}

/** Offsets `first` to `last` of partition 3 of `flows`, as kafkajs delivers them; see `resolved`. */
export function aPayload(first: number, last: number, resolved: string[] = []): EachBatchPayload {
  const records = Array.from({ length: last - first + 1 }, (_, index) => ({
    ...aRecord(''),
    offset: first + index,
  }));
  const batch: unknown = {
    topic: 'flows',
    partition: 3,
    highWatermark: String(last + 1),
    messages: [{ records }],
    fetchedOffset: String(first),
    lastOffset: () => String(last),
  };
  return stub<EachBatchPayload>({
    batch: batch as EachBatchPayload['batch'],
    resolveOffset: (offset) => void resolved.push(offset),
  });
}
