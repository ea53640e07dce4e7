// Brokers tell each other how a transaction ended by markers, and send one again whose answer did not come. What
// then comes late, out of a broker that stood still, names the producer and its epoch, and not the transaction.
import { expect, onTestFinished, test } from 'vitest';

import { briefRetry, createClient } from '../../src/kafka/client.ts';
import type { Broker, TransactionalRequest } from '../../src/kafka/broker.ts';
import { createCluster } from '../../src/kafka/cluster.ts';
import { kafkaTimingDefault as timing } from '../../src/kafka/settings.ts';
import { askFlexibly } from '../../src/kafka/transactions/flexible.ts';
import { TransactionalProducer } from '../../src/kafka/transactions/producer.ts';
import { Transaction } from '../../src/kafka/transactions/transaction.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { aRecord, fakeLogger } from '../kafka/fakes.ts';
import { createPipeline } from '../support/broker/pipeline.ts';
import { readTopic } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { clock, settingsFor } from './pass-through.ts';

const { bootstrap } = sharedBroker();
const invalidProducerEpoch = 47;
const calm = new AbortController().signal;

test('the end of a transaction that a broker tells of late does not end the next', async () => {
  const { input, output } = await createPipeline(bootstrap, 1);
  const settings = settingsFor(bootstrap.split(','));
  const kafka = createClient(settings, { timing, logger: fakeLogger(), clock, retry: briefRetry });
  const cluster = createCluster(kafka, { metadataMaxAge: timing.metadataMaxAgeMs });
  onTestFinished(async () => cluster.disconnect());
  await cluster.connect();
  await cluster.addMultipleTargetTopics([output]);
  const options = {
    cluster,
    clientId: 'late',
    groupId: input,
    compression: 0,
    transactionTimeoutMs: 15_000,
    assertWorthRetrying: () => {},
  };
  const at = { topic: input, partition: 0 };
  const to = { topic: output, partition: 0 };
  const produce = async (transaction: Transaction, value: string): Promise<void> =>
    transaction.produce(to, packRecords([aRecord(value)]).chunks(), calm);
  const values = async (): Promise<unknown[]> =>
    (await readTopic(bootstrap, output)).map(({ value }) => value?.toString());

  const { producer } = await TransactionalProducer.open(options, at, calm);
  const first = await producer.next(calm);
  const transaction = new Transaction(first, 1);
  await produce(transaction, 'first');
  await transaction.commit();

  const second = await first.next(calm);
  const next = new Transaction(second, 2);
  await produce(next, 'second');
  const leader = await cluster.findBroker({
    nodeId: leaderOf(cluster.findTopicPartitionMetadata(output)),
  });
  expect(await tellCommitted(leader, first.session, to)).toBe(invalidProducerEpoch);
  expect(await values()).toEqual(['first']);
  await next.commit();
  expect(await values()).toEqual(['first', 'second']);
});

function leaderOf([partition]: readonly { readonly leader: number }[]): number {
  return partition?.leader ?? -1;
}

/** What the coordinator of a transaction tells the leader of a partition: it is committed. Returns the leader's answer. */
async function tellCommitted(
  leader: Broker,
  { producerId, producerEpoch }: TransactionalRequest,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): Promise<number> {
  return askFlexibly(leader, {
    apiKey: 27,
    apiVersion: 1,
    apiName: 'WriteTxnMarkers',
    bytesMax: 200,
    write: (writer) => {
      writer.count(1 + 1); // one marker
      writer.int64(Number(producerId));
      writer.int16(producerEpoch);
      writer.int8(1); // committed
      writer.count(1 + 1); // one topic
      writer.compactText(topic);
      writer.count(1 + 1); // one partition
      writer.int32(partition);
      writer.noTags();
      writer.int32(0); // epoch of the coordinator
      writer.noTags();
      writer.noTags();
    },
    read: (reader) => {
      reader.count();
      reader.int64(); // producer
      reader.count();
      reader.skip(reader.count() - 1); // topic
      reader.count();
      reader.int32(); // partition
      const errorCode = reader.int16();
      reader.skipTags();
      return errorCode;
    },
  });
}
