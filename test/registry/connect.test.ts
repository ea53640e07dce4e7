import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { connectRegistry, type Registry } from '../../src/registry/connect.ts';
import type { RegistrySettings } from '../../src/registry/settings.ts';
import { Health } from '../../src/stage/health.ts';
import { limits } from '../../src/stage/limits.ts';
import type { SchemaId, UnusableSchema, WriterSchemas } from '../../src/stage/writer-schemas.ts';
import { fakeClock, fakeLogger } from '../kafka/fakes.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../support/registry/faulty-registry.ts';
import { batchOf, never, quick, recordOf, refusal, schemaReply, settingsFor } from './support.ts';

/** What the tests derive: the writer's schema in brackets. */
interface Derived {
  readonly from: string;
  readonly outputSchemaText: string;
}

const vacant = { status: 200, body: [] };
let server: FaultyRegistry;
let registry: Registry<Derived> | null = null;
let clock = fakeClock();
let logger = fakeLogger();
let health = new Health(clock);
let derived: string[] = [];

beforeEach(async () => {
  server = await startFaultyRegistry();
  [clock, logger, derived] = [fakeClock(), fakeLogger(), []];
  health = new Health(clock);
});

afterEach(async () => {
  registry?.close();
  registry = null;
  await server.close();
});

function derive(from: string): Derived | UnusableSchema {
  derived.push(from);
  if (from === 'odd') return { problem: 'it is odd' };
  if (from === 'full') return { problem: 'it has our field', reason: 'member_clash' };
  return { from, outputSchemaText: `[${from}]` };
}

async function connect(
  over: Partial<RegistrySettings> = {},
  { startupTimeoutMs = 0, signal = never } = {},
): Promise<Registry<Derived>> {
  const settings = settingsFor(server.url, over);
  const ports = { health, logger, clock, timing: quick, outputTopic: 'out', derive };
  const options = { ...ports, settings, startupTimeoutMs, isDerivedWritten: true };
  registry = await connectRegistry(options, signal);
  return registry;
}

/** Connects to a registry that answers as it should, and forgets that. */
async function connected(over: Partial<RegistrySettings> = {}) {
  server.script(vacant);
  const { schemas } = await connect(over);
  const calls = () => server.asked.slice(1).map(({ call }) => call);
  return { schemas, calls };
}

function told(found: WriterSchemas<Derived>, id: SchemaId): string {
  const outcome = found.find(id);
  return outcome.status === 'found'
    ? `${outcome.derived.from} -> ${outcome.outputId}`
    : `${outcome.reason}: ${outcome.message}`;
}

const readiness = () => health.checks().map(({ name, ok, detail }) => ({ name, ok, detail }));

describe('the start', () => {
  test('a registry that answers makes the stage ready', async () => {
    await connected();
    expect(readiness()).toEqual([{ name: 'registry', ok: true, detail: 'answers' }]);
    expect(logger.lines).toEqual([]);
  });

  test('a registry that is late is waited for', async () => {
    server.script(refusal(503), { status: 429 }, vacant);
    await connect({}, { startupTimeoutMs: 60_000 });
    expect(server.asked).toHaveLength(3);
    expect(health.ok()).toBe(true);
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { url: server.url, reason: 'it answers 503: no' } },
    ]);
  });

  test.each([
    [
      'credentials it does not take',
      refusal(401),
      'registry/not-authorised',
      /`registry\.username`/,
    ],
    ['rights it does not give', refusal(403), 'registry/not-authorised', /403/],
    ['a path it does not have', refusal(404), 'registry/not-found', /path of `registry\.url`/],
    ['an answer too late', refusal(500), 'registry/unreachable', /within 0 s: it answers 500/],
    ['a redirect', { status: 301 }, 'registry/unreachable', /redirect/],
  ])('%s ends it', async (_, reply, code, message) => {
    server.script(reply);
    const credentials = { username: 'me', password: async () => 'canary' };
    const error = await connect({ credentials }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'CodedError', code });
    expect(String(error)).toMatch(message);
    expect(JSON.stringify([String(error), logger.lines, readiness()])).not.toMatch(
      /canary|Y2FuYXJ5/,
    );
    expect(health.ok()).toBe(false);
    expect(logger.lines).toEqual([]);
  });

  test('whoever stops the stage need not wait for it', async () => {
    server.script('silence');
    const signal = AbortSignal.timeout(30);
    await expect(connect({}, { startupTimeoutMs: 60_000, signal })).rejects.toThrow(/timeout/);
  });
});

