import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { KafkaConfig } from 'kafkajs';
import { describe, expect, onTestFinished, test } from 'vitest';

import { makeClusterFolder, removeClusterFolder } from '../support/broker/cluster-folder.ts';
import { type BrokerOptions, startBroker } from '../support/broker/harness.ts';
import { readWithJava } from '../support/broker/java-reader.ts';
import { startJvmCluster } from '../support/broker/jvm-cluster.ts';
import { findJvm } from '../support/broker/jvm.ts';
import { kcatIsInstalled, readWithKcat } from '../support/broker/kcat-reader.ts';
import { type ListenerKind, saslUsers } from '../support/broker/listeners.ts';
import { freePorts } from '../support/broker/ports.ts';
import { isAlive, processStamp } from '../support/broker/process-stamp.ts';
import { readTopic } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';

const silent = { say: () => {} };
const shared = sharedBroker();

async function startOwn(options: Partial<BrokerOptions> = {}) {
  const broker = await startBroker({ brokers: 1, profile: 'test', ...silent, ...options });
  onTestFinished(() => broker.stop());
  return broker;
}

async function topicsOf(bootstrap: string): Promise<string[]> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics;
}

describe.runIf(shared.backEnd === 'jvm')('clusters of our own', () => {
  test('two clusters at once do not see each other', async () => {
    const other = await startOwn();
    const [here, there] = [uniqueName('here'), uniqueName('there')];
    await createTopics(shared.bootstrap, [{ name: here, partitions: 1 }]);
    await other.createTopics([{ name: there, partitions: 3, configs: { 'retention.ms': '1000' } }]);
    expect(await topicsOf(shared.bootstrap)).not.toContain(there);
    expect(await topicsOf(other.bootstrap)).not.toContain(here);
    const args = ['--bootstrap-server', other.bootstrap, '--describe', '--topic', there];
    const described = await other.tool('org.apache.kafka.tools.TopicCommand', args);
    expect(described.stdout).toMatch(/PartitionCount: 3.*retention\.ms=1000/s);
  });

  test('three brokers survive the loss of one, which comes back; a paused one does not hold up the end', async () => {
    const cluster = await startOwn({ brokers: 3 });
    const { faults } = cluster;
    expect(cluster.bootstrap.split(',')).toHaveLength(3);
    const topic = uniqueName('replicated');
    await cluster.createTopics([{ name: topic, partitions: 3 }]);
    await faults?.kill(2);
    expect(faults?.pid(2)).toBeNull();
    await send(cluster.bootstrap, topic, [{ value: 'after the loss' }]);
    await faults?.restart(2);
    await faults?.pause(3);
    const begin = performance.now();
    await cluster.stop();
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test('a port that somebody else has taken is tried no more', async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void thief.close());
    const taken = (thief.address() as { port: number }).port;
    const offers: number[][] = [];
    const jvm = await findJvm(process.env, () => {});
    if (!jvm.found) throw new Error(jvm.why);
    const cluster = await startJvmCluster({
      ...jvm,
      brokers: 1,
      profile: 'test',
      acl: false,
      tls: null,
      extra: {},
      ports: async (count) => {
        const ports = await freePorts(count);
        if (offers.length === 0) ports[1] = taken;
        offers.push(ports);
        return ports;
      },
    });
    onTestFinished(() => cluster.stop());
    expect(offers).toHaveLength(2);
    expect(cluster.listener('plaintext')).toEqual([`127.0.0.1:${offers[1]?.[1]}`]);
  });

  test('brokers go with an owner that is killed, and their folder when the next cluster starts', async () => {
    const main = fileURLToPath(new URL('../support/broker/main.ts', import.meta.url));
    const owner = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => createInterface(owner.stdout).once('line', resolve));
    const prefix = `rehearsal-broker-${processStamp(owner.pid ?? 0)}-`;
    const folder = readdirSync(tmpdir()).find((name) => name.startsWith(prefix)) ?? 'none';
    const broker = readFileSync(join(tmpdir(), folder, 'node-1.process'), 'utf8');
    expect(isAlive(broker)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => isAlive(broker), { timeout: 10_000 }).toBe(false);
    removeClusterFolder(makeClusterFolder());
    expect(existsSync(join(tmpdir(), folder))).toBe(false);
  });

  test('a broker with ACLs lets a user write once it is allowed, through every secure door', async () => {
    const broker = await startOwn({ acl: true });
    await broker.createTopics([{ name: 'guarded', partitions: 1 }]);
    const ca = [readFileSync(broker.tls?.ca ?? '', 'utf8')];
    const cert = readFileSync(broker.tls?.clientCertificate ?? '', 'utf8');
    const key = readFileSync(broker.tls?.clientKey ?? '', 'utf8');
    const scram = { mechanism: 'scram-sha-512', ...saslUsers['scram-sha-512'] } as const;
    const doors: readonly (readonly [ListenerKind, Partial<KafkaConfig>])[] = [
      ['sasl_ssl', { ssl: { ca }, sasl: scram }],
      ['sasl_plaintext', { sasl: scram }],
      ['ssl', { ssl: { ca, cert, key } }],
    ];
    for (const [kind, secrets] of doors) {
      await expect(write(broker.listener(kind), secrets)).rejects.toThrow(/Not authorized/);
    }
    const users = ['--allow-principal', 'User:alice', '--allow-principal', 'User:client'];
    const allowed = await broker.tool('org.apache.kafka.tools.AclCommand', [
      ...users,
      ...`--bootstrap-server ${broker.bootstrap} --add --operation Write --topic guarded`.split(
        ' ',
      ),
    ]);
    expect(allowed.code).toBe(0);
    for (const [kind, secrets] of doors) await write(broker.listener(kind), secrets);
    expect(await readTopic(broker.bootstrap, 'guarded')).toHaveLength(doors.length);
  });
});

