import { createServer } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { RegistryClient } from '../../src/registry/client.ts';
import { connectRegistry, type Registry } from '../../src/registry/connect.ts';
import type { RegistryTiming } from '../../src/registry/settings.ts';
import { Health } from '../../src/stage/health.ts';
import type { Batch } from '../../src/stage/ports.ts';
import { fakeClock, fakeLogger } from '../kafka/fakes.ts';
import { batchOf, never, quick, recordOf, settingsFor } from '../registry/support.ts';
import { freePorts } from '../support/broker/ports.ts';
import { isAlive, processStamp } from '../support/broker/process-stamp.ts';
import { uniqueName } from '../support/broker/shared-broker.ts';
import { type RealRegistry, startRegistry } from '../support/registry/apicurio.ts';

let real: RealRegistry;
let client: RegistryClient;
/** Nobody else writes to it. */
let topic = '';
const timing: RegistryTiming = { ...quick, requestMs: 1000 };

beforeAll(async () => {
  real = await startRegistry();
  client = new RegistryClient(settingsFor(real.url), timing);
});

beforeEach(() => {
  topic = uniqueName('out');
});

afterAll(async () => {
  client.close();
  await real.stop();
});

/** A record `name` with a field of type `int` for each of `fields`. */
function schemaOf(name: string, ...fields: readonly string[]): string {
  const members = fields.map((field) => ({ name: field, type: 'int' }));
  return JSON.stringify({ type: 'record', name, fields: members });
}

/** Adds the field `added` to the writer's schema, as the stage will add its own. */
function derive(schemaText: string) {
  const { name, fields } = JSON.parse(schemaText) as { name: string; fields: { name: string }[] };
  const names = [...fields.map((field) => field.name), 'added'];
  return { outputSchemaText: schemaOf(name, ...names) };
}

async function connect(): Promise<Registry<{ outputSchemaText: string }> & { health: Health }> {
  const clock = fakeClock();
  const health = new Health(clock);
  const ports = { clock, health, logger: fakeLogger(), timing, derive, outputTopic: topic };
  const settings = settingsFor(real.url);
  const options = { ...ports, settings, startupTimeoutMs: 60_000, isDerivedWritten: true };
  const registry = await connectRegistry(options, never);
  onTestFinished(registry.close);
  return { ...registry, health };
}