describe('the schemas of a batch', () => {
  test('each is fetched, read and its output registered once', async () => {
    const { schemas, calls } = await connected();
    server.script(schemaReply('A'), { status: 200, body: { id: 40 } });
    const found = await schemas.prepare(batchOf([1, 1, 1]), never);
    expect(told(found, 1)).toBe('A -> 40');
    await schemas.prepare(batchOf([1]), never);
    expect(calls()).toEqual(['GET /base/schemas/ids/1', 'POST /base/subjects/out-value/versions']);
    expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toEqual({ schema: '[A]' });
    expect(derived).toEqual(['A']);
  });

  test('a batch that names none asks nothing', async () => {
    const { schemas, calls } = await connected();
    const defect = { reason: 'decompression_failed', message: '' } as const;
    const records = [
      { ...recordOf(1), value: null },
      { ...recordOf(1), value: Buffer.from('{}') },
      { ...recordOf(1), defect },
    ];
    await schemas.prepare({ ...batchOf([]), records }, never);
    expect(calls()).toEqual([]);
  });

  test('two batches that need the same schema share one request', async () => {
    const { schemas, calls } = await connected();
    server.script(schemaReply('A'), { status: 200, body: { id: 40 } });
    const both = await Promise.all([1, 2].map(() => schemas.prepare(batchOf([1]), never)));
    expect(both.map((found) => told(found, 1))).toEqual(['A -> 40', 'A -> 40']);
    expect(calls()).toHaveLength(2);
  });

  test('a batch keeps its schemas when the cache has no room for them', async () => {
    const { schemas, calls } = await connected({ limits: { ...limits, schemas: 2 } });
    const registered = { status: 200, body: { id: 1 } };
    server.script(schemaReply('A'), registered, schemaReply('A'), registered, schemaReply('A'));
    const first = await schemas.prepare(batchOf([1]), never);
    server.script(schemaReply('B'), registered, schemaReply('C'), registered);
    await schemas.prepare(batchOf([2]), never);
    await schemas.prepare(batchOf([3]), never);
    expect(told(first, 1)).toBe('A -> 1');
    server.script(schemaReply('A'), registered);
    await schemas.prepare(batchOf([1]), never);
    expect(calls().filter((call) => call.endsWith('/ids/1'))).toHaveLength(2);
  });

  test('more schemas than the limit are not asked for', async () => {
    const { schemas, calls } = await connected({ limits: { ...limits, schemas: 2 } });
    server.script(refusal(40_403));
    const found = await schemas.prepare(batchOf([1, 2, 3, 2]), never);
    expect(found.find(3)).toMatchObject({ reason: 'schema_unknown', limit: 'schemas' });
    expect(calls().some((call) => call.endsWith('/3'))).toBe(false);
  });
});

