import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { connectRegistry, type Registry } from '../../src/registry/connect.ts';
import { Health } from '../../src/stage/health.ts';
import type { DerivedSchema } from '../../src/stage/writer-schemas.ts';
import { fakeClock, fakeLogger } from '../kafka/fakes.ts';
import { type FaultyRegistry, startFaultyRegistry } from '../support/registry/faulty-registry.ts';
import { batchOf, never, quick, refusal, schemaReply, settingsFor } from './support.ts';

const vacant = { status: 200, body: [] };
let server: FaultyRegistry;
let registry: Registry<DerivedSchema> | null = null;

beforeEach(async () => {
  server = await startFaultyRegistry();
});

afterEach(async () => {
  registry?.close();
  await server.close();
});

/** Of a stage that converts what it reads. */
async function connect(startupTimeoutMs = 0): Promise<Registry<DerivedSchema>> {
  const clock = fakeClock();
  registry = await connectRegistry(
    {
      settings: settingsFor(server.url),
      startupTimeoutMs,
      outputTopic: 'out',
      derive: (outputSchemaText) => ({ outputSchemaText }),
      isDerivedWritten: false,
      health: new Health(clock),
      logger: fakeLogger(),
      clock,
      timing: quick,
    },
    never,
  );
  return registry;
}

test('schemas that nothing is written with are not registered', async () => {
  server.script(vacant, schemaReply('A'));
  const { schemas } = await connect();
  const found = await schemas.prepare(batchOf([1]), never);
  expect(found.find(1)).toMatchObject({ status: 'found', outputId: null });
  expect(server.asked.map(({ call }) => call)).toEqual([
    'GET /base/subjects/out-value/versions',
    'GET /base/schemas/ids/1',
  ]);
});

describe('a schema that all outputs are written with', () => {
  test('is registered, and has a number', async () => {
    server.script(vacant, refusal(503), { status: 200, body: { id: 40 } });
    const { register } = await connect(60_000);
    expect(await register('"string"', never)).toBe(40);
    expect(server.asked.at(-1)).toMatchObject({
      call: 'POST /base/subjects/out-value/versions',
      body: JSON.stringify({ schema: '"string"' }),
    });
  });

  test.each([
    ['its subject forbids', refusal(409), 'registry/incompatible', /`out-value`: it answers 409/],
    ['cannot be used there', refusal(42_201), 'registry/incompatible', /it answers 422/],
    ['we may not add', refusal(403), 'registry/not-authorised', /403/],
    ['nobody takes', refusal(500), 'registry/unreachable', /within 0 s/],
  ])('that %s ends the start', async (_, reply, code, message) => {
    server.script(vacant, reply);
    const { register } = await connect();
    const error = await register('"string"', never).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'CodedError', code });
    expect(String(error)).toMatch(message);
  });
});
