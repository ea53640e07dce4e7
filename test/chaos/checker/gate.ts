import { setTimeout as sleep } from 'node:timers/promises';

import { type Random, seededRandom } from '../../../bench/workload/random.ts';
import type { BrokerHarness } from '../../support/broker/harness.ts';
import { produce } from '../../support/broker/produce.ts';
import { readTopic } from '../../support/broker/read-topic.ts';
import type { StoredRecord } from '../../support/broker/stored-record.ts';
import { followTopics, type FollowOptions } from '../../support/broker/topic-follower.ts';
import { testClient } from '../../support/broker/topics.ts';
import { Stand } from '../stand/stand.ts';
import { type Finding, Ledger } from './ledger.ts';
import { mutations } from './mutations.ts';

export interface GateReport {
  readonly caught: readonly string[];
  /** Mutations that nobody noticed, and what was found where nothing was wrong. */
  readonly problems: readonly string[];
}

/** What a stage wrote, undisturbed, and topics that hold it with something wrong. */
interface Samples {
  readonly stand: Stand;
  readonly outputs: readonly StoredRecord[];
  readonly topicOf: (name: string) => string;
}

const partitions = 2;
/** Enough that every mutation finds what it needs in one partition. */
const sampleRecords = 300;
const pollMs = 20;
const untouched = 'nothing';
const leak = 'leaked abort';

/**
 * Whether the checker can be trusted: copies of what a stage wrote, each with one fault, go through the
 * broker, the reader and the ledger as the real thing does, and each must be caught.
 */
export async function tryChecker(broker: BrokerHarness, seed: number): Promise<GateReport> {
  // A duplicate of the stage's own could hide a loss that is put in.
  const guarantee = 'exactly-once';
  const stand = await Stand.open({ broker, seed, guarantee, recordsPerSecond: 200, partitions });
  try {
    const samples = await takeSamples(stand);
    await writeMutations(samples, seededRandom(seed));
    const committed = await foundIn(samples, 'read_committed');
    const uncommitted = await foundIn(samples, 'read_uncommitted');
    const isCaught = [
      ...mutations.map(({ name, finding }) => [name, committed(name).counts[finding] > 0] as const),
      [leak, duplicatesIn(uncommitted(leak)) > duplicatesIn(uncommitted(untouched))] as const,
    ];
    return {
      caught: isCaught.flatMap(([name, caught]) => (caught ? [name] : [])),
      problems: [
        ...isCaught.flatMap(([name, caught]) => (caught ? [] : [`${name} was not caught`])),
        ...[untouched, leak].flatMap((name) => falseAlarms(name, committed(name))),
      ],
    };
  } finally {
    await stand.close();
  }
}

function duplicatesIn({ counts }: Ledger): number {
  return counts.duplicated;
}

function falseAlarms(name: string, { counts, examples }: Ledger): string[] {
  return (Object.keys(counts) as Finding[])
    .filter((finding) => counts[finding] > 0)
    .map((finding) => `${counts[finding]} ${finding} where ${name} was wrong: ${examples.join()}`);
}

async function takeSamples(stand: Stand): Promise<Samples> {
  await stand.load.start();
  await (await stand.fleet.start()).ready();
  while (stand.load.sent < sampleRecords) await sleep(pollMs);
  await stand.load.stop();
  await stand.recovered();
  await stand.fleet.stop();
  const { output } = stand.pipeline;
  const outputs = await readTopic(stand.broker.bootstrap, output);
  return { stand, outputs, topicOf: (name) => `${output}-${name.replaceAll(' ', '-')}` };
}

async function writeMutations(
  { stand: { broker }, outputs, topicOf }: Samples,
  random: Random,
): Promise<void> {
  const changes = [...mutations, ...[untouched, leak].map((name) => ({ name, mutate: keep }))];
  await broker.createTopics(changes.map(({ name }) => ({ name: topicOf(name), partitions })));
  for (const { name, mutate } of changes) {
    const [some, rest] = [0, 1].map((at) => outputs.filter(({ partition }) => partition === at));
    const records = [...mutate(some ?? [], random), ...(rest ?? [])];
    await produce(broker.bootstrap, topicOf(name), records.map(toMessage));
  }
  await leakInto(topicOf(leak), broker.bootstrap, outputs.slice(0, 3));
}

function keep(records: readonly StoredRecord[]): StoredRecord[] {
  return [...records];
}

/** Writes records once more in a transaction that is aborted. */
async function leakInto(topic: string, bootstrap: string, records: readonly StoredRecord[]) {
  const producer = testClient(bootstrap).producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: records.map(toMessage) });
  await transaction.abort();
  await producer.disconnect();
}

function toMessage({ partition, key, value, timestampMs, headers }: StoredRecord) {
  return {
    partition,
    key,
    value,
    timestamp: String(timestampMs),
    headers: Object.fromEntries(headers.map(([name, content]) => [name, content ?? ''])),
  };
}

/** What a checker of its own finds in each of the topics. */
async function foundIn(
  { stand, topicOf }: Samples,
  isolation: FollowOptions['isolation'],
): Promise<(name: string) => Ledger> {
  const { input, deadLetter } = stand.pipeline;
  const { reference } = stand.policies;
  const names = [...mutations.map(({ name }) => name), untouched, leak];
  const ledgers = new Map(
    names.map((name) => {
      const output = topicOf(name);
      return [output, new Ledger({ input, output, deadLetter, partitions, reference })] as const;
    }),
  );
  const follower = await followTopics({
    bootstrap: stand.broker.bootstrap,
    isolation,
    groupId: input,
    topics: [input, deadLetter, ...ledgers.keys()],
    onRecord: (record) => {
      for (const ledger of ledgers.values()) ledger.add(record);
    },
  });
  try {
    const ends = await follower.told();
    for (const ledger of ledgers.values()) ledger.close(ends);
  } finally {
    await follower.stop();
  }
  return (name) => ledgers.get(topicOf(name))!;
}