async function write(brokers: string[], secrets: Partial<KafkaConfig>): Promise<void> {
  const producer = testClient(brokers.join(','), secrets).producer();
  await producer.connect();
  try {
    await producer.send({ topic: 'guarded', messages: [{ value: 'let in' }] });
  } finally {
    await producer.disconnect();
  }
}

test('without a way to a broker the message says what to install', async () => {
  const environment = { PATH: '/nowhere', DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  await expect(
    startBroker({ brokers: 1, profile: 'test', environment, ...silent }),
  ).rejects.toMatchObject({
    code: 'broker/unavailable',
    message: expect.stringMatching(/Java 17.*Maven.*Docker.*REHEARSAL_KAFKA_BROKERS/),
  });
});

test('brokers named in the environment are used as they are', async () => {
  const environment = { REHEARSAL_KAFKA_BROKERS: shared.bootstrap };
  const broker = await startBroker({ brokers: 1, profile: 'test', environment, ...silent });
  expect(broker).toMatchObject({ backEnd: 'given', bootstrap: shared.bootstrap, faults: null });
  await broker.stop();
  expect(await topicsOf(shared.bootstrap)).toEqual(expect.any(Array));
});

test('the readers give every byte of a record back', async () => {
  const topic = uniqueName('readers');
  await createTopics(shared.bootstrap, [{ name: topic, partitions: 2 }]);
  const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await send(shared.bootstrap, topic, [
    { partition: 0, key: 'k', value: 'ü "\\/\n', timestamp: '1700000000123' },
    { partition: 0, key: Buffer.alloc(0), value: binary, headers: { b: binary, e: '' } },
    { partition: 1, key: null, value: null, headers: { twice: ['1', '2'], comma: 'x,y=1' } },
    { partition: 1, key: null, value: Buffer.alloc(0) },
  ]);
  const expected = [
    [0, 0, Buffer.from('k'), Buffer.from('ü "\\/\n'), []],
    [
      0,
      1,
      Buffer.alloc(0),
      binary,
      [
        ['b', binary],
        ['e', Buffer.alloc(0)],
      ],
    ],
    [
      1,
      0,
      null,
      null,
      [
        ['twice', bytes('1')],
        ['twice', bytes('2')],
        ['comma', bytes('x,y=1')],
      ],
    ],
    [1, 1, null, Buffer.alloc(0), []],
  ];
  const jvm = await findJvm(process.env, () => {});
  const hasKcat = await kcatIsInstalled();
  const readers = [...(jvm.found ? [readWithJava] : []), ...(hasKcat ? [readWithKcat] : [])];
  expect(readers).not.toEqual([]);
  for (const read of readers) {
    const records = await read({ bootstrap: shared.bootstrap, topic });
    expect(
      records.map(({ partition, offset, key, value, headers }) => [
        partition,
        offset,
        key,
        value,
        headers,
      ]),
    ).toEqual(expected);
    expect(records[0]?.timestampMs).toBe(1_700_000_000_123);
  }
});

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

interface Message {
  readonly partition?: number;
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly timestamp?: string;
  readonly headers?: Record<string, Buffer | string | string[]>;
}

async function send(bootstrap: string, topic: string, messages: Message[]): Promise<void> {
  const producer = testClient(bootstrap).producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}
