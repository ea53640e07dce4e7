// The stage's own client, source and sink, without the stage: `pass.ts ADDITIONS`. Without ADDITIONS, a file, records go
// out as they came; with it each grows by one of the texts in it, in turn, and gets the headers that the stage adds, while
// nobody looks at it. Configured as the stage is.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import { readConfig } from '../../src/commands/config/read-config.ts';
import { kafkaSettingsOf } from '../../src/commands/run/kafka-settings.ts';
import { connectKafka } from '../../src/kafka/connect.ts';
import { Health } from '../../src/stage/health.ts';
import { createBatchHandler } from '../../src/stage/loop.ts';
import { OutputHeaders, OutputTails } from '../../src/stage/output-headers.ts';
import type { Batch, BatchJudge, JudgedBatch } from '../../src/stage/ports.ts';
import { ChunkPool } from '../../src/stage/records/chunk-pool.ts';
import { GivenHeaders } from '../../src/stage/records/header-block.ts';
import { OutputRecords } from '../../src/stage/records/output-records.ts';
import { Tally } from '../../src/stage/tally.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';

const additionsFile = process.argv[2];
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const { config } = await readConfig({
  flags: [],
  environment: process.env,
  file: undefined,
  isTerminal: false,
});
const { delivery, input, output, limits, log } = config;
const logger = createLogger({ ...log, isColoured: false, destination: process.stderr });
const telemetry = createTelemetry({
  set: 'default',
  version: '0',
  nodeVersion: process.versions.node,
  limits,
  clock,
});
const chunks = new ChunkPool(limits.produceBytes);
const NOTHING = Buffer.alloc(0);
const connection = await connectKafka(
  {
    settings: await kafkaSettingsOf(config),
    limits,
    plan: { inputs: input.topics, output: output.topic, deadLetter: null },
    groupId: input.groupId,
    from: input.from,
    compression: output.compression,
    guarantee: delivery.guarantee,
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
    judge: { current: additionsFile === undefined ? passed : plus(additionsIn(additionsFile)) },
    sink: connection.sink,
    counters: telemetry.stage,
    clock,
    outputTopic: output.topic,
    limits,
    deadLetters: null,
  }),
);

function passed({ records }: Batch): JudgedBatch {
  const outputs = new OutputRecords(limits, chunks);
  for (const record of records) {
    outputs.open(record.timestampMs, record.key, new GivenHeaders(record.headers));
    if (record.value !== null) outputs.allocate(record.value.length).set(record.value);
    outputs.close();
  }
  return judged(outputs);
}

function additionsIn(file: string): Buffer[] {
  const texts = JSON.parse(readFileSync(file, 'utf8')) as string[];
  return texts.map((text) => Buffer.from(text, 'base64'));
}

function plus(additions: readonly Buffer[]): BatchJudge {
  let turn = 0;
  const change = Buffer.from('Unchanged');
  const tails = new OutputTails([
    ['policy-set', Buffer.from('default')],
    ['policy-hash', Buffer.from('0123456789abcdef')],
  ]);
  return ({ topic, partition, records }) => {
    const outputs = new OutputRecords(limits, chunks);
    const headers = new OutputHeaders(`${topic}/${partition}/`, tails);
    for (const { offset, timestampMs, key, value, packed } of records) {
      const before = value ?? NOTHING;
      headers.set(packed ?? null, offset, change);
      outputs.open(timestampMs, key, headers);
      const added = additions[turn++ % additions.length] ?? NOTHING;
      const after = outputs.allocate(before.length + added.length);
      after.set(before);
      after.set(added, before.length);
      outputs.close();
    }
    return judged(outputs);
  };
}

function judged(outputs: OutputRecords): JudgedBatch {
  return { outputs, deadLetters: [], tally: new Tally(), release: () => outputs.release() };
}
