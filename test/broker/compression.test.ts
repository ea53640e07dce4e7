// Batches of every compression that Kafka has, written by clients that share no line with ours, and ours
// read by them: Kafka's own client, which writes Snappy in the framing of its Java library, and librdkafka,
// which writes it raw.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { foreignWriters, type ForeignWriter } from '../support/broker/foreign-writers.ts';
import { readWithJava } from '../support/broker/java-reader.ts';
import { findJvm, runTool } from '../support/broker/jvm.ts';
import { kcatIsInstalled, readWithKcat } from '../support/broker/kcat-reader.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { startStage } from '../support/broker/stage-process.ts';
import { createTopics } from '../support/broker/topics.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';

const { bootstrap } = sharedBroker();
const policies = fileURLToPath(new URL('../../examples/staging-guide/policies', import.meta.url));
const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Of each client and compression, in a partition of their own. */
const lines = Array.from({ length: 300 }, (_, index) =>
  goldmaneRecord({
    reporter: 'Dst',
    source: workload(index % 2 === 0 ? 'role=frontend' : 'role=worker'),
    dest: { ...workload('role=database'), port: 6000 + index },
  }),
);

const input = uniqueName('packed');
const deadLetters = `${input}-dead-letter`;
let writers: readonly ForeignWriter[];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-packed-'));
  const file = join(folder, 'flows.ndjson');
  await writeFile(file, `${lines.join('\n')}\n`);
  writers = await foreignWriters();
  console.info(`written and read by ${writers.map(({ name }) => name).join(' and ')}`);
  const topics = [input, deadLetters, ...compressions.map(outputOf)];
  const partitions = writers.length * compressions.length;
  await createTopics(
    bootstrap,
    topics.map((name) => ({ name, partitions })),
  );
  for (const [index, { write }] of writers.entries()) {
    const first = index * compressions.length;
    await write({
      bootstrap,
      topic: input,
      file,
      partitions: compressions.map((compression, next) => [compression, first + next] as const),
    });
  }
});

afterAll(() => rm(folder, { recursive: true }));

test.each(compressions)('read in every compression and written in %s', async (compression) => {
  const stage = await startStage({
    bootstrap,
    policies,
    settings: {
      INPUT_TOPICS: input,
      INPUT_GROUP_ID: outputOf(compression),
      OUTPUT_TOPIC: outputOf(compression),
      OUTPUT_COMPRESSION: compression,
      DEAD_LETTER_TOPIC: deadLetters,
    },
  });
  try {
    await stage.ready();
    const expected = writers.length * compressions.length * lines.length;
    const done = (records: readonly unknown[]) => records.length >= expected;
    await readTopicUntil(bootstrap, outputOf(compression), { done, timeoutMs: 60_000 });
  } finally {
    await stage.stop();
  }
  for (const read of await readers()) {
    const records = await read({ bootstrap, topic: outputOf(compression) });
    const judged = records.map(({ partition, value }) => [partition, portOf(value)]);
    expect(judged).toEqual(
      writers.flatMap((_, writer) =>
        compressions.flatMap((__, next) =>
          lines.map((___, line) => [writer * compressions.length + next, 6000 + line]),
        ),
      ),
    );
  }
});

test('what is compressed is smaller than what is not, whoever wrote it', async () => {
  const jvm = await findJvm(process.env, () => {});
  if (!jvm.found) throw new Error(`sizes are told by Kafka's own tools: ${jvm.why}`);
  const topics = [input, ...compressions.map(outputOf)];
  const args = ['--bootstrap-server', bootstrap, '--describe', '--topic-list', topics.join()];
  const { stdout } = await runTool(jvm, 'org.apache.kafka.tools.LogDirsCommand', args);
  const sizes = sizesIn(stdout);
  for (const [writer] of writers.entries()) {
    const partition = (next: number) => `${input}-${writer * compressions.length + next}`;
    const [plain = 0, ...packed] = compressions.map((_, next) => sizes.get(partition(next)) ?? 0);
    expect(Math.max(...packed)).toBeLessThan(plain / 2);
    expect(Math.min(...packed)).toBeGreaterThan(0);
  }
  const [plain = 0, ...packed] = compressions.map((name) => sizes.get(`${outputOf(name)}-0`) ?? 0);
  expect(Math.max(...packed)).toBeLessThan(plain / 2);
  expect(Math.min(...packed)).toBeGreaterThan(0);
});

function outputOf(compression: string): string {
  return `${input}-${compression}`;
}

/** Both check the sum of every batch. */
async function readers() {
  const jvm = await findJvm(process.env, () => {});
  const hasKcat = await kcatIsInstalled();
  return [...(jvm.found ? [readWithJava] : []), ...(hasKcat ? [readWithKcat] : [])];
}

function portOf(value: Buffer | null): number {
  const record = JSON.parse(String(value)) as {
    readonly Key: { readonly dest_port: number };
    readonly evaluation: { readonly verdict: string };
  };
  expect(['Allow', 'Deny', 'Uncertain']).toContain(record.evaluation.verdict);
  return record.Key.dest_port;
}

interface LogDirs {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

/** Bytes of each partition, `topic-0`, as the JSON among the words of Kafka's tool says. */
function sizesIn(output: string): ReadonlyMap<string, number> {
  const json = output.split('\n').find((line) => line.startsWith('{')) ?? '{"brokers":[]}';
  const { brokers } = JSON.parse(json) as LogDirs;
  return new Map(
    brokers.flatMap(({ logDirs }) =>
      logDirs.flatMap(({ partitions }) =>
        partitions.map(({ partition, size }) => [partition, size] as const),
      ),
    ),
  );
}
