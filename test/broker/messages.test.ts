// Envelopes, several records in one message, headers and time stamps, as another client reads them back.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NewRecord, produce } from '../support/broker/produce.ts';
import { readTopic, readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { createTopics } from '../support/broker/topics.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';

const { bootstrap } = sharedBroker();
const policies = fileURLToPath(new URL('../../examples/staging-guide/policies', import.meta.url));
const timestampMs = 1_787_000_001_234;
const timestamp = String(timestampMs);
const schemaId = Buffer.alloc(17, 1);

const record = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=worker'),
  dest: { ...workload('role=database'), port: 6379 },
});
const quoted = JSON.stringify(record);
const headers = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  twice: ['a', 'b'],
  empty: Buffer.alloc(0),
  binary: Buffer.from([0, 255, 128]),
  'policy-set': 'of an earlier pass',
  __value_schema_id: schemaId,
};
const keptHeaders = [
  ['traceparent', Buffer.from(headers.traceparent)],
  ['twice', Buffer.from('a')],
  ['twice', Buffer.from('b')],
  ['empty', Buffer.alloc(0)],
  ['binary', headers.binary],
];

interface Run {
  readonly stage: StageProcess;
  readonly input: string;
  readonly output: readonly StoredRecord[];
  readonly deadLetters: readonly StoredRecord[];
}

const stages: StageProcess[] = [];
afterAll(() => Promise.all(stages.map((stage) => stage.kill())));

interface Given {
  readonly records: readonly NewRecord[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Configuration of the input topic. */
  readonly topic?: Readonly<Record<string, string>>;
  readonly outputs: number;
  readonly letters: number;
}

async function run({ records, settings, topic = {}, outputs, letters }: Given): Promise<Run> {
  const input = uniqueName('messages');
  const [output, dead] = [`${input}-out`, `${input}-dead`];
  await createTopics(bootstrap, [
    { name: input, partitions: 1, configs: topic },
    { name: output, partitions: 1 },
    { name: dead, partitions: 1 },
  ]);
  await produce(bootstrap, input, records);
  const names = { INPUT_TOPICS: input, INPUT_GROUP_ID: input, OUTPUT_TOPIC: output };
  const stage = await startStage({
    bootstrap,
    policies,
    settings: { ...names, DEAD_LETTER_TOPIC: dead, ...settings },
  });
  stages.push(stage);
  const read = (name: string, count: number) =>
    readTopicUntil(bootstrap, name, {
      done: (stored) => stored.length >= count,
      timeoutMs: 60_000,
    });
  return {
    stage,
    input,
    output: await read(output, outputs),
    deadLetters: await read(dead, letters),
  };
}

function header(stored: StoredRecord | undefined, name: string): string | undefined {
  return stored?.headers.find(([each]) => each === name)?.[1]?.toString();
}

function changeIn(value: string): string {
  return (JSON.parse(value) as { evaluation: { change: string } }).evaluation.change;
}

describe('several records in a message', () => {
  let several: Run;
  beforeAll(async () => {
    several = await run({
      records: [
        { partition: 0, key: 'lines', timestamp, headers, value: `${record}\nbroken\n${record}\n` },
        { partition: 0, key: 'none', timestamp, headers, value: '[]' },
        { partition: 0, key: 'list', timestamp, value: `[${record},${record}]` },
        { partition: 0, key: 'one', timestamp, headers, value: record },
        { partition: 0, key: 'bad', timestamp, headers, value: 'nonsense' },
      ],
      outputs: 6,
      letters: 2,
    });
  });

  test('become one output each, in order, with key, time and index of their message', () => {
    expect(
      several.output.map((stored) => [
        stored.key?.toString(),
        stored.timestampMs,
        header(stored, 'flow-source'),
        header(stored, 'flow-record-index'),
      ]),
    ).toEqual([
      ['lines', timestampMs, `${several.input}/0/0`, '0'],
      ['lines', timestampMs, `${several.input}/0/0`, '2'],
      ['none', timestampMs, undefined, undefined],
      ['list', timestampMs, `${several.input}/0/2`, '0'],
      ['list', timestampMs, `${several.input}/0/2`, '1'],
      ['one', timestampMs, `${several.input}/0/3`, undefined],
    ]);
    const [line, , , item, , one] = several.output.map(({ value }) => String(value));
    expect(changeIn(one ?? '')).toBe('NewlyDenied');
    const stamp = /"evaluated_at":"[^"]+"/;
    expect(line?.replace(stamp, '')).toBe(one?.replace(stamp, ''));
    expect(item?.replace(stamp, '')).toBe(`[${one?.replace(stamp, '')}]`);
  });

  test('keep every header but ours of an earlier pass and the name of the schema they had', () => {
    const [line, , none, , , one] = several.output;
    expect(line?.headers.slice(0, 5)).toEqual(keptHeaders);
    expect(one?.headers.slice(0, 5)).toEqual(keptHeaders);
    expect(one?.headers.slice(5).map(([name]) => name)).toEqual([
      'flow-source',
      'flow-verdict-change',
      'policy-set',
      'policy-hash',
    ]);
    expect(header(one, 'policy-set')).toBe('default');
    expect(none?.headers).toHaveLength(7);
  });

  test('are dead letters one by one, by their own bytes', () => {
    const [line, bad] = several.deadLetters;
    expect([String(line?.value), line?.timestampMs]).toEqual(['broken', timestampMs]);
    expect(header(line, 'flow-source')).toBe(`${several.input}/0/0`);
    expect(header(line, 'flow-record-index')).toBe('1');
    expect(String(bad?.value)).toBe('nonsense');
    expect(bad?.headers).toEqual([
      ...keptHeaders,
      ['__value_schema_id', schemaId],
      // Its header makes it Avro, and there is no registry to ask.
      ['error-code', Buffer.from('schema_unknown')],
      ['error-message', expect.any(Buffer)],
      ['flow-source', Buffer.from(`${several.input}/0/4`)],
    ]);
  });

  test('are counted one by one', async () => {
    const counts = await several.stage.metric('rehearsal_records_total');
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(counts.get('outcome="passed_through"')).toBe(1);
    expect(counts.get('outcome="dead_lettered"')).toBe(2);
    await expect
      .poll(async () => [
        ...(await several.stage.metric('rehearsal_consumer_lag_records')).values(),
      ])
      .toEqual([0]);
  });
});

