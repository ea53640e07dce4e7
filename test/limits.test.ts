// Every bound of `limits.*` is crossed here, or where it says, and whoever crosses it is counted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../src/commands/config/schema.ts';
import { settings } from '../src/commands/config/settings.ts';
import { deriveAvroSchema } from '../src/flow/avro/avro-schema.ts';
import { readBatches } from '../src/kafka/wire/read-batches.ts';
import { compileAside } from '../src/live/compile-aside.ts';
import { liveLimits } from '../src/live/limits.ts';
import { limits as stageLimits } from '../src/stage/limits.ts';
import type { InputRecord } from '../src/stage/ports.ts';
import { telemetryLimits } from '../src/telemetry/limits.ts';
import { RateLimitedLog } from '../src/telemetry/rate-limited-log.ts';
import { whisker } from './flow/dialects/support/whisker-record.ts';
import { fakeLogger } from './kafka/fakes.ts';
import { aProcessor, processed } from './stage/support/processing.ts';
import { aRecord, header, judged, type JudgingOptions } from './stage/support/judging.ts';
import { aTelemetry, load, samplesOf, stagedText, StoppedClock } from './telemetry/support.ts';
import { batchOfRecords } from './support/wire-bytes.ts';

type LimitName = keyof Config['limits'];

interface Crossing {
  /** How often `rehearsal_limit_reached_total` counts it, with the bound as given. */
  readonly counts: (limit: LimitName) => Promise<number>;
}

/** Nothing is refused for it: it says how much is done at once. Or it takes a place of its own to cross it. */
interface Elsewhere {
  readonly test: string;
}

const good = JSON.stringify(whisker);
const flowWith = (members: object): string => JSON.stringify({ ...whisker, ...members });

/** A message that goes beyond a bound of records. */
function message(text: string, bound: number, options: JudgingOptions = {}): Crossing {
  return {
    counts: async (limit) => {
      const limits = { [limit]: bound };
      const value = Buffer.from(text);
      return reached([aRecord({ value })], { ...options, limits }, limit);
    },
  };
}

function reached(
  records: readonly InputRecord[],
  options: JudgingOptions,
  limit: LimitName,
): number {
  const counts: ReadonlyMap<string, number> = judged(records, options).tally.limitsReached;
  return counts.get(limit) ?? 0;
}

/** A batch of Kafka that goes beyond a bound of batches. */
const batch = (bound: number): Crossing => ({
  counts: async (limit) => {
    const headers = [header('a', '1'), header('b', '2')];
    const records = ['x'.repeat(1000), 'y'].map((value) => ({
      timestampMs: 1,
      key: null,
      value: Buffer.from(value),
      headers,
    }));
    const bytes = await batchOfRecords(records, gzipped);
    const reading = { ...stageLimits, isGivenUp: () => true, [limit]: bound };
    const read = await readBatches(bytes, [], reading);
    return reached(
      read.flatMap((each) => [...each.records]),
      {},
      limit,
    );
  },
});

const gzipped = {
  codec: 1,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
  isTransactional: false,
};

const metric = (bound: number): Crossing => ({
  counts: async (limit) => {
    const telemetry = aTelemetry({ [limit]: bound });
    const other = stagedText.replace('default.web', 'default.other').replace("'web'", "'other'");
    await load(telemetry, `${stagedText}---\n${other}`);
    const samples = await samplesOf(telemetry);
    return Number(samples.get(`rehearsal_limit_reached_total{limit="${limit}"}`));
  },
});

