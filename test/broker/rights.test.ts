// What a stage must be allowed, on a real broker with its authorizer on: docs/security/acls.sh grants it,
// and every line of it is needed.
import { setTimeout as sleep } from 'node:timers/promises';

import type { Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, test } from 'vitest';

import { rightsOf, type Right } from '../../src/kafka/rights.ts';
import { entriesOf, entryOf, grant, revoke, runScript, sorted } from '../support/broker/access.ts';
import { saslUsers } from '../support/broker/listeners.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { type StageProcess, startStage } from '../support/broker/stage-process.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';

const broker = sharedBroker();
const tls = broker.tls ?? expect.unreachable('the shared broker has secure doors');
const login = saslUsers['scram-sha-512'];
const principal = `User:${login.username}`;
const name = uniqueName('rights');
const names = {
  plan: { inputs: [`${name}-in`], output: `${name}-out`, deadLetter: `${name}-dead` },
  groupId: name,
  clientId: 'rehearsal',
} as const;
const atLeastOnce = rightsOf({ ...names, isExactlyOnce: false });
const exactlyOnce = rightsOf({ ...names, isExactlyOnce: true });

/** 10 s, thrice: other suites may run on these cores. */
const endsMsMax = 30_000;

let admin: Admin;
let stage: StageProcess | null = null;

beforeAll(async () => {
  admin = testClient(broker.bootstrap).admin();
  await admin.connect();
  const topics = [...names.plan.inputs, names.plan.output, names.plan.deadLetter];
  await createTopics(
    broker.bootstrap,
    topics.map((topic) => ({ name: topic, partitions: 1 })),
  );
  await runScript(broker.bootstrap, {
    PRINCIPAL: principal,
    INPUT_TOPICS: names.plan.inputs.join(','),
    OUTPUT_TOPIC: names.plan.output,
    DEAD_LETTER_TOPIC: names.plan.deadLetter,
    GROUP_ID: names.groupId,
    CLIENT_ID: names.clientId,
    GUARANTEE: 'exactly-once',
  });
});

afterAll(async () => admin.disconnect());

afterEach(async () => {
  await stage?.kill();
  stage = null;
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<StageProcess> {
  stage = await startStage({
    bootstrap: broker.doors.sasl_ssl.join(','),
    policies: 'examples/staging-guide/policies',
    settings: {
      KAFKA_SSL_ENABLED: 'true',
      KAFKA_SSL_CA_FILE: tls.ca,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: login.username,
      KAFKA_SASL_PASSWORD: login.password,
      INPUT_TOPICS: names.plan.inputs.join(','),
      OUTPUT_TOPIC: names.plan.output,
      DEAD_LETTER_TOPIC: names.plan.deadLetter,
      INPUT_GROUP_ID: names.groupId,
      ...settings,
    },
  });
  const { output } = stage;
  onTestFailed(() => console.error(output));
  return stage;
}

const titled = (rights: readonly Right[]) =>
  rights.map((right) => [`${right.operation} on ${right.resource}`, right] as const);

test('the script grants what the stage asks for, and nothing else', async () => {
  const granted = await entriesOf(admin, principal);
  const expected = exactlyOnce.map((right) => entryOf(principal, right));
  expect(granted.filter(({ resourceName }) => resourceName.includes(name))).toEqual(
    sorted(expected),
  );
});

describe('at the start, without', () => {
  test.each(titled(atLeastOnce))('%s the stage ends at once and says so', async (title, right) => {
    await revoke(admin, principal, right);
    try {
      const { exited } = await start();
      await expect.poll(() => stage?.output, { timeout: 30_000, interval: 20 }).not.toBe('');
      const startMs = performance.now();
      expect((await exited).code).toBe(77);
      expect(performance.now() - startMs).toBeLessThan(endsMsMax);
      expect(stage?.output).toContain(`the brokers do not allow ${title} \`${right.name}\`;`);
      expect(stage?.output).not.toContain(login.password);
    } finally {
      await grant(admin, principal, right);
    }
  });
});

describe('a right that is taken away from a stage at work', () => {
  test('makes it wait, unready, and go on when the right is back', async () => {
    const running = await (await start()).ready();
    for (const right of atLeastOnce) await takeAndGiveBack(running, right);
    expect((await running.stop()).code).toBe(0);
  });
});

describe('the right to write in transactions', () => {
  const settings = { DELIVERY_GUARANTEE: 'exactly-once' };
  const [right = expect.unreachable()] = exactlyOnce.filter(
    ({ resource }) => resource === 'transactional-id',
  );

  test('is asked for at the start', async () => {
    await revoke(admin, principal, right);
    try {
      const { exited } = await start(settings);
      expect((await exited).code).toBe(77);
      expect(stage?.output).toMatch(/cannot write as transactional id `rehearsal\.rights-/);
      expect(stage?.output).toContain(`every TransactionalId that begins with \`${right.name}\``);
    } finally {
      await grant(admin, principal, right);
    }
  });

  test('is waited for when it is taken away', async () => {
    const running = await (await start(settings)).ready();
    await takeAndGiveBack(running, right);
    expect((await running.stop()).code).toBe(0);
  });
});

let sent = 0;

/** While the right is gone the stage is unready and says little; with it, all that waited comes. */
async function takeAndGiveBack(running: StageProcess, right: Right): Promise<void> {
  await revoke(admin, principal, right);
  // One for each of its ends.
  await send(['{', flow]);
  sent += 1;
  await expect.poll(async () => readiness(running), { timeout: 20_000 }).toBe(503);
  const lines = running.output.split('\n').length;
  for (let look = 0; look < 20; look += 1) {
    expect(await readiness(running)).toBe(503);
    await sleep(100);
  }
  expect(running.output.split('\n').length - lines).toBeLessThan(5);
  await grant(admin, principal, right);
  await written(names.plan.output, sent);
  await written(names.plan.deadLetter, sent);
  await expect.poll(async () => readiness(running), { timeout: 20_000 }).toBe(200);
}

async function readiness({ url }: StageProcess): Promise<number> {
  return (await fetch(`${url}/readyz`)).status;
}

const flow =
  '{"start_time":"2026-08-17T20:53:20Z","protocol":"tcp","reporter":"Dst","action":"Allow","source_name":"cart-*","source_namespace":"shop",' +
  '"dest_name":"db-*","dest_namespace":"shop","dest_labels":"app=db","dest_port":5432,"policies":{"enforced":[],"pending":[]}}';

async function send(values: readonly string[]): Promise<void> {
  const producer = testClient(broker.bootstrap).producer();
  await producer.connect();
  const messages = values.map((value) => ({ value }));
  await producer.send({ topic: names.plan.inputs[0], messages });
  await producer.disconnect();
}

async function written(topic: string, count: number): Promise<void> {
  const done = (records: readonly unknown[]) => records.length >= count;
  await readTopicUntil(broker.bootstrap, topic, { done, timeoutMs: 30_000 });
}
