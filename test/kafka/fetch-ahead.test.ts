import { expect, test } from 'vitest';

import { mendFetches } from '../../src/kafka/fetch-ahead.ts';
import { type ConsumerGroup, consumerGroupPrototype } from '../../src/kafka/internals.ts';
import { messageOf } from '../../src/kafka/wire/fetched-message.ts';

interface Asked {
  readonly offsets: Record<string, number>;
  readonly bytes: number;
  /** The last offset that there is of each partition. */
  answer: (lastOffsets: Record<string, number | null>) => void;
  fail: (error: unknown) => void;
}

interface Request {
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

/** kafkajs's own membership, of partitions 0 and 1, before a broker that answers as the test says. */
function aMember() {
  mendFetches();
  const asked: Asked[] = [];
  const recovered: unknown[] = [];
  const fetch = async ({ maxBytes, topics }: Request) => {
    const { promise, resolve, reject } = Promise.withResolvers<object>();
    const partitions = topics.flatMap((topic) => topic.partitions);
    asked.push({
      offsets: Object.fromEntries(
        partitions.map((one) => [one.partition, Number(one.fetchOffset)]),
      ),
      bytes: maxBytes,
      answer: (lastOffsets) =>
        resolve({ responses: [{ topicName: 'flows', partitions: partitionsOf(lastOffsets) }] }),
      fail: reject,
    });
    return promise;
  };
  const group = Object.assign(Object.create(consumerGroupPrototype()) as ConsumerGroup, {
    memberId: 'me',
    maxBytes: 8000,
    maxBytesPerPartition: 1000,
    preferredReadReplicasPerTopicPartition: {},
    partitionsPerSubscribedTopic: null,
    seekOffset: new Map(),
    subscriptionState: {
      assigned: () => [{ topic: 'flows', partitions: [0, 1] }],
      isPaused: () => false,
    },
    filterPartitionsByNode: (_node: string, assigned: readonly object[]) => assigned,
    getActiveTopicPartitions: () => ({ flows: new Set([0, 1]) }),
    seekOffsets: async () => {},
    cluster: {
      refreshMetadataIfNecessary: async () => {},
      findBroker: async () => ({ fetch }),
    },
    recoverFromFetch: async (error: unknown) => void recovered.push(error),
    offsetManager: generation(),
  });
  return {
    group,
    asked,
    recovered,
    join: () => Object.assign(group, { offsetManager: generation() }),
  };
}

function generation(): ConsumerGroup['offsetManager'] {
  const next = new Map([
    [0, 0],
    [1, 0],
  ]);
  return Object.assign(
    {
      nextOffset: (_topic: string, partition: number) => next.get(partition) ?? 0,
      resolveOffset: ({ partition, offset }: { partition: number; offset: string }) =>
        void next.set(partition, Number(offset) + 1),
    },
    { committedOffsets: () => ({ flows: { 0: '0', 1: '0' } }) },
  );
}

function partitionsOf(lastOffsets: Record<string, number | null>): object[] {
  return Object.entries(lastOffsets).map(([partition, last]) => ({
    partition: Number(partition),
    highWatermark: '1000',
    abortedTransactions: [],
    messages: last === null ? [] : [messageOf(last, [], 100)],
  }));
}

function done({ offsetManager }: ConsumerGroup, partition: number, lastOffset: number): void {
  offsetManager.resolveOffset({ topic: 'flows', partition, offset: String(lastOffset) });
}

/** Where the batches of an answer end. */
async function ends(fetching: ReturnType<ConsumerGroup['fetch']>): Promise<Record<number, string>> {
  const batches = await fetching;
  return Object.fromEntries(batches.map((batch) => [batch.partition, batch.lastOffset()]));
}

/** The one that was asked for last, once it has been. */
async function lastOf(asked: readonly Asked[], count: number): Promise<Asked> {
  await expect.poll(() => asked.length).toBe(count);
  return asked.at(-1)!;
}

async function first({ group, asked }: ReturnType<typeof aMember>): Promise<Asked> {
  const fetching = group.fetch('1');
  (await lastOf(asked, 1)).answer({ 0: 9, 1: 4 });
  expect(await ends(fetching)).toEqual({ 0: '9', 1: '4' });
  return lastOf(asked, 2);
}

test('what follows an answer is asked for while that is worked on, and nothing beyond it', async () => {
  const member = aMember();
  const ahead = await first(member);
  expect(ahead.offsets).toEqual({ 0: 10, 1: 5 });
  ahead.answer({ 0: 19, 1: 8 });
  done(member.group, 0, 9);
  done(member.group, 1, 4);
  expect(member.asked).toHaveLength(2);
  expect(await ends(member.group.fetch('1'))).toEqual({ 0: '19', 1: '8' });
  expect((await lastOf(member.asked, 3)).offsets).toEqual({ 0: 20, 1: 9 });
});

test('of an answer ahead only what goes on from what was done counts', async () => {
  const member = aMember();
  const ahead = await first(member);
  ahead.answer({ 0: 19, 1: 8 });
  done(member.group, 1, 4);
  expect(await ends(member.group.fetch('1'))).toEqual({ 1: '8' });
  // The other is fetched again.
  expect((await lastOf(member.asked, 3)).offsets).toEqual({ 0: 0, 1: 9 });
});

test('an answer to a member of a generation that is over counts for nothing', async () => {
  const member = aMember();
  const ahead = await first(member);
  member.join();
  ahead.answer({ 0: 19, 1: 8 });
  const fetching = member.group.fetch('1');
  const again = await lastOf(member.asked, 3);
  expect(again.offsets).toEqual({ 0: 0, 1: 0 });
  member.join();
  again.answer({ 0: 3 });
  expect(await ends(fetching)).toEqual({});
});

test('an error ahead is for when the answer is wanted', async () => {
  const member = aMember();
  const ahead = await first(member);
  const error = new Error('out of range');
  ahead.fail(error);
  await new Promise(setImmediate);
  expect(member.recovered).toEqual([]);
  expect(await member.group.fetch('1')).toEqual([]);
  expect(member.recovered).toEqual([error]);
});

test('nothing is asked for behind an answer without records', async () => {
  const member = aMember();
  const fetching = member.group.fetch('1');
  (await lastOf(member.asked, 1)).answer({ 0: null });
  expect(await ends(fetching)).toEqual({ 0: '999' });
  await new Promise(setImmediate);
  expect(member.asked).toHaveLength(1);
});

test('brokers have an answer ahead each', async () => {
  const member = aMember();
  const ahead = await first(member);
  const other = member.group.fetch('2');
  (await lastOf(member.asked, 3)).answer({ 0: null });
  await other;
  ahead.answer({ 1: 8 });
  done(member.group, 1, 4);
  expect(await ends(member.group.fetch('1'))).toEqual({ 1: '8' });
});
