import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HealthCheck } from '../../src/stage/health.ts';
import { startHttpServer } from '../../src/telemetry/http-server.ts';
import type { HttpServer } from '../../src/telemetry/http-server.ts';
import type { Routes } from '../../src/telemetry/http-routes.ts';
import { telemetryLimits } from '../../src/telemetry/limits.ts';
import type { TelemetryLimits } from '../../src/telemetry/limits.ts';

const broken: HealthCheck = { name: 'group', ok: false, sinceMs: 0, detail: 'not joined' };
const well: HealthCheck = { name: 'policies', ok: true, sinceMs: 1000, detail: '' };
const routes: Routes = {
  metrics: async (format) => `${format} page\n`,
  live: () => [],
  ready: () => [well, broken],
  started: () => [well],
};

let server: HttpServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(
  given: Partial<Routes> = {},
  limits: Partial<TelemetryLimits> = {},
): Promise<string> {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    limits: { ...telemetryLimits, ...limits },
    routes: { ...routes, ...given },
  });
  return server.url;
}

/** Sends bytes as they are and resolves with all that comes back until the connection ends. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname, () => socket.write(text));
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  return promise;
}

describe('paths', () => {
  test('/metrics is the page in the format that is asked for', async () => {
    const url = await start();
    const plain = await fetch(`${url}/metrics`);
    expect(await plain.text()).toBe('prometheus page\n');
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1';
    const open = await fetch(`${url}/metrics?x=1`, { headers: { accept } });
    expect(await open.text()).toBe('openmetrics page\n');
    expect(open.headers.get('content-type')).toContain('application/openmetrics-text');
  });

  test.each([
    ['/livez', 200, 'ok'],
    ['/startupz', 200, 'ok'],
    ['/readyz', 503, 'failing'],
  ])('%s is %d', async (path, status, word) => {
    const response = await fetch(`${await start()}${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status: word });
  });

  test('/readyz names the failing check and since when', async () => {
    const response = await fetch(`${await start()}/readyz`);
    expect(await response.json()).toEqual({
      status: 'failing',
      checks: [
        { name: 'policies', status: 'ok', since: '1970-01-01T00:00:01.000Z' },
        {
          name: 'group',
          status: 'failing',
          since: '1970-01-01T00:00:00.000Z',
          detail: 'not joined',
        },
      ],
    });
  });

  test('HEAD is GET without a body', async () => {
    const url = await start();
    const response = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-length')).toBe(String('prometheus page\n'.length));
  });

  test('metrics that cannot be read are 500 without a reason', async () => {
    const url = await start({ metrics: () => Promise.reject(new Error('hunter2')) });
    const response = await fetch(`${url}/metrics`);
    expect([response.status, await response.text()]).toEqual([500, 'the metrics cannot be read\n']);
  });
});

describe('abuse', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is 405', async (method) => {
    const response = await fetch(`${await start()}/metrics`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each([
    '/',
    '/../../etc/passwd',
    '/metrics/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//metrics',
    '/metrics/',
    '/METRICS',
    '/constructor',
    'http://elsewhere/metrics',
  ])('GET %s is 404 and says nothing of it', async (path) => {
    const reply = await raw(
      await start(),
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
    expect(reply).toMatch(/\r\n\r\nnot found\n$/);
  });

  test('headers beyond the limit are 431', async () => {
    const url = await start();
    const long = 'x'.repeat(telemetryLimits.httpHeaderBytes);
    const reply = await raw(url, `GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('what is not HTTP is 400', async () => {
    expect(await raw(await start(), '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test('headers that do not come in time are 408', async () => {
    const url = await start({}, { httpHeadersMs: 50 });
    expect(await raw(url, 'GET /metrics HTTP/1.1\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('connections beyond the limit are closed', async () => {
    const url = await start({}, { httpConnections: 2, httpHeadersMs: 300 });
    const idle = [raw(url, 'GET'), raw(url, 'GET')];
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await raw(url, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    await Promise.all(idle);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });
});

test('a port that is taken is told with the keys that say so', async () => {
  const { port } = new URL(await start());
  const options = { host: '127.0.0.1', port: Number(port), limits: telemetryLimits, routes };
  await expect(startHttpServer(options)).rejects.toMatchObject({
    code: 'http/cannot-listen',
    message: expect.stringContaining(`\`http.port\` ${port}`) as string,
  });
});

test('closing lets go of connections that are kept alive', async () => {
  const url = await start();
  await fetch(`${url}/livez`);
  const began = performance.now();
  await server?.close();
  server = null;
  expect(performance.now() - began).toBeLessThan(900);
});
