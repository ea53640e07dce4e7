import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthCheck } from '../stage/health.ts';
import { contentTypes } from './exposition.ts';
import type { ExpositionFormat } from './exposition.ts';
import { negotiate } from './negotiate.ts';
import type { PageEncoding } from './page-cache.ts';

/** What is behind each path: the page of metrics, and the checks of each kind of health. */
export interface Routes {
  readonly metrics: (format: ExpositionFormat, encoding: PageEncoding) => Promise<Buffer>;
  /** Whether the process should be left alone. */
  readonly live: () => readonly HealthCheck[];
  /** Whether it does its work. */
  readonly ready: () => readonly HealthCheck[];
  /** Whether it has come up. */
  readonly started: () => readonly HealthCheck[];
}

/** Answers one request. Nothing of the request is ever echoed. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
): Promise<void> {
  const reply = await replyTo(request, routes);
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': reply.body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

async function replyTo(request: IncomingMessage, routes: Routes): Promise<Reply> {
  const { method, url = '' } = request;
  const route = paths.get(url.split('?')[0] ?? '');
  if (route === undefined) return plain(404, 'not found\n');
  if (method !== 'GET' && method !== 'HEAD') {
    return { ...plain(405, 'only GET and HEAD\n'), headers: { allow: 'GET, HEAD' } };
  }
  return route === 'metrics' ? metricsPage(request, routes) : health(routes[route]());
}

const paths: ReadonlyMap<string, keyof Routes> = new Map([
  ['/metrics', 'metrics'],
  ['/livez', 'live'],
  ['/readyz', 'ready'],
  ['/startupz', 'started'],
]);

async function metricsPage({ headers }: IncomingMessage, { metrics }: Routes): Promise<Reply> {
  const { format, encoding } = negotiate(headers);
  try {
    return {
      status: 200,
      type: contentTypes[format],
      body: await metrics(format, encoding),
      headers: {
        vary: 'accept, accept-encoding',
        ...(encoding === 'gzip' && { 'content-encoding': encoding }),
      },
    };
  } catch {
    return plain(500, 'the metrics cannot be read\n');
  }
}

/** 200 if every check passes, else 503; each check with the moment since when it has been so. */
function health(checks: readonly HealthCheck[]): Reply {
  const isOk = checks.every(({ ok }) => ok);
  const body = {
    status: isOk ? 'ok' : 'failing',
    checks: checks.map(({ name, ok, sinceMs, detail }) => ({
      name,
      status: ok ? 'ok' : 'failing',
      since: new Date(sinceMs).toISOString(),
      ...(detail === '' ? {} : { detail }),
    })),
  };
  return {
    status: isOk ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: Buffer.from(`${JSON.stringify(body)}\n`),
  };
}

function plain(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: Buffer.from(body) };
}