describe('records in envelopes, on a topic whose broker sets the time', () => {
  let enveloped: Run;
  beforeAll(async () => {
    enveloped = await run({
      records: [
        { partition: 0, key: null, timestamp, value: `{"log":${quoted},"stream":"stdout"}` },
        { partition: 0, key: '', value: `{"n":1,"log":${record}}\n{"log":${quoted}}` },
        { partition: 0, key: 'nowhere', value: '{"message":"x"}' },
      ],
      settings: { INPUT_UNWRAP: 'log' },
      topic: { 'message.timestamp.type': 'LogAppendTime' },
      outputs: 3,
      letters: 1,
    });
  });

  test('go back into them', () => {
    const values = enveloped.output.map(({ value }) => String(value));
    const [first, second, third] = values.map(
      (value) => JSON.parse(value) as Record<string, never>,
    );
    expect([first?.['stream'], second?.['n']]).toEqual(['stdout', 1]);
    expect(changeIn(String(first?.['log']))).toBe('NewlyDenied');
    expect(second?.['log']).toMatchObject({ evaluation: { change: 'NewlyDenied' } });
    expect(changeIn(String(third?.['log']))).toBe('NewlyDenied');
    expect(enveloped.output.map(({ key }) => key?.length ?? null)).toEqual([null, 0, 0]);
  });

  test('have the time that the input topic says', async () => {
    const stored = await readTopic(bootstrap, enveloped.input);
    const [first, second, third] = stored.map((each) => each.timestampMs);
    expect(first).not.toBe(timestampMs);
    expect(enveloped.output.map((each) => each.timestampMs)).toEqual([first, second, second]);
    expect(enveloped.deadLetters.map((each) => each.timestampMs)).toEqual([third]);
  });

  test('are dead letters that name the path where it leads nowhere', () => {
    const [letter] = enveloped.deadLetters;
    expect(String(letter?.value)).toBe('{"message":"x"}');
    expect(header(letter, 'error-message')).toContain('`log`');
  });
});
