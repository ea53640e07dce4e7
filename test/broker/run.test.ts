import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, onTestFailed, test, vi } from 'vitest';

import { deniedFlow } from '../support/broker/denied-flow.ts';
import { produce } from '../support/broker/produce.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';

const { bootstrap } = sharedBroker();
const policies = 'examples/staging-guide/policies';
const partitions = 2;
let name = '';
let stages: StageProcess[] = [];

beforeEach(() => {
  name = uniqueName('run');
});

afterEach(async () => {
  await Promise.all(stages.map(async (stage) => stage.kill()));
  stages = [];
});

async function makeTopics(): Promise<void> {
  await createTopics(bootstrap, [
    { name: `${name}-in`, partitions },
    { name: `${name}-out`, partitions },
    { name: `${name}-dead`, partitions: 1 },
  ]);
}

interface Given {
  /** Keys of the configuration by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly folder?: string;
}

async function start({
  settings,
  args = [],
  folder = policies,
}: Given = {}): Promise<StageProcess> {
  const stage = await startStage({
    bootstrap,
    policies: folder,
    settings: {
      INPUT_TOPICS: `${name}-in`,
      INPUT_GROUP_ID: name,
      OUTPUT_TOPIC: `${name}-out`,
      DEAD_LETTER_TOPIC: `${name}-dead`,
      ...settings,
    },
    args,
  });
  stages.push(stage);
  onTestFailed(() => console.error(stage.output));
  return stage;
}

/** The first log line with this message, now or soon. */
async function logged(stage: StageProcess, message: RegExp): Promise<string> {
  const find = (): string | undefined =>
    stage.output.split('\n').find((line) => message.test(line));
  return vi.waitUntil(find, { timeout: 30_000, interval: 20 });
}

async function send(values: readonly (string | null)[]): Promise<void> {
  const records = values.map((value, index) => ({ partition: index % partitions, value }));
  await produce(bootstrap, `${name}-in`, records);
}

async function written(topic: string, count: number): Promise<StoredRecord[]> {
  const done = (records: readonly StoredRecord[]) => records.length >= count;
  return readTopicUntil(bootstrap, `${name}-${topic}`, { done, timeoutMs: 60_000 });
}

function headersOf({ headers }: StoredRecord): Record<string, string> {
  return Object.fromEntries(headers.map(([key, value]) => [key, String(value)]));
}

/** The input coordinates that the records came from, each once. */
function sources(records: readonly StoredRecord[]): Set<string | undefined> {
  return new Set(records.map((record) => headersOf(record)['flow-source']));
}

/** One value of a metric, by a part of its labels as they are printed. */
async function metricOf(stage: StageProcess, metric: string, labels = ''): Promise<number> {
  const found = [...(await stage.metric(metric))].find(([key]) => key.includes(labels));
  return found?.[1] ?? NaN;
}

describe('judging', () => {
  test('flows are judged, tombstones pass and what is no flow is a dead letter', async () => {
    await makeTopics();
    await send([deniedFlow(1), 'no flow', null, deniedFlow(2)]);
    const stage = await start();
    const outputs = await written('out', 3);
    const [dead] = await written('dead', 1);
    const changes = outputs.map((record) => headersOf(record)['flow-verdict-change'] ?? 'none');
    expect(changes.toSorted()).toEqual(['NewlyDenied', 'NewlyDenied', 'none']);
    expect(String(dead?.value)).toBe('no flow');
    expect(dead === undefined ? {} : headersOf(dead)).toMatchObject({
      'error-code': 'not_a_record',
      'flow-source': `${name}-in/1/0`,
    });
    expect(await metricOf(stage, 'rehearsal_records_total', 'outcome="evaluated"')).toBe(2);
    expect(await metricOf(stage, 'rehearsal_consumer_lag_records', 'partition="0"')).toBe(0);
  });

  test('without a dead-letter topic the first bad record ends the stage', async () => {
    await makeTopics();
    await send([deniedFlow(1), 'no flow', deniedFlow(2)]);
    const stage = await start({ settings: { DEAD_LETTER_TOPIC: '' } });
    expect((await stage.exited).code).toBe(65);
    expect(stage.output).toContain(`record ${name}-in/1/0 cannot be judged, \`not_a_record\``);
  });

  test('a dry run counts, writes nothing and is no member of any group', async () => {
    await createTopics(bootstrap, [{ name: `${name}-in`, partitions }]);
    await send([deniedFlow(1), deniedFlow(2), 'no flow']);
    const stage = await start({ args: ['--dry-run'] });
    await logged(stage, /judging flow records/);
    await expect
      .poll(async () => metricOf(stage, 'rehearsal_records_total', 'outcome="evaluated"'), {
        timeout: 20_000,
      })
      .toBe(2);
    expect(await metricOf(stage, 'rehearsal_records_total', 'outcome="dead_lettered"')).toBe(1);
    const admin = testClient(bootstrap).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.map(({ groupId }) => groupId)).not.toContain(name);
    stage.signal('SIGTERM');
    expect((await stage.exited).code).toBe(0);
  });
});

