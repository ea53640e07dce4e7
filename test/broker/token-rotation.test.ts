// A token that runs out while the stage is at work, on a real broker: sessions end with their tokens.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { rightsOf } from '../../src/kafka/rights.ts';
import { grant } from '../support/broker/access.ts';
import { tokenFor } from '../support/broker/bearer-token.ts';
import { createPipeline } from '../support/broker/pipeline.ts';
import { produce } from '../support/broker/produce.ts';
import { readTopic, readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { type StageProcess, startStage } from '../support/broker/stage-process.ts';
import { testClient } from '../support/broker/topics.ts';

const broker = sharedBroker();
const tls = broker.tls ?? expect.unreachable('the shared broker has secure doors');
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-token-'));
const partitions = 1;
/** A start on a machine that others use as well takes no longer. */
const startSeconds = 20;
const stages: StageProcess[] = [];

let admin: Admin;

beforeAll(async () => {
  admin = testClient(broker.bootstrap).admin();
  await admin.connect();
});

afterAll(async () => {
  await Promise.all(stages.map(async (stage) => stage.kill()));
  await admin.disconnect();
  rmSync(folder, { recursive: true });
});

/** A pipeline, somebody who has all the rights to it, and his tokens. */
async function makeUser(guarantee: 'at-least-once' | 'exactly-once') {
  const pipeline = await createPipeline(broker.bootstrap, partitions);
  const { input, output, deadLetter } = pipeline;
  const plan = { inputs: [input], output, deadLetter };
  const isExactlyOnce = guarantee === 'exactly-once';
  const names = { plan, groupId: input, clientId: 'rehearsal', isExactlyOnce };
  for (const right of rightsOf(names)) await grant(admin, `User:${input}`, right);
  const file = join(folder, input);
  /** Puts a token in its place that is good for so many seconds, and tells when it has run out. */
  const give = (seconds: number): number => {
    writeFileSync(file, `${tokenFor(input, seconds)}\n`);
    return performance.now() + (seconds + 1) * 1000;
  };
  const start = async (): Promise<StageProcess> => {
    const stage = await startStage({
      bootstrap: broker.doors.sasl_ssl.join(','),
      policies: 'examples/staging-guide/policies',
      settings: {
        ...pipeline.settings,
        DELIVERY_GUARANTEE: guarantee,
        KAFKA_SSL_ENABLED: 'true',
        KAFKA_SSL_CA_FILE: tls.ca,
        KAFKA_SASL_MECHANISM: 'oauthbearer',
        KAFKA_SASL_TOKEN_FILE: file,
      },
    });
    stages.push(stage);
    return stage;
  };
  return { pipeline, give, start };
}

describe.concurrent('a token that runs out', () => {
  test('is followed by a new one in time, or the stage waits for one that comes late', async ({
    onTestFailed,
  }) => {
    const { pipeline, give, start } = await makeUser('at-least-once');
    const firstEndsMs = give(startSeconds);
    const stage = await (await start()).ready();
    onTestFailed(() => console.error(stage.output));
    const pass = passer(pipeline.input, stage);
    // However soon the stage was ready, the second is good for a while beyond the first.
    const secondEndsMs = give(Math.ceil((firstEndsMs - performance.now()) / 1000) + 8);
    while (performance.now() < firstEndsMs) {
      await pass();
      await sleep(500);
    }
    await pass();
    const restarts = await stage.metric('rehearsal_consumer_restarts_total');
    expect([...restarts.values()]).not.toContain(1);
    await sleep(Math.max(0, secondEndsMs - performance.now()));
    await becomes(stage, 503);
    expect(stage.output).not.toContain('eyJ');
    give(3600);
    await becomes(stage, 200);
    await pass();
  });

  test('in the midst of transactions neither loses nor repeats a record', async ({
    onTestFailed,
  }) => {
    const { pipeline, give, start } = await makeUser('exactly-once');
    const firstEndsMs = give(startSeconds);
    const stage = await (await start()).ready();
    onTestFailed(() => console.error(stage.output));
    const producer = testClient(broker.bootstrap).producer({ idempotent: true });
    await producer.connect();
    let sent = 0;
    // Beyond the end of the first token, and of some that come after it, there are always transactions under way.
    for (let endsMs = firstEndsMs; performance.now() < firstEndsMs + 15_000;) {
      if (performance.now() > endsMs - 8000) endsMs = give(14);
      const messages = Array.from({ length: 20 }, (_, index) => ({
        key: String(sent + index),
        value: null,
      }));
      await producer.send({ topic: pipeline.input, messages });
      sent += messages.length;
      await sleep(50);
    }
    await producer.disconnect();
    const outputs = await readTopicUntil(broker.bootstrap, pipeline.output, {
      done: (records) => records.length >= sent,
      timeoutMs: 60_000,
    });
    const keys = outputs.map(({ key }) => Number(String(key)));
    expect(keys).toEqual(Array.from({ length: sent }, (_, index) => index));
    expect(await stage.stop()).toEqual({ code: 0, signal: null });
    expect(await readTopic(broker.bootstrap, pipeline.output)).toHaveLength(sent);
    expect(stage.output).not.toContain('eyJ');
  });
});

/** Waits for what it says of its readiness. */
async function becomes({ url }: StageProcess, status: number): Promise<void> {
  const asked = async () => (await fetch(`${url}/readyz`)).status === status;
  await vi.waitUntil(asked, { timeout: 20_000 });
}

/** Passes a tombstone through, which goes one for one. */
function passer(topic: string, running: StageProcess): () => Promise<void> {
  let sent = 0;
  const isPassed = async (): Promise<boolean> => {
    const records = await running.metric('rehearsal_records_total');
    return [...records.values()].reduce((sum, count) => sum + count, 0) === sent;
  };
  return async () => {
    await produce(broker.bootstrap, topic, [{ partition: 0, key: 'k', value: null }]);
    sent += 1;
    await vi.waitUntil(isPassed, { timeout: 20_000 });
  };
}