describe('a schema that fails', () => {
  test.each([
    [
      'it is unknown',
      refusal(40_403, 'gone'),
      'schema_unknown: the registry does not know schema 1: it answers 404: gone',
    ],
    [
      'it is not Avro',
      schemaReply('x', { schemaType: 'JSON' }),
      'schema_invalid: there is no use for schema 1: it is not an Avro schema',
    ],
    [
      'it cannot be read',
      schemaReply('odd'),
      'schema_invalid: there is no use for schema 1: it is odd',
    ],
    [
      'it has a field of our name',
      schemaReply('full'),
      'member_clash: there is no use for schema 1: it has our field',
    ],
    [
      'it is too long',
      'flood',
      'schema_invalid: there is no use for schema 1: it is longer than `limits.schemaBytes`',
    ],
  ] as const)('%s: its records are dead letters', async (_, reply, expected) => {
    const { schemas } = await connected();
    server.script(reply);
    const found = await schemas.prepare(batchOf([1]), never);
    expect(told(found, 1)).toBe(expected);
    expect(found.find(1)).toMatchObject({ limit: reply === 'flood' ? 'schemaBytes' : null });
    expect(health.ok()).toBe(true);
  });

  test('the registry does not take its output schema: its records are dead letters', async () => {
    const { schemas } = await connected();
    server.script(schemaReply('A'), refusal(42_201, 'bad name'));
    expect(told(await schemas.prepare(batchOf([1]), never), 1)).toBe(
      'schema_invalid: there is no use for schema 1: its output schema cannot be registered, ' +
        'it answers 422: bad name',
    );
  });

  test('an incompatible output schema is for the operator to mend', async () => {
    const { schemas } = await connected();
    server.script(schemaReply('A'), refusal(409, 'READER_FIELD_MISSING'));
    await expect(schemas.prepare(batchOf([1]), never)).rejects.toMatchObject({
      code: 'registry/incompatible',
      message:
        'the schema registry does not take the output schema under `out-value`: it answers 409: ' +
        'READER_FIELD_MISSING; set the compatibility of that subject to `NONE`, or write to another `output.topic`',
    });
  });

  test('nobody waits for the rest of a batch that cannot be', async () => {
    const { schemas, calls } = await connected({ limits: { ...limits, registryRequests: 2 } });
    server.answer((call) => {
      if (call.endsWith('/ids/1')) return schemaReply('A');
      return call.startsWith('POST') ? refusal(409) : refusal(503);
    });
    await expect(schemas.prepare(batchOf([1, 2]), never)).rejects.toThrow(/409/);
    const asked = calls().length;
    await new Promise((resolve) => setTimeout(resolve, 4 * quick.retryMaxMs));
    expect(calls().length - asked).toBeLessThanOrEqual(1);
  });

  test('a schema that a replica has not heard of yet is asked for again', async () => {
    const { schemas } = await connected();
    server.script(refusal(40_403), schemaReply('A'), { status: 200, body: { id: 9 } });
    expect(told(await schemas.prepare(batchOf([1]), never), 1)).toBe('A -> 9');
  });

  test('an unknown one is remembered for a while only', async () => {
    const { schemas, calls } = await connected();
    server.script(refusal(40_403));
    for (const [ms, asked] of [
      [0, 2],
      [quick.failureMs - 1, 2],
      [1, 4],
    ] as const) {
      clock.ms += ms;
      await schemas.prepare(batchOf([1]), never);
      expect(calls()).toHaveLength(asked);
    }
  });

  test('made-up numbers do not drive out a schema in use', async () => {
    const { schemas, calls } = await connected({ limits: { ...limits, schemas: 2 } });
    server.script(schemaReply('A'), { status: 200, body: { id: 9 } }, refusal(40_403));
    await schemas.prepare(batchOf([1]), never);
    await schemas.prepare(batchOf([2, 3]), never);
    await schemas.prepare(batchOf([2 ** 31, 2 ** 31 + 1]), never);
    expect(told(await schemas.prepare(batchOf([1]), never), 1)).toBe('A -> 9');
    expect(calls().filter((call) => call.endsWith('/ids/1'))).toHaveLength(1);
  });

  test('a number that no registry gives out is not asked for', async () => {
    const { schemas, calls } = await connected();
    const found = await schemas.prepare(batchOf([2 ** 31, 2 ** 32 - 1]), never);
    expect(found.find(2 ** 31)).toMatchObject({ reason: 'schema_unknown', limit: null });
    expect(calls()).toEqual([]);
  });
});

