import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFailed,
  test,
} from 'vitest';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { RegistryClient } from '../../src/registry/client.ts';
import { registryTimingDefault } from '../../src/registry/settings.ts';
import { rehearsal } from '../commands/support.ts';
import { never, settingsFor } from '../registry/support.ts';
import { makeClusterFolder, removeClusterFolder } from '../support/broker/cluster-folder.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';
import { type RealRegistry, startRegistry } from '../support/registry/apicurio.ts';

const { bootstrap } = sharedBroker();
const folder = makeClusterFolder();
/** A field of somebody else's between ours, with more digits than a double holds. */
const writerSchema = {
  ...(canonicalSchema as object),
  name: 'acme.Flow',
  fields: (canonicalSchema as unknown as { fields: { name: string }[] }).fields
    .filter(({ name: field }) => field !== 'evaluation')
    .flatMap((field) =>
      field.name === 'reporter' ? [{ name: 'acme_serial', type: 'long' }, field] : [field],
    ),
};
const writer = avscType(writerSchema);
let registry: RealRegistry;
let client: RegistryClient;
let stage: StageProcess | null = null;
let name = '';

beforeAll(async () => {
  registry = await startRegistry();
  client = new RegistryClient(settingsFor(registry.url), registryTimingDefault);
});

beforeEach(async () => {
  name = uniqueName('avro');
  await createTopics(
    bootstrap,
    ['in', 'out', 'dead'].map((topic) => ({ name: `${name}-${topic}`, partitions: 1 })),
  );
});

afterEach(async () => {
  await stage?.kill();
});

afterAll(async () => {
  client.close();
  await registry.stop();
  removeClusterFolder(folder);
});

/** A flow that the staging guide's policies would deny. */
const datum = writer.toBuffer({
  acme_serial: 2n ** 63n - 1n,
  start_time: 1_787_000_000_000,
  reporter: 'Dst',
  action: 'Allow',
  protocol: 'tcp',
  source_type: 'WorkloadEndpoint',
  source_namespace: 'default',
  source_name: 'cart-6b687c8dcb-*',
  source_labels: { role: 'cart' },
  dest_type: 'WorkloadEndpoint',
  dest_namespace: 'default',
  dest_name: 'database-6b687c8dcb-*',
  dest_labels: { role: 'database' },
  dest_port: 6379,
  policies: {
    enforced: [{ kind: 'Profile', name: 'kns.default', action: 'Allow' }],
    pending: [{ kind: 'Profile', name: 'kns.default', action: 'Allow' }],
    pending_upstream: null,
  },
});

interface Message {
  readonly value: Buffer;
  readonly headers?: Record<string, Buffer>;
}

async function send(messages: readonly Message[]): Promise<void> {
  const producer = testClient(bootstrap).producer();
  await producer.connect();
  await producer.send({ topic: `${name}-in`, messages: [...messages] });
  await producer.disconnect();
}

