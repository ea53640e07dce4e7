import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { Routes } from '../../src/telemetry/http-routes.ts';
import { startHttpServer } from '../../src/telemetry/http-server.ts';
import type { HttpServer } from '../../src/telemetry/http-server.ts';
import { telemetryLimits } from '../../src/telemetry/limits.ts';
import type { TelemetryLimits } from '../../src/telemetry/limits.ts';
import { StoppedClock, aTelemetry, load, stagedText } from './support.ts';

let server: HttpServer | null = null;
let limitsHit: string[] = [];
afterEach(async () => {
  await server?.close();
  server = null;
  limitsHit = [];
});

const onePage = async (): Promise<Buffer> => Buffer.from('page\n');

async function start(
  limits: Partial<TelemetryLimits> = {},
  metrics: Routes['metrics'] = onePage,
): Promise<string> {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    limits: { ...telemetryLimits, ...limits },
    routes: { metrics, live: () => [], ready: () => [], started: () => [] },
    onLimit: (limit) => limitsHit.push(limit),
  });
  return server.url;
}

/** Sends bytes as they are and resolves with all that comes back until the connection ends. */
async function raw(url: string, text: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname, () => socket.write(text));
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  return promise;
}

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

describe('what is asked for', () => {
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

  test.each([
    ['headers just beyond the limit', `/metrics HTTP/1.1\r\nX: ${'x'.repeat(8192)}`],
    ['100 KB of headers', `/metrics HTTP/1.1\r\nX: ${'x'.repeat(102_400)}`],
    ['many headers', `/metrics HTTP/1.1${'\r\nX: y'.repeat(20_000)}`],
    ['a path without end', `/${'x'.repeat(102_400)} HTTP/1.1`],
  ])('%s: 431, and counted', async (_name, request) => {
    const reply = await raw(await start(), `GET ${request}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
    expect(limitsHit).toEqual(['httpHeaderBytes']);
  });

  test.each(['TRACE', 'PROPFIND', 'MKCOL'])('%s is 405 and is not sent back', async (method) => {
    const request = `${method} /metrics HTTP/1.1\r\nHost: x\r\nX-Secret: hunter2\r\nConnection: close\r\n\r\n`;
    const reply = await raw(await start(), request);
    expect(reply).toMatch(/^HTTP\/1\.1 405 /);
    expect(reply).not.toContain('hunter2');
  });

  test.each([
    ['CONNECT', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n', ''],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/1.1 400 '],
    ['no Host', 'GET /metrics HTTP/1.1\r\n\r\n', 'HTTP/1.1 400 '],
    [
      'two lengths',
      'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'HTTP/1.1 400 ',
    ],
    [
      'a body of two kinds',
      'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP/1.1 400 ',
    ],
    [
      'an expectation',
      'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: more\r\n\r\n',
      'HTTP/1.1 417 ',
    ],
  ])('%s is refused', async (_name, request, status) => {
    const reply = await raw(await start(), request);
    expect(reply.slice(0, 13)).toBe(status);
  });

  test('a switch of protocols is not made', async () => {
    const upgrade = 'Connection: Upgrade, close\r\nUpgrade: websocket';
    const reply = await raw(await start(), `GET /livez HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('HTTP/1.0 is answered and the connection closed', async () => {
    const reply = await raw(await start(), 'GET /metrics HTTP/1.0\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n\r\npage\n$/);
  });

  test('requests sent at once are answered in their order', async () => {
    const all = get('/metrics') + get('/nothing') + get('/livez', 'Connection: close\r\n');
    const reply = await raw(await start(), all);
    expect(reply.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
  });

  test('a connection answers so many requests and no more', async () => {
    const request = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';
    const reply = await raw(await start({ httpRequestsPerConnection: 3 }), request.repeat(5));
    expect(reply.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(limitsHit).toContain('httpRequestsPerConnection');
  });

  test('what is not HTTP is 400', async () => {
    expect(await raw(await start(), '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test('headers that do not come in time are 408', async () => {
    const url = await start({ httpHeadersMs: 50 });
    expect(await raw(url, 'GET /metrics HTTP/1.1\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('connections', () => {
  test('that say nothing are closed when the time for headers is over', async () => {
    const url = await start({ httpHeadersMs: 50 });
    const began = performance.now();
    expect(await raw(url, '')).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
    expect(performance.now() - began).toBeLessThan(4000);
    expect(limitsHit).toEqual(['httpHeadersMs']);
  });

  test('that are done asking are closed after a while', async () => {
    const url = await start({ httpIdleMs: 50 });
    expect(await raw(url, get('/livez'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(limitsHit).toEqual([]);
  });

  test('are held to their number, and those that say nothing keep nobody from asking', async () => {
    const url = await start({ httpConnections: 4 });
    const idle = Array.from({ length: 20 }, () => raw(url, 'GET'));
    await sleep(100);
    for (let request = 0; request < 10; request += 1) {
      expect((await fetch(`${url}/livez`)).status).toBe(200);
    }
    expect(limitsHit.filter((limit) => limit === 'httpConnections').length).toBeGreaterThan(15);
    await server?.close();
    server = null;
    await Promise.all(idle);
  });

  test('that take nothing of their answer are let go', async () => {
    const large = Buffer.alloc(32 * 1024 * 1024, 'x');
    const url = await start({ httpRequestMs: 200 }, async () => large);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const closed = Promise.withResolvers<void>();
    socket.on('error', () => {});
    socket.on('close', () => closed.resolve());
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(1500);
    socket.resume();
    await closed.promise;
    expect(socket.bytesRead).toBeLessThan(large.length);
    expect(limitsHit).toEqual(['httpRequestMs']);
  });
});

test('500 idle connections and 50 scrapes a second cost less than a twentieth of a processor', async () => {
  const clock = new StoppedClock();
  const telemetry = aTelemetry({ metricsPageMs: 1000 }, clock);
  const policies = Array.from({ length: 50 }, (_, i) => stagedText.replace('.web', `.web${i}`));
  await load(telemetry, policies.join('---\n'));
  const url = await start({}, async (format, encoding) => telemetry.page(format, encoding));
  const workerData = { port: Number(new URL(url).port), idle: 500, opened: 100, scrapes: 50 };
  const abuser = new Worker(new URL('abuser.ts', import.meta.url), { workerData });
  const second = async (): Promise<number> => {
    const spentMs = threadMs();
    clock.ms += 1000;
    const answered = once(abuser, 'message');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    abuser.postMessage('go on');
    expect(await answered).toEqual([workerData.scrapes]);
    return (threadMs() - spentMs) / 1000;
  };
  const shares: number[] = [];
  for (let count = 0; count < 30; count += 1) shares.push(await second());
  await abuser.terminate();
  // Others on the machine make some of them dearer, and none cheaper.
  expect(shares.toSorted((a, b) => a - b)[5]).toBeLessThan(0.05);
  const pushedOut = limitsHit.filter((limit) => limit === 'httpConnections').length;
  expect(pushedOut).toBeGreaterThan(1000);
});

/**
 * Time on a processor of this thread, which does nothing but answer. A second's worth is asked for as fast as
 * it is answered, since a thread that is woken for each event is charged for what others left in the caches.
 */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