describe('policies that change', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-reload-'));
    cpSync(policies, folder, { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('are in force for later flows, and no flow is lost meanwhile', async () => {
    await makeTopics();
    const stage = await start({ folder });
    await send([deniedFlow(1)]);
    await written('out', 1);
    writeFileSync(
      join(folder, 'more.yaml'),
      'apiVersion: projectcalico.org/v3\nkind: StagedGlobalNetworkPolicy\n' +
        'metadata: {name: default.more}\nspec: {order: 1, types: [Ingress], ingress: [{action: Allow}]}\n',
    );
    await logged(stage, /policies in force: \+1 staged, ~0, -0, rules 8→9, \d+ ms/);
    await send([deniedFlow(2)]);
    const outputs = await written('out', 2);
    const hashes = outputs.map((record) => headersOf(record)['policy-hash']);
    const changes = outputs.map((record) => headersOf(record)['flow-verdict-change']);
    expect(new Set(hashes).size).toBe(2);
    expect(changes).toEqual(['NewlyDenied', 'Unchanged']);
  });

  test('for the worse leave the last good set in force', async () => {
    await makeTopics();
    const stage = await start({ folder });
    await logged(stage, /policies in force/);
    writeFileSync(join(folder, 'bad.yaml'), 'kind: StagedNetworkPolicy\n');
    const line = await logged(stage, /last good set stays/);
    expect(line).toContain('bad.yaml:1:1');
    await send([deniedFlow(1)]);
    const [output] = await written('out', 1);
    expect(output === undefined ? {} : headersOf(output)).toMatchObject({
      'flow-verdict-change': 'NewlyDenied',
    });
    expect(await metricOf(stage, 'rehearsal_policy_last_reload_successful')).toBe(0);
    rmSync(join(folder, 'bad.yaml'));
    await logged(stage, /nothing has changed/);
    await expect
      .poll(async () => metricOf(stage, 'rehearsal_policy_last_reload_successful'), {
        timeout: 5000,
      })
      .toBe(1);
  });
});

describe('ending', () => {
  test('SIGTERM in mid-stream drains, commits and exits 0, and nothing is judged twice', async () => {
    await makeTopics();
    const values = Array.from({ length: 4000 }, (_, number) => deniedFlow(number));
    await send(values.slice(0, 2000));
    const first = await start();
    await written('out', 1);
    const sending = send(values.slice(2000));
    first.signal('SIGTERM');
    const startMs = performance.now();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    await sending;
    await start();
    const outputs = await written('out', values.length);
    expect(sources(outputs).size).toBe(values.length);
    expect(outputs).toHaveLength(values.length);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second %s is obeyed at once', async (signal, code) => {
    await makeTopics();
    const stage = await start();
    await logged(stage, /joined the group/);
    stage.signal(signal);
    await logged(stage, /stopping/);
    stage.signal(signal);
    expect((await stage.exited).code).toBe(code);
  });
});

describe('refusing to start', () => {
  test('missing topics are named with the command that makes them', async () => {
    await createTopics(bootstrap, [{ name: `${name}-in`, partitions }]);
    const stage = await start();
    expect((await stage.exited).code).toBe(78);
    expect(stage.output).toContain(`topics \`${name}-out\`, \`${name}-dead\` do not exist`);
    expect(stage.output).toContain(
      `kafka-topics.sh --bootstrap-server ${bootstrap} --create --topic ${name}-out --partitions 2`,
    );
  });

  test('fewer output partitions than input', async () => {
    await createTopics(bootstrap, [
      { name: `${name}-in`, partitions },
      { name: `${name}-out`, partitions: 1 },
      { name: `${name}-dead`, partitions: 1 },
    ]);
    const stage = await start();
    expect((await stage.exited).code).toBe(78);
    expect(stage.output).toContain(`--alter --topic ${name}-out --partitions 2`);
  });

  test('no broker within the time allowed; readiness says so meanwhile', async () => {
    const stage = await start({
      settings: { KAFKA_BROKERS: '127.0.0.1:1' },
      args: ['--startup-timeout', '4s'],
    });
    await logged(stage, /no broker answers/);
    const ready = await fetch(`${stage.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/"name":"kafka","status":"failing".*ECONNREFUSED/);
    expect((await stage.exited).code).toBe(69);
    expect(stage.output).toContain('no broker of `127.0.0.1:1` answered within 4 s');
    expect(stage.output.match(/no broker answers, trying again/g)).toHaveLength(1);
  });

  test('invalid policies are named with their place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-run-'));
    const file = join(folder, 'bad.yaml');
    writeFileSync(
      file,
      'apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: a, namespace: b}\n' +
        'spec: {selector: "role == \'db"}\n',
    );
    const stage = await start({ folder });
    const { code } = await stage.exited;
    rmSync(folder, { recursive: true });
    expect(code).toBe(78);
    expect(stage.output).toContain(`${file}:4:`);
  });
});
