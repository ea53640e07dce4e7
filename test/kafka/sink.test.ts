import type { Producer, ProducerRecord } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { KafkaSink } from '../../src/kafka/sink.ts';
import { Health } from '../../src/stage/health.ts';
import type { ChunkMessages } from '../../src/kafka/wire/chunk-messages.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { valuesIn } from '../support/chunks.ts';
import { aRecord, fakeClock, fakeEvents, fakeLogger, stub, turn } from './fakes.ts';

type Send = (record: ProducerRecord) => Promise<[]>;

/** A sink whose producers send as `send` does; `log` tells producers apart by their number. */
function aSink(send: Send) {
  const log: string[] = [];
  let made = 0;
  const events = fakeEvents();
  const health = new Health(fakeClock());
  const logger = fakeLogger();
  const sink = new KafkaSink({
    createProducer: () => {
      made += 1;
      const name = `producer ${made}`;
      return stub<Producer>({
        connect: async () => void log.push(`${name} connects`),
        disconnect: async () => void log.push(`${name} disconnects`),
        send: async (record) => {
          const values = valuesOf(record.messages).join(' ');
          log.push(`${name} sends ${values}`);
          return send(record);
        },
      });
    },
    compression: 'zstd',
    requestTimeoutMs: 10,
    events,
    health,
    logger,
    clock: fakeClock(),
  });
  return { sink, log, events, health, logger };
}

const to = { topic: 'out', partition: 3 };
const calm = new AbortController().signal;
const connectionLost = Object.assign(new Error('connect ECONNREFUSED'), {
  name: 'KafkaJSConnectionError',
});

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

test('records go in order, acknowledged by all replicas, to the partition they are for', async () => {
  const sent: ProducerRecord[] = [];
  const { sink, log } = aSink(async (record) => {
    sent.push(record);
    return [];
  });
  await sink.produce(to, chunksOf('a', 'b', 'c'), calm);
  expect(log).toEqual(['producer 1 connects', 'producer 1 sends a b', 'producer 1 sends c']);
  expect(sent[0]).toMatchObject({ topic: 'out', acks: -1, compression: 4 });
  expect(sent[0]?.messages.reduce(() => ({}), {})).toEqual({ 3: sent[0]?.messages });
});

test('the next request of a partition waits for the one before', async () => {
  const gate = Promise.withResolvers<[]>();
  const { sink, log } = aSink(async () => gate.promise);
  const first = sink.produce(to, chunksOf('a'), calm);
  const second = sink.produce(to, chunksOf('b'), calm);
  const other = sink.produce({ ...to, partition: 4 }, chunksOf('c'), calm);
  await turn();
  expect(log).toEqual([
    'producer 1 connects',
    'producer 2 connects',
    'producer 1 sends a',
    'producer 2 sends c',
  ]);
  gate.resolve([]);
  await Promise.all([first, second, other]);
  expect(log.at(-1)).toBe('producer 1 sends b');
});

test('after a failure the same records go out again by a new producer', async () => {
  let failures = 2;
  const { sink, log, events, health } = aSink(async () => {
    failures -= 1;
    if (failures >= 0) throw connectionLost;
    return [];
  });
  const produced = sink.produce(to, chunksOf('a'), calm);
  await vi.waitFor(() => expect(health.ok()).toBe(false));
  await vi.advanceTimersByTimeAsync(1000);
  await produced;
  expect(log.filter((line) => line.includes('sends'))).toEqual([
    'producer 1 sends a',
    'producer 2 sends a',
    'producer 3 sends a',
  ]);
  expect(events.seen).toEqual(['produceRetried()', 'produceRetried()']);
  expect(health.ok()).toBe(true);
});

test('giving up on a batch does not let the next one overtake it', async () => {
  const gate = Promise.withResolvers<[]>();
  const { sink, log } = aSink(async () => gate.promise);
  const lost = new AbortController();
  const first = sink.produce(to, chunksOf('a'), lost.signal);
  await turn();
  lost.abort(new Error('partition lost'));
  await expect(first).rejects.toThrow('partition lost');
  const second = sink.produce(to, chunksOf('b'), calm);
  await turn();
  expect(log).not.toContain('producer 1 sends b');
  gate.resolve([]);
  await second;
  expect(log.at(-1)).toBe('producer 1 sends b');
});

