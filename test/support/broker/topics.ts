import { setTimeout as sleep } from 'node:timers/promises';

import { type Admin, type ITopicMetadata, type Kafka, type KafkaConfig, logLevel } from 'kafkajs';

import { quietKafkajs } from './quiet-kafkajs.ts';

/** A topic to be made. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/** A quiet client for preparing and looking at topics, never for reading results back. */
export function testClient(bootstrap: string, more: Partial<KafkaConfig> = {}): Kafka {
  return new (quietKafkajs().Kafka)({
    brokers: bootstrap.split(','),
    clientId: 'rehearsal-test',
    connectionTimeout: 3000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 50, multiplier: 1.5, maxRetryTime: 1000, retries: 20 },
    logLevel: logLevel.NOTHING,
    ...more,
  });
}

/** Makes topics and waits until they have leaders. One that exists is left as it is. */
export async function createTopics(bootstrap: string, topics: readonly NewTopic[]): Promise<void> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      // It throws where another broker than the one that made them does not know them yet.
      waitForLeaders: false,
      topics: topics.map(({ name, partitions, configs = {} }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      })),
    });
    await haveLeaders(
      admin,
      topics.map(({ name }) => name),
    );
  } finally {
    await admin.disconnect();
  }
}

function hasLeaders({ partitions }: ITopicMetadata): boolean {
  return partitions.every(({ leader }) => leader >= 0);
}

async function areLed(admin: Admin, topics: string[]): Promise<boolean> {
  const found = await admin.fetchTopicMetadata({ topics });
  if (!found.topics.every(hasLeaders)) return false;
  // A broker is told a little later than the others that it leads, and gives no offsets until then.
  await Promise.all(topics.map(async (topic) => admin.fetchTopicOffsets(topic)));
  return true;
}

const leaders = { pollMs: 50, msMax: 60_000 };

async function haveLeaders(admin: Admin, topics: string[]): Promise<void> {
  const deadline = performance.now() + leaders.msMax;
  for (;;) {
    if (await areLed(admin, topics).catch(() => false)) return;
    if (performance.now() > deadline) throw new Error(`no leaders of ${topics.join(', ')}`);
    await sleep(leaders.pollMs);
  }
}

const warmUpAttemptsMax = 20;

/**
 * Uses everything once that a broker makes on first use (the topics of groups and transactions), so
 * that no test pays for it or meets "the coordinator is loading".
 */
export async function warmUp(bootstrap: string): Promise<void> {
  await createTopics(bootstrap, [{ name: warmUpName, partitions: 1 }]);
  for (let attempt = 1; ; attempt++) {
    try {
      await commitOnce(bootstrap);
      return;
    } catch (error) {
      // Met just what nobody else shall meet.
      if (attempt === warmUpAttemptsMax) throw error;
      await sleep(100);
    }
  }
}

const warmUpName = 'warm-up';

async function commitOnce(bootstrap: string): Promise<void> {
  const producer = testClient(bootstrap).producer({
    transactionalId: warmUpName,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    await transaction.send({ topic: warmUpName, messages: [{ partition: 0, value: null }] });
    const topics = [{ topic: warmUpName, partitions: [{ partition: 0, offset: '1' }] }];
    await transaction.sendOffsets({ consumerGroupId: warmUpName, topics });
    await transaction.commit();
  } finally {
    await producer.disconnect();
  }
}
