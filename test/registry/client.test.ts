import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Answer } from '../../src/registry/answer.ts';
import { RegistryClient } from '../../src/registry/client.ts';
import type { RegistrySettings } from '../../src/registry/settings.ts';
import { tlsMaterial } from '../support/broker/tls-material.ts';
import {
  type FaultyRegistry,
  type Reply,
  startFaultyRegistry,
} from '../support/registry/faulty-registry.ts';
import { never, quick, refusal, schemaReply, settingsFor } from './support.ts';

let server: FaultyRegistry;
let clients: RegistryClient[] = [];

beforeEach(async () => {
  server = await startFaultyRegistry();
});

afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.close();
});

function clientOf(over: Partial<RegistrySettings> = {}, timing = quick): RegistryClient {
  const client = new RegistryClient(settingsFor(server.url, over), timing);
  clients.push(client);
  return client;
}

function summary(answer: Answer<unknown>): string {
  return answer.ok ? `value ${String(answer.value)}` : `${answer.trouble}: ${answer.reason}`;
}

describe('a schema', () => {
  test.each<[string, string | number, Reply, string, string]>([
    ['by number', 7, schemaReply('"int"'), 'GET /base/schemas/ids/7', 'value "int"'],
    [
      'by GUID',
      '00112233-4455-6677-8899-aabbccddeeff',
      schemaReply('"int"', { schemaType: 'AVRO', references: [] }),
      'GET /base/schemas/guids/00112233-4455-6677-8899-aabbccddeeff',
      'value "int"',
    ],
  ])('is asked for %s', async (_, id, reply, call, expected) => {
    server.script(reply);
    expect(summary(await clientOf().schema(id, never))).toBe(expected);
    expect(server.asked.map((one) => one.call)).toEqual([call]);
  });

  const page: Reply = { status: 404, body: '<html>', headers: { 'content-type': 'text/html' } };
  test.each<[string, Reply, RegExp]>([
    [
      'not there',
      refusal(40_403, 'Schema not found'),
      /^unknown: it answers 404: Schema not found$/,
    ],
    ['the path not there', refusal(404, 'HTTP 404 Not Found'), /^unserved: it answers 404/],
    ["a proxy's page", page, /^unreachable: it answers 404$/],
    [
      'Protobuf',
      schemaReply('syntax = 1', { schemaType: 'PROTOBUF' }),
      /^invalid: it is not an Avro/,
    ],
    [
      'references',
      schemaReply('"A"', { references: [{ name: 'A', subject: 'a', version: 1 }] }),
      /^invalid: it refers to other schemas; register it in one piece$/,
    ],
    ['references that are no list', schemaReply('"A"', { references: {} }), /^invalid/],
    ['no credentials', refusal(401), /^refused: it answers 401; check `registry\.username`/],
    ['no rights', refusal(40_301), /^refused: it answers 403/],
    ['too many requests', { status: 429 }, /^unreachable: it answers 429$/],
    ['its own trouble', refusal(50_001, 'store'), /^unreachable: it answers 500: store$/],
    ['a gateway', { status: 503, body: '<html>' }, /^unreachable: it answers 503$/],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      /^unreachable: it answers 302, a redirect, which is not followed$/,
    ],
    ['garbage', { status: 200, body: 'welcome' }, /^unreachable: its answer is not JSON/],
    ['another API', { status: 200, body: { ok: true } }, /^unreachable: its answer is not one of/],
    ['a list', { status: 200, body: [] }, /^unreachable: its answer is not one of/],
    ['null', { status: 200, body: 'null' }, /^unreachable: its answer is not one of/],
    ['a flood', 'flood', /^too-large: it is longer than `limits\.schemaBytes`$/],
    ['a closed connection', 'hang-up', /^unreachable: socket hang up$/],
    ['lines in a message', refusal(50_001, 'a\n\u001b[31mb\u2028c'), /: a \[31mb c$/],
    ['a long message', refusal(50_001, 'x'.repeat(5000)), /^.{1,350}$/],
  ])('%s', async (_, reply, expected) => {
    server.script(reply);
    expect(summary(await clientOf().schema(7, never))).toMatch(expected);
    expect(server.asked).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ['nothing', 'silence'],
    ['an answer that never ends', 'drip'],
  ])('%s is given up after a time', async (_, reply) => {
    server.script(reply);
    const answer = await clientOf({}, { ...quick, requestMs: 150 }).schema(7, never);
    expect(summary(answer)).toBe('unreachable: no answer within 150 ms');
  });

  test('an answer as long as the limit is read', async () => {
    const reply = schemaReply('"int"');
    server.script(reply);
    const bytes = JSON.stringify({ schema: '"int"' }).length;
    const limits = { schemas: 1, registryRequests: 1 };
    const fits = clientOf({ limits: { ...limits, schemaBytes: bytes } });
    expect(await fits.schema(7, never)).toEqual({ ok: true, value: '"int"' });
    const short = clientOf({ limits: { ...limits, schemaBytes: bytes - 1 } });
    expect(await short.schema(7, never)).toMatchObject({ trouble: 'too-large' });
  });

  test('a registry that knows no GUIDs does not know the schema', async () => {
    server.script(refusal(404));
    expect(await clientOf().schema('0-0', never)).toMatchObject({ trouble: 'unknown' });
  });

  test('a registry that is not there is unreachable', async () => {
    await server.close();
    expect(summary(await clientOf().schema(7, never))).toMatch(/^unreachable: .*ECONNREFUSED/);
  });

  test.each<[string | undefined, number | null]>([
    ['3', 3000],
    [undefined, null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    ['-1', null],
  ])('Retry-After %s is %s ms', async (text, retryAfterMs) => {
    const headers = text === undefined ? {} : { 'retry-after': text };
    server.script({ status: 429, headers });
    expect(await clientOf().schema(7, never)).toMatchObject({ retryAfterMs });
  });

  test('whoever does not want it any more is told at once', async () => {
    server.script('silence');
    const controller = new AbortController();
    const answer = clientOf().schema(7, controller.signal);
    setTimeout(() => controller.abort(new Error('partition lost')), 20);
    await expect(answer).rejects.toThrow('partition lost');
    await expect(clientOf().schema(7, controller.signal)).rejects.toThrow('partition lost');
  });
});

describe('registering', () => {
  test.each<[string, Reply, RegExp]>([
    ['gives the number', { status: 200, body: { id: 12 } }, /^value 12$/],
    ['a number that is none', { status: 200, body: { id: '12' } }, /^unreachable/],
    ['a number too large', { status: 200, body: { id: 2 ** 31 } }, /^unreachable/],
    ['incompatible', refusal(409, 'READER_FIELD_MISSING'), /^incompatible: it answers 409: READER/],
    ['not Avro', refusal(42_201), /^invalid: it answers 422/],
    ['nobody may write', refusal(42_205), /^refused: it answers 422/],
  ])('%s', async (_, reply, expected) => {
    server.script(reply);
    expect(summary(await clientOf().register('a/b c-value', '"int"', never))).toMatch(expected);
    const [{ call, body } = { call: '', body: '' }] = server.asked;
    expect(call).toBe('POST /base/subjects/a%2Fb%20c-value/versions');
    expect(JSON.parse(body)).toEqual({ schema: '"int"' });
  });
});

describe('a knock', () => {
  test.each<[string, Reply, RegExp]>([
    ['a subject that is there', { status: 200, body: [1, 2] }, /^value null$/],
    ['a subject still to come', refusal(40_401), /^value null$/],
    ['something else', { status: 200, body: {} }, /^unreachable/],
    ['the wrong path', refusal(404), /^unserved/],
  ])('%s', async (_, reply, expected) => {
    server.script(reply);
    expect(summary(await clientOf().knock('out-value', never))).toMatch(expected);
    expect(server.asked[0]?.call).toBe('GET /base/subjects/out-value/versions');
  });
});

describe('security', () => {
  test('the password is asked for with each request', async () => {
    const passwords = ['first', 'second'];
    const password = async () => passwords.shift() ?? '';
    const client = clientOf({ credentials: { username: 'me', password } });
    server.script(schemaReply('"int"'));
    await client.schema(1, never);
    await client.schema(2, never);
    expect(server.asked.map(({ authorization }) => authorization)).toEqual([
      `Basic ${Buffer.from('me:first').toString('base64')}`,
      `Basic ${Buffer.from('me:second').toString('base64')}`,
    ]);
  });

  test('without credentials nothing is sent of any', async () => {
    server.script(schemaReply('"int"'));
    await clientOf().schema(1, never);
    expect(server.asked[0]?.authorization).toBeUndefined();
  });

  test('a certificate of a CA that is not ours is refused, whatever the environment says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-registry-'));
    const tls = await tlsMaterial(folder);
    const secure = await startFaultyRegistry({ tlsBundle: tls.serverBundle });
    secure.script(schemaReply('"int"'));
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const ask = async (caFile: string | null) => {
        const client = new RegistryClient(settingsFor(secure.url, { caFile }), quick);
        clients.push(client);
        return client.schema(1, never);
      };
      expect(await ask(tls.ca)).toEqual({ ok: true, value: '"int"' });
      expect(await ask(tls.otherCa)).toMatchObject({ trouble: 'untrusted' });
      expect(await ask(null)).toMatchObject({ trouble: 'untrusted' });
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      await secure.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('a CA file that cannot be read is named', () => {
    const settings = settingsFor('https://127.0.0.1', { caFile: 'nowhere.pem' });
    expect(() => new RegistryClient(settings, quick)).toThrow(
      expect.objectContaining({
        code: 'registry/file-unreadable',
        message: expect.stringContaining('`registry.caFile` `nowhere.pem`') as unknown,
      }),
    );
  });
});
