import { gzipSync } from 'node:zlib';
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
  metrics: async (format, encoding) =>
    encoding === 'gzip' ? gzipSync(`${format} page\n`) : Buffer.from(`${format} page\n`),
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
    const headers = { 'accept-encoding': 'identity' };
    const response = await fetch(`${url}/metrics`, { method: 'HEAD', headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-length')).toBe(String('prometheus page\n'.length));
  });

  test('metrics that cannot be read are 500 without a reason', async () => {
    const url = await start({ metrics: () => Promise.reject(new Error('hunter2')) });
    const response = await fetch(`${url}/metrics`);
    expect([response.status, await response.text()]).toEqual([500, 'the metrics cannot be read\n']);
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
  // An idle connection would be kept for five seconds.
  expect(performance.now() - began).toBeLessThan(4000);
});
