// The stage's own client, source and sink, without the stage: `pass.ts BYTES`. Without BYTES records go
// out as they came; with it each grows by so many bytes and gets the headers that the stage adds, while
// nobody looks at it. Configured as the stage is.
import { performance } from 'node:perf_hooks';

import { readConfig } from '../../src/commands/config/read-config.ts';
import { kafkaSettingsOf } from '../../src/commands/run/kafka-settings.ts';
import { connectKafka } from '../../src/kafka/connect.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { Health } from '../../src/stage/health.ts';
import { createBatchHandler } from '../../src/stage/loop.ts';
import type {
  Batch,
  BatchJudge,
  Header,
  InputRecord,
  OutputRecord,
} from '../../src/stage/ports.ts';
import { Tally } from '../../src/stage/tally.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';

const addedBytes = Number(process.argv[2] ?? 0);
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const { config } = await readConfig({
  flags: [],
  environment: process.env,
  file: undefined,
  isTerminal: false,
});
const { input, output, limits, log } = config;
const logger = createLogger({ ...log, isColoured: false, destination: process.stderr });
const telemetry = createTelemetry({
  set: 'default',
  version: '0',
  nodeVersion: process.versions.node,
  limits,
  clock,
});
const connection = await connectKafka(
  {
    settings: await kafkaSettingsOf(config),
    limits,
    plan: { inputs: input.topics, output: output.topic, deadLetter: null },
    groupId: input.groupId,
    from: input.from,
    compression: output.compression,
    isDryRun: false,
    startupTimeoutMs: 60_000,
    events: telemetry.stage,
    health: new Health(clock),
    logger,
    clock,
  },
  new AbortController().signal,
);
await connection.source.run(
  createBatchHandler({
    judge: { current: addedBytes === 0 ? passed : plus(addedBytes) },
    sink: connection.sink,
    counters: telemetry.stage,
    clock,
    outputTopic: output.topic,
    deadLetters: null,
  }),
);

function passed({ records }: Batch) {
  return { outputs: records, deadLetters: [], tally: new Tally() };
}

function plus(bytes: number): BatchJudge {
  const slabs = new SlabPool();
  const filling = Buffer.alloc(bytes, ' ');
  const constant: readonly Header[] = [
    ['flow-verdict-change', Buffer.from('Unchanged')],
    ['policy-set', Buffer.from('default')],
    ['policy-hash', Buffer.from('0123456789abcdef')],
  ];
  return ({ topic, partition, records }) => {
    const arena = new Arena(slabs);
    const grown = ({ offset, timestampMs, key, value, headers }: InputRecord): OutputRecord => {
      const before = value ?? filling.subarray(0, 0);
      const after = arena.allocate(before.length + bytes);
      after.set(before);
      after.set(filling, before.length);
      const source: Header = ['flow-source', Buffer.from(`${topic}/${partition}/${offset}`)];
      return { timestampMs, key, value: after, headers: [...headers, source, ...constant] };
    };
    const outputs = records.map(grown);
    return { outputs, deadLetters: [], tally: new Tally(), release: () => arena.release() };
  };
}
