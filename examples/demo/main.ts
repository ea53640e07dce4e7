// `npm run demo`: a real Kafka, the flow records of a small shop, and the stage between two topics.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { startBroker } from '../../test/support/broker/harness.ts';
import { freePorts } from '../../test/support/broker/ports.ts';
import { startStage, type StageProcess } from '../../test/support/broker/stage-process.ts';
import { Flips } from './flips.ts';
import { pictureOf } from './picture.ts';
import { Screen } from './screen.ts';
import { windowOfRecords } from './traffic.ts';

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
  },
});
const durationS = values.keep ? null : Number(values.seconds);
const topics = { input: 'flows', output: 'demo-flows-pending', dead: 'demo-flows-dead-letter' };
const partitions = 4;
const policyFolders = ['../staging-guide/policies', '../shop'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
/** A window of the shop's traffic is sent this often: the demo runs faster than the clock. */
const windowEveryMs = 200;
const settleMs = 2000;

const screen = new Screen(
  process.stdout,
  process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
);
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

screen.say('Starting a broker (the first time, its jars are fetched)…');
const broker = await startBroker({
  brokers: 1,
  profile: 'test',
  say: (line) => screen.say(line),
});
try {
  await demonstrate();
} finally {
  await broker.stop();
}

async function demonstrate(): Promise<void> {
  await broker.createTopics(Object.values(topics).map((name) => ({ name, partitions })));
  const isOwnBroker = broker.backEnd !== 'given';
  const stage = await startStage({
    bootstrap: broker.bootstrap,
    policies: policyFolders.join(','),
    settings: {
      INPUT_TOPICS: topics.input,
      INPUT_GROUP_ID: 'rehearsal-demo',
      INPUT_FROM: isOwnBroker ? 'earliest' : 'latest',
      OUTPUT_TOPIC: topics.output,
      // The demo reads the output with kafkajs as it is, which knows no zstd.
      OUTPUT_COMPRESSION: 'gzip',
      DEAD_LETTER_TOPIC: topics.dead,
      HTTP_PORT: String((await freePorts(1))[0]),
    },
  });
  try {
    await stage.ready();
    screen.say(
      `The stage runs, judging by examples/staging-guide and examples/shop; metrics: ${stage.url}/metrics`,
    );
    // With `latest` the stage reads on from where it first looks, shortly after it has joined.
    if (!isOwnBroker) await sleep(settleMs);
    await stream(stage);
  } finally {
    await stage.stop();
  }
}

async function stream(stage: StageProcess): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'rehearsal-demo',
    brokers: broker.bootstrap.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({
    groupId: `rehearsal-demo-reader-${process.pid}`,
    maxWaitTimeInMs: 250,
  });
  const flips = new Flips();
  await producer.connect();
  await flips.follow(consumer, topics.output);
  const startMs = performance.now();
  let [sent, window, shownMs] = [0, 0, 0];
  const draw = random(20_260_820);
  try {
    while (!interrupt.signal.aborted) {
      const elapsedMs = performance.now() - startMs;
      if (durationS !== null && elapsedMs > durationS * 1000) break;
      const records = windowOfRecords(Math.floor(Date.now() / 1000), draw);
      const partition = (window += 1) % partitions;
      await producer.send({
        topic: topics.input,
        messages: records.map((value) => ({ value, partition })),
      });
      sent += records.length;
      if (elapsedMs - shownMs >= 1000) {
        shownMs = elapsedMs;
        screen.show(await pictureOf(stage, { sent, elapsedMs, durationS, flips: flips.list() }));
      }
      await sleep(windowEveryMs, undefined, { signal: interrupt.signal }).catch(() => {});
    }
    await caughtUp(stage, sent);
    const elapsedMs = performance.now() - startMs;
    summarise(await pictureOf(stage, { sent, elapsedMs, durationS, flips: flips.list() }));
  } finally {
    await consumer.disconnect();
    await producer.disconnect();
  }
}

/** Waits, at most 10 s, until the stage has judged all that was sent and we have read it back. */
async function caughtUp(stage: StageProcess, sent: number): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    const counts = await stage.metric('rehearsal_records_total');
    if ([...counts.values()].reduce((sum, count) => sum + count, 0) >= sent) break;
    await sleep(200);
  }
  await sleep(500);
}

function summarise(picture: Awaited<ReturnType<typeof pictureOf>>): void {
  screen.finish(picture);
  const cutting = picture.policies.filter(({ deniesAlone }) => deniesAlone > 0);
  const harmless = picture.policies.filter(
    ({ touched, deniesAlone, unsure }) => touched > 0 && deniesAlone === 0 && unsure === 0,
  );
  screen.say(
    [
      '',
      'Enforced next, alone, these would cut traffic seen here:',
      ...listed(cutting),
      'and these would not:',
      ...listed(harmless),
      'Nothing was enforced, nothing was blocked.',
    ].join('\n'),
  );
}

function listed(policies: readonly { readonly policy: string }[]): string[] {
  return policies.length === 0 ? ['  none'] : policies.map(({ policy }) => `  ${policy}`);
}

/** A small seeded generator (mulberry32), so that two demos show the same shop. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