async function start(
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<void> {
  stage = await startStage({
    bootstrap,
    args,
    policies: 'examples/staging-guide/policies',
    settings: {
      INPUT_TOPICS: `${name}-in`,
      INPUT_GROUP_ID: name,
      OUTPUT_TOPIC: `${name}-out`,
      DEAD_LETTER_TOPIC: `${name}-dead`,
      ...settings,
    },
  });
  onTestFailed(() => console.error(stage?.output));
}

async function written(topic: string, count: number): Promise<StoredRecord[]> {
  const done = (records: readonly StoredRecord[]) => records.length >= count;
  return readTopicUntil(bootstrap, `${name}-${topic}`, { done, timeoutMs: 60_000 });
}

/** What stands in front of a record with this schema. */
async function numberOf(schema: object): Promise<Buffer> {
  const registered = await client.register(`${name}-in-value`, JSON.stringify(schema), never);
  if (!registered.ok) throw new Error(registered.reason);
  const number = Buffer.alloc(5);
  number.writeUInt32BE(registered.value, 1);
  return number;
}

/** How many schemas the registry has for what the stage writes. */
async function outputSchemas(): Promise<number> {
  const response = await fetch(`${registry.url}/subjects/${name}-out-value/versions`);
  return response.status === 404 ? 0 : ((await response.json()) as unknown[]).length;
}

/** Everything of the record that is told of here, by the schema that the registry gives for it. */
async function told(id: number, bytes: Buffer): Promise<unknown> {
  const schema = await client.schema(id, never);
  if (!schema.ok) throw new Error(schema.reason);
  return toldBy(schema.value, bytes);
}

function toldBy(schemaText: string, bytes: Buffer): unknown {
  return avscType(JSON.parse(schemaText)).fromBuffer(bytes);
}

const expected = {
  acme_serial: 2n ** 63n - 1n,
  evaluation: { change: 'NewlyDenied', would_deny: true },
  policies: { pending_upstream: [{ name: 'kns.default' }] },
};

test('records are judged by the schemas of a real registry, in front of them and in headers', async () => {
  const number = await numberOf(writerSchema);
  const unknown = Buffer.from('007fffffff00', 'hex');
  const headers = { __value_schema_id: number };
  await send([
    { value: Buffer.concat([number, datum]) },
    { value: datum, headers },
    { value: unknown },
  ]);
  await start({ REGISTRY_URL: registry.url });
  const [framed, bare] = await written('out', 2);
  const value = framed?.value ?? Buffer.alloc(5);
  expect(await told(value.readUInt32BE(1), value.subarray(5))).toMatchObject(expected);
  const header = new Map(bare?.headers).get('__value_schema_id') ?? Buffer.alloc(5);
  expect(header.readUInt32BE(1)).toBe(value.readUInt32BE(1));
  expect(bare?.value).toEqual(value.subarray(5));
  const [dead] = await written('dead', 1);
  expect(String(new Map(dead?.headers).get('error-code'))).toBe('schema_unknown');
  expect(dead?.value).toEqual(unknown);
});

test('a preview and an explanation read what a stage reads, and register nothing', async () => {
  const number = await numberOf(writerSchema);
  const unknown = Buffer.from('007fffffff00', 'hex');
  await send([{ value: Buffer.concat([number, datum]) }, { value: unknown }]);
  const world = {
    environment: { REHEARSAL_KAFKA_BROKERS: bootstrap, REHEARSAL_REGISTRY_URL: registry.url },
  };
  const policies = ['--policies', 'examples/staging-guide/policies'];
  const previewed = await rehearsal(
    ['preview', ...policies, '--format', 'json', '--from-topic', `${name}-in`],
    world,
  );
  expect(JSON.parse(previewed.stdout)).toMatchObject({
    flows: { judged: 1, newlyDenied: 1 },
    unreadable: [{ reason: 'schema_unknown', records: 1, first: `${name}-in/0/1` }],
  });
  const explained = await rehearsal(['explain', ...policies, `${name}-in/0/0`], world);
  expect([explained.exitCode, explained.stdout]).toEqual([0, expect.stringContaining('deny')]);
  expect(await outputSchemas()).toBe(0);
});

test('records that name no schema are judged by the one configured', async () => {
  const schemaFile = join(folder, 'flow.avsc');
  writeFileSync(schemaFile, JSON.stringify(writerSchema));
  await send([{ value: datum }]);
  await start({ INPUT_FORMAT: 'avro', INPUT_SCHEMA_FILE: schemaFile });
  const [output] = await written('out', 1);
  const fields = [
    ...writerSchema.fields,
    (canonicalSchema as unknown as { fields: unknown[] }).fields.at(-1),
  ];
  const outputSchema = JSON.stringify({ ...writerSchema, fields });
  expect(toldBy(outputSchema, output?.value ?? Buffer.alloc(0))).toMatchObject(expected);
});

const EVALUATED = 'outcome="evaluated"';

describe('records in Avro and in JSON leave in one form', () => {
  const json =
    '{"start_time":"2026-08-17T20:53:20Z","protocol":"tcp","reporter":"Dst","action":"Allow","source_name":"cart-*",' +
    '"source_namespace":"default","dest_name":"database-*","dest_namespace":"default","source_labels":"role=cart",' +
    '"dest_labels":"role=database","dest_port":6379,"policies":{"enforced":[],"pending":null},"acme":1}';

  beforeEach(async () => {
    const number = await numberOf(writerSchema);
    await send([
      { value: Buffer.concat([number, datum]) },
      { value: datum, headers: { __value_schema_id: number } },
      { value: Buffer.from(json) },
    ]);
  });

  test('canonical JSON, for which no schema is registered', async () => {
    await start({ REGISTRY_URL: registry.url, OUTPUT_FORMAT: 'canonical-json' });
    const outputs = await written('out', 3);
    const { evaluation } = expected;
    expect(outputs.map(({ value }) => JSON.parse(String(value)) as object)).toMatchObject([
      { source_labels: 'role=cart', evaluation },
      { source_labels: 'role=cart', evaluation },
      { source_labels: 'role=cart', evaluation, extra: { acme: 1 } },
    ]);
    expect(String(outputs[0]?.value)).toContain('"extra":{"acme_serial":9223372036854775807}');
    for (const { headers } of outputs) {
      expect(headers.map(([header]) => header)).not.toContain('__value_schema_id');
      expect(String(new Map(headers).get('content-type'))).toBe('application/json');
    }
    expect(await outputSchemas()).toBe(0);
  });

  test('canonical Avro, the number of its one schema in front', async () => {
    await start({ REGISTRY_URL: registry.url, OUTPUT_FORMAT: 'canonical-avro' });
    const outputs = await written('out', 3);
    const { evaluation } = expected;
    const records = await Promise.all(
      outputs.map(async ({ value }) => {
        const bytes = value ?? Buffer.alloc(5);
        expect(bytes[0]).toBe(0);
        return told(bytes.readUInt32BE(1), bytes.subarray(5));
      }),
    );
    const serial = { acme_serial: '9223372036854775807' };
    expect(records).toMatchObject([
      { source_labels: { role: 'cart' }, evaluation, extra: serial },
      { source_labels: { role: 'cart' }, evaluation, extra: serial },
      { source_labels: { role: 'cart' }, evaluation, extra: { acme: '1' } },
    ]);
    expect(await outputSchemas()).toBe(1);
  });

  test('--dry-run registers none', async () => {
    await start({ REGISTRY_URL: registry.url }, ['--dry-run']);
    await stage?.ready();
    const judged = async () => (await stage?.metric('rehearsal_records_total'))?.get(EVALUATED);
    await expect.poll(judged, { timeout: 60_000, interval: 200 }).toBe(3);
    expect(await outputSchemas()).toBe(0);
  });
});