/** The call of the API that the stage itself never makes. */
async function call(method: string, path: string, body: object): Promise<{ id: number }> {
  const response = await fetch(real.url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { id: number };
}

async function written(schema: string, members: object = {}): Promise<number> {
  const path = `/subjects/${uniqueName('in')}-value/versions`;
  return (await call('POST', path, { schema, ...members })).id;
}

describe('a registry that we did not write', () => {
  test('gives the schema by its number, and takes that of the outputs once', async () => {
    const { schemas, health } = await connect();
    const id = await written(schemaOf('Flow', 'a'));
    const outcome = (await schemas.prepare(batchOf([id]), never)).find(id);
    const output = schemaOf('Flow', 'a', 'added');
    expect(outcome).toMatchObject({ status: 'found', derived: { outputSchemaText: output } });
    if (outcome.status !== 'found') return;
    expect(await client.schema(outcome.outputId ?? -1, never)).toEqual({ ok: true, value: output });
    expect(await client.register(`${topic}-value`, output, never)).toEqual({
      ok: true,
      value: outcome.outputId,
    });
    expect(health.ok()).toBe(true);
  });

  test('refuses an output schema that its compatibility forbids', async () => {
    const { schemas } = await connect();
    const first = await written(schemaOf('Flow', 'a'));
    const second = await written(schemaOf('Flow', 'b'));
    await schemas.prepare(batchOf([first]), never);
    await call('PUT', `/config/${topic}-value`, { compatibility: 'BACKWARD' });
    await expect(schemas.prepare(batchOf([second]), never)).rejects.toMatchObject({
      code: 'registry/incompatible',
      message: expect.stringContaining(`\`${topic}-value\`: it answers 409`) as unknown,
    });
  });

  const guid = Buffer.from('0100112233445566778899aabbccddeeff', 'hex');
  const byGuid: Batch = {
    ...batchOf([]),
    records: [recordOf(0, 0, [['__value_schema_id', guid]])],
  };
  test.each([
    ['a number it never gave out', batchOf([123_456]), 123_456],
    ['a GUID, of which it knows nothing', byGuid, '00112233-4455-6677-8899-aabbccddeeff'],
  ])('does not know %s', async (_, batch, id) => {
    const { schemas, health } = await connect();
    const outcome = (await schemas.prepare(batch, never)).find(id);
    expect(outcome).toMatchObject({ status: 'failed', reason: 'schema_unknown' });
    expect(health.ok()).toBe(true);
  });

  test('may have schemas that the stage has no use for', async () => {
    const { schemas } = await connect();
    const part = uniqueName('part');
    await call('POST', `/subjects/${part}/versions`, { schema: schemaOf('Part', 'a') });
    const whole = { type: 'record', name: 'Whole', fields: [{ name: 'p', type: 'Part' }] };
    const references = [{ name: 'Part', subject: part, version: 1 }];
    const ids = [
      await written(JSON.stringify(whole), { references }),
      await written('syntax = "proto3"; message M { int32 a = 1; }', { schemaType: 'PROTOBUF' }),
    ];
    const found = await schemas.prepare(batchOf(ids), never);
    expect(ids.map((id) => found.find(id))).toMatchObject([
      { reason: 'schema_invalid', message: expect.stringContaining('in one piece') as unknown },
      { reason: 'schema_invalid', message: expect.stringContaining('not an Avro') as unknown },
    ]);
  });
});

describe('a registry that goes away', () => {
  test('is waited for while it stalls, and then answers', async () => {
    const { schemas, health } = await connect();
    const id = await written(schemaOf('Stalled', 'a'));
    real.faults.pause();
    try {
      const waiting = schemas.prepare(batchOf([id]), never);
      await expect.poll(() => health.ok(), { timeout: 20_000 }).toBe(false);
      real.faults.resume();
      expect((await waiting).find(id)).toMatchObject({ status: 'found' });
      expect(health.ok()).toBe(true);
    } finally {
      real.faults.resume();
    }
  });

  test('is waited for while it restarts', async () => {
    const { schemas, health } = await connect();
    await real.faults.kill();
    const waiting = schemas.prepare(batchOf([1]), never);
    await expect.poll(() => health.ok(), { timeout: 20_000 }).toBe(false);
    await real.faults.start();
    // It has forgotten everything, and says so.
    expect((await waiting).find(1)).toMatchObject({ reason: 'schema_unknown' });
    expect(health.ok()).toBe(true);
  });
});

describe('registries of our own', () => {
  test('a port that somebody else has taken is tried no more', async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void thief.close());
    const { port } = thief.address() as { port: number };
    const offers = [[port], await freePorts(1)];
    const other = await startRegistry({ ports: async () => offers.shift() ?? [] });
    expect(other.url).not.toContain(`:${port}/`);
    const stamp = processStamp(other.faults.pid ?? 0) ?? '';
    expect(isAlive(stamp)).toBe(true);
    await other.stop();
    expect(isAlive(stamp)).toBe(false);
  });

  test.each([['Java', { PATH: '' }, /^no schema registry: no java; install Java 17/]])(
    'without %s it says what to install',
    async (_, environment, message) => {
      const cache = { XDG_CACHE_HOME: uniqueName('/nowhere') };
      await expect(startRegistry({ environment: { ...environment, ...cache } })).rejects.toThrow(
        expect.objectContaining({
          code: 'registry/unavailable',
          message: expect.stringMatching(message) as unknown,
        }),
      );
    },
  );
});