/** Policies are refused by a message that names the bound, which is what is counted (run/policies.ts). */
const policies = (bound: number): Crossing => ({
  counts: async (limit) => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-limits-'));
    try {
      for (const name of ['a.yaml', 'b.yaml']) writeFileSync(join(folder, name), stagedText);
      const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
      const job = { paths: [folder], limits: { ...liveLimits, [limit]: bound }, options };
      const refusal = await compileAside(job).then(String, String);
      return refusal.includes(`\`limits.${limit}\``) ? 1 : 0;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

const cases: Readonly<Record<LimitName, Crossing | Elsewhere>> = {
  frameBytes: { test: 'kafka/security.test.ts' },
  batchBytes: batch(500),
  batchRecords: batch(1),
  batchHeaders: batch(3),
  recordBytes: message(good, 100),
  outputRecordBytes: message(good, 900),
  recordDepth: message(good, 1),
  listItems: message(flowWith({ x: [1, 2] }), 1),
  mapMembers: message(good, 3),
  textBytes: message(good, 10),
  labels: message(good, 1),
  labelBytes: message(good, 4),
  hits: message(
    flowWith({
      policies: { enforced: Array(2).fill(whisker.policies.enforced[0]), pending: null },
    }),
    1,
  ),
  headers: {
    counts: async (limit) => {
      const headers = [header('a', '1'), header('b', '2')];
      return reached(
        [aRecord({ value: Buffer.from(good), headers })],
        { limits: { headers: 1 } },
        limit,
      );
    },
  },
  messageRecords: message(`${good}\n${good}`, 1),
  messageGrowth: message(`{"a":"${'x'.repeat(1000)}","log":[1,2,3,4,5]}`, 4, { unwrap: 'log' }),
  memoDecisions: remembered(1),
  memoBytes: remembered(1),
  schemas: { test: 'registry/connect.test.ts' },
  schemaBytes: { test: 'registry/connect.test.ts' },
  schemaTypes: {
    counts: async (limit) => {
      const fields = ['a', 'b'].map((name) => ({ name, type: 'int' }));
      const text = JSON.stringify({ type: 'record', name: 'R', fields });
      const derived = deriveAvroSchema(text, { member: 'evaluation', schemaTypes: 1 });
      const defect = {
        reason: 'schema_invalid',
        message: 'problem' in derived ? derived.problem : '',
      } as const;
      return reached([aRecord({ defect })], {}, limit);
    },
  },
  registryRequests: { test: 'registry/connect.test.ts' },
  policyFileBytes: policies(10),
  policyBytes: policies(300),
  policyFiles: policies(1),
  policyFolderDepth: { test: 'live/read-paths.test.ts' },
  policyHeapMib: policies(4),
  fetchBytes: { test: 'kafka/source.test.ts' },
  fetchPartitionBytes: { test: 'kafka/source.test.ts' },
  batchesInFlight: { test: 'kafka/source.test.ts' },
  produceRecords: { test: 'stage/output-records.test.ts' },
  produceBytes: { test: 'stage/output-records.test.ts' },
  transactionRecords: { test: 'broker/exactly-once.test.ts' },
  metricSeries: metric(7),
  metricSeriesInAll: metric(560),
  metricsPageMs: { test: 'telemetry/http-abuse.test.ts' },
  httpConnections: { test: 'telemetry/http-abuse.test.ts' },
  httpHeaderBytes: { test: 'telemetry/http-abuse.test.ts' },
  httpHeadersMs: { test: 'telemetry/http-abuse.test.ts' },
  httpRequestMs: { test: 'telemetry/http-abuse.test.ts' },
  httpIdleMs: { test: 'telemetry/http-abuse.test.ts' },
  httpRequestsPerConnection: { test: 'telemetry/http-abuse.test.ts' },
  loggedErrorsPerMinute: {
    counts: async () => {
      let leftOut = 0;
      const onLeftOut = () => (leftOut += 1);
      const given = { logger: fakeLogger(), clock: new StoppedClock(), linesPerMinute: 1 };
      const log = new RateLimitedLog({ ...given, onLeftOut });
      for (let line = 0; line < 3; line += 1) log.warn('too_deep', {}, 'm');
      return leftOut;
    },
  },
  logBytes: { test: 'telemetry/log-stream.test.ts' },
  reportGroups: { test: 'report/survey.test.ts' },
  reportRows: { test: 'report/survey.test.ts' },
};

function remembered(bound: number): Crossing {
  return {
    counts: async (limit) => {
      const processor = aProcessor({ limits: { [limit]: bound } });
      for (const name of ['a', 'b', 'c']) {
        processed(processor, flowWith({ source_name: `${name}-*` }));
      }
      return processor.takeLimitsReached().filter((name) => name === limit).length;
    },
  };
}

const names = settings.flatMap(({ key }) =>
  key.startsWith('limits.') ? [key.slice('limits.'.length)] : [],
);

test('every limit of the configuration has a case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(names.toSorted());
});

const crossed = Object.entries(cases).flatMap(([name, given]) =>
  'counts' in given ? [[name, given] as const] : [],
);
const elsewhere = Object.entries(cases).flatMap(([name, given]) =>
  'test' in given ? [[name, given.test] as const] : [],
);

test.each(elsewhere)('limits.%s is in %s', (name, file) => {
  expect(readFileSync(join(import.meta.dirname, file), 'utf8')).toContain(name);
});

test.each(crossed)('limits.%s is counted when it is crossed', async (name, given) => {
  expect(await given.counts(name as LimitName)).toBeGreaterThan(0);
});

test('every limit has a series that stands at 0 until it is reached', async () => {
  const samples = await samplesOf(aTelemetry());
  for (const name of Object.keys(telemetryLimits)) {
    expect(samples.get(`rehearsal_limit_reached_total{limit="${name}"}`)).toBe('0');
  }
});