test('a batch given up between two attempts is not tried again', async () => {
  const { sink, log } = aSink(async () => Promise.reject(connectionLost));
  const lost = new AbortController();
  const produced = sink.produce(to, chunksOf('a'), lost.signal);
  await turn();
  lost.abort(new Error('partition lost'));
  await expect(produced).rejects.toThrow('partition lost');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log.filter((line) => line.includes('sends'))).toHaveLength(1);
});

const refused = Object.assign(new Error('Not authorized to access topics'), {
  name: 'KafkaJSProtocolError',
  type: 'TOPIC_AUTHORIZATION_FAILED',
});

test('a topic that may not be written is said at once', async () => {
  const { sink } = aSink(async () => Promise.reject(refused));
  await expect(sink.produce(to, chunksOf('a'), calm)).rejects.toMatchObject({
    code: 'kafka/not-authorised',
    message: expect.stringContaining('cannot write to topic `out`'),
  });
});

test('a right that is taken away in mid-stream is waited for', async () => {
  let allowed = true;
  const { sink, health } = aSink(async () => (allowed ? [] : Promise.reject(refused)));
  await sink.produce(to, chunksOf('a'), calm);
  allowed = false;
  const produced = sink.produce(to, chunksOf('b'), calm);
  await vi.waitFor(() => expect(health.ok()).toBe(false));
  allowed = true;
  await vi.advanceTimersByTimeAsync(200);
  await produced;
});

test('a topic that takes its records does not make up for another that does not', async () => {
  let allowed = true;
  const { sink, health } = aSink(async ({ topic }) =>
    allowed || topic === 'dead' ? [] : Promise.reject(refused),
  );
  await sink.produce(to, chunksOf('a'), calm);
  allowed = false;
  const produced = sink.produce(to, chunksOf('b'), calm);
  await vi.waitFor(() => expect(health.ok()).toBe(false));
  await sink.produce({ topic: 'dead', partition: 0 }, chunksOf('c'), calm);
  expect(health.checks()).toMatchObject([
    { ok: false, detail: expect.stringContaining('cannot write to `out`') },
  ]);
  allowed = true;
  await vi.advanceTimersByTimeAsync(5000);
  await produced;
  expect(health.ok()).toBe(true);
});

test('a request that the broker finds too large stops the stage with the keys to turn', async () => {
  const tooLarge = new Error(
    'The request included a message larger than the max message size the server will accept',
  );
  const { sink } = aSink(async () => Promise.reject(tooLarge));
  await expect(sink.produce(to, chunksOf('a'), calm)).rejects.toMatchObject({
    code: 'kafka/record-too-large',
    message: expect.stringContaining('`limits.produceBytes`'),
  });
});

test('a broker that is slow to acknowledge makes the stage unready until it has', async () => {
  const gate = Promise.withResolvers<[]>();
  const { sink, health } = aSink(async () => gate.promise);
  const produced = sink.produce(to, chunksOf('a'), calm);
  await vi.advanceTimersByTimeAsync(4999);
  expect(health.ok()).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(health.checks()).toMatchObject([{ name: 'output', ok: false }]);
  gate.resolve([]);
  await produced;
  expect(health.ok()).toBe(true);
});

test('closing disconnects, and a closed sink has nothing left open', async () => {
  const { sink, log } = aSink(async () => []);
  await sink.produce(to, chunksOf('a'), calm);
  await sink.close();
  expect(log.at(-1)).toBe('producer 1 disconnects');
});

/** In chunks of two. */
function chunksOf(...values: readonly string[]) {
  const limits = { produceRecords: 2, produceBytes: 1000 };
  return packRecords(values.map(aRecord), limits).chunks();
}

function valuesOf(messages: unknown): string[] {
  const { chunk } = messages as ChunkMessages;
  return valuesIn([chunk]);
}