describe('a registry that does not answer', () => {
  test.each([
    ['its own trouble', refusal(500)],
    ['a closed connection', 'hang-up'],
    ['a page', { status: 404, body: '<html>' }],
    ['credentials no longer taken', refusal(401)],
    ['a redirect', { status: 307 }],
  ] as const)('is waited for: %s', async (_, reply) => {
    const { schemas, calls } = await connected();
    server.script(...Array.from({ length: 8 }, () => reply), schemaReply('A'), {
      status: 200,
      body: { id: 9 },
    });
    const found = await schemas.prepare(batchOf([1]), never);
    expect(told(found, 1)).toBe('A -> 9');
    expect(calls()).toHaveLength(10);
    expect(readiness()).toEqual([{ name: 'registry', ok: true, detail: 'answers' }]);
    expect(logger.lines).toHaveLength(1);
  });

  test('makes the stage unready while somebody waits', async () => {
    const { schemas } = await connected();
    server.script('silence');
    server.script(refusal(503));
    const controller = new AbortController();
    const waiting = schemas.prepare(batchOf([1]), controller.signal);
    await expect.poll(() => health.ok()).toBe(false);
    expect(readiness()).toEqual([
      { name: 'registry', ok: false, detail: 'it answers 503: no; waiting' },
    ]);
    controller.abort(new Error('partition lost'));
    await expect(waiting).rejects.toThrow('partition lost');
    await expect
      .poll(readiness)
      .toEqual([{ name: 'registry', ok: true, detail: 'nobody waits for it' }]);
    const asked = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 3 * quick.retryMaxMs));
    expect(server.asked).toHaveLength(asked);
  });

  test('one who leaves does not take the answer from another', async () => {
    const { schemas } = await connected();
    server.script(refusal(503));
    const controller = new AbortController();
    const leaving = schemas.prepare(batchOf([1]), controller.signal);
    const staying = schemas.prepare(batchOf([1]), never);
    await expect.poll(() => server.asked.length).toBeGreaterThan(2);
    controller.abort(new Error('partition lost'));
    await expect(leaving).rejects.toThrow('partition lost');
    server.script(schemaReply('A'), { status: 200, body: { id: 9 } });
    expect(told(await staying, 1)).toBe('A -> 9');
  });

  test('Retry-After is obeyed', async () => {
    const { schemas } = await connected();
    const busy = { status: 429, headers: { 'retry-after': '1' } };
    server.script(busy, schemaReply('A'), { status: 200, body: { id: 9 } });
    const startMs = performance.now();
    await schemas.prepare(batchOf([1]), never);
    expect(performance.now() - startMs).toBeGreaterThan(990);
  });

  test('under `dead-letter` its records are given up after some attempts, for a while', async () => {
    const { schemas, calls } = await connected({ onUnreachable: 'dead-letter' });
    server.script(refusal(503));
    const found = await schemas.prepare(batchOf([1]), never);
    expect(told(found, 1)).toBe(
      'registry_unreachable: the registry could not be asked for schema 1: it answers 503: no',
    );
    await schemas.prepare(batchOf([1]), never);
    expect(calls()).toHaveLength(quick.attempts);
    expect(readiness()).toMatchObject([
      { ok: false, detail: 'it answers 503: no; records that need it are dead letters' },
    ]);
    clock.ms += quick.failureMs;
    server.script(schemaReply('A'), { status: 200, body: { id: 9 } });
    expect(told(await schemas.prepare(batchOf([1]), never), 1)).toBe('A -> 9');
    expect(health.ok()).toBe(true);
  });

  test('under `dead-letter` many schemas do not wait for the same silence in turn', async () => {
    const over = {
      onUnreachable: 'dead-letter',
      limits: { ...limits, registryRequests: 2 },
    } as const;
    const { schemas, calls } = await connected(over);
    server.script(refusal(503));
    const ids = Array.from({ length: 50 }, (_, id) => id);
    const found = await schemas.prepare(batchOf(ids), never);
    expect(new Set(ids.map((id) => told(found, id).split(':')[0]))).toEqual(
      new Set(['registry_unreachable']),
    );
    expect(calls().length).toBeLessThanOrEqual(2 * quick.attempts);
  });

  test('under `dead-letter` credentials that are not taken are not tried again', async () => {
    const { schemas, calls } = await connected({ onUnreachable: 'dead-letter' });
    server.script(refusal(403));
    expect(told(await schemas.prepare(batchOf([1]), never), 1)).toMatch(/^registry_unreachable: /);
    expect(calls()).toHaveLength(1);
  });
});
