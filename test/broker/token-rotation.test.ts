// A token that runs out while the stage is at work, on a real broker: sessions end with their tokens.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';

import { rightsOf } from '../../src/kafka/rights.ts';
import { grant } from '../support/broker/access.ts';
import { tokenFor } from '../support/broker/bearer-token.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { type StageProcess, startStage } from '../support/broker/stage-process.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';

const broker = sharedBroker();
const tls = broker.tls ?? expect.unreachable('the shared broker has secure doors');
const name = uniqueName('token');
const user = name;
const plan = { inputs: [`${name}-in`], output: `${name}-out`, deadLetter: null };
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-token-'));
const tokenFile = join(folder, 'token');

let admin: Admin;
let stage: StageProcess | null = null;

beforeAll(async () => {
  admin = testClient(broker.bootstrap).admin();
  await admin.connect();
  await createTopics(broker.bootstrap, [
    { name: `${name}-in`, partitions: 1 },
    { name: plan.output, partitions: 1 },
  ]);
  const names = { plan, groupId: name, clientId: 'rehearsal', isExactlyOnce: false };
  for (const right of rightsOf(names)) await grant(admin, `User:${user}`, right);
});

afterAll(async () => {
  await stage?.kill();
  await admin.disconnect();
  rmSync(folder, { recursive: true });
});

/** Puts a token in its place that is good for so many seconds, and tells when it has run out. */
function give(seconds: number): number {
  writeFileSync(tokenFile, `${tokenFor(user, seconds)}\n`);
  return performance.now() + (seconds + 1) * 1000;
}

test('a new token is taken before the old one runs out, and one that comes late is waited for', async () => {
  const firstEndsMs = give(14);
  stage = await startStage({
    bootstrap: broker.doors.sasl_ssl.join(','),
    policies: 'examples/staging-guide/policies',
    settings: {
      KAFKA_SSL_ENABLED: 'true',
      KAFKA_SSL_CA_FILE: tls.ca,
      KAFKA_SASL_MECHANISM: 'oauthbearer',
      KAFKA_SASL_TOKEN_FILE: tokenFile,
      INPUT_TOPICS: `${name}-in`,
      OUTPUT_TOPIC: plan.output,
      DEAD_LETTER_TOPIC: '',
      INPUT_GROUP_ID: name,
    },
  });
  const running = await stage.ready();
  onTestFailed(() => console.error(running.output));
  const secondEndsMs = give(20);
  while (performance.now() < firstEndsMs) {
    await pass(running, 1);
    await sleep(500);
  }
  await pass(running, 1);
  expect([...(await running.metric('rehearsal_consumer_restarts_total')).values()]).not.toContain(
    1,
  );
  await sleep(Math.max(0, secondEndsMs - performance.now()));
  await expect.poll(async () => readiness(running), { timeout: 20_000 }).toBe(503);
  expect(running.output).not.toContain('eyJ');
  give(3600);
  await expect.poll(async () => readiness(running), { timeout: 20_000 }).toBe(200);
  await pass(running, 1);
});

async function readiness({ url }: StageProcess): Promise<number> {
  return (await fetch(`${url}/readyz`)).status;
}

let sent = 0;

/** Tombstones go through, one for one. */
async function pass(running: StageProcess, count: number): Promise<void> {
  const producer = testClient(broker.bootstrap).producer();
  await producer.connect();
  const messages = Array.from({ length: count }, () => ({ key: 'k', value: null }));
  await producer.send({ topic: `${name}-in`, messages });
  await producer.disconnect();
  sent += count;
  const metric = 'rehearsal_records_total';
  await expect
    .poll(async () => [...(await running.metric(metric)).values()].reduce((a, b) => a + b, 0), {
      timeout: 20_000,
    })
    .toBe(sent);
}
