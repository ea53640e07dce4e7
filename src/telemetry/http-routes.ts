import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthCheck } from '../stage/health.ts';
import { contentTypes } from './exposition.ts';
import type { ExpositionFormat } from './exposition.ts';

/** What is behind each path: the page of metrics, and the checks of each kind of health. */
export interface Routes {
  readonly metrics: (format: ExpositionFormat) => Promise<string>;
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
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(reply.status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function replyTo({ method, url = '', headers }: IncomingMessage, routes: Routes) {
  const route = paths.get(url.split('?')[0] ?? '');
  if (route === undefined) return plain(404, 'not found\n');
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET and HEAD\n');
  if (route !== 'metrics') return health(routes[route]());
  // Prometheus asks for OpenMetrics by name where it can read it.
  const isOpen = headers.accept?.includes('application/openmetrics-text') === true;
  const format = isOpen ? 'openmetrics' : 'prometheus';
  try {
    return { status: 200, type: contentTypes[format], body: await routes.metrics(format) };
  } catch {
    return plain(500, 'the metrics cannot be read\n');
  }
}

const paths: ReadonlyMap<string, keyof Routes> = new Map([
  ['/metrics', 'metrics'],
  ['/livez', 'live'],
  ['/readyz', 'ready'],
  ['/startupz', 'started'],
]);

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
    body: `${JSON.stringify(body)}\n`,
  };
}

function plain(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body };
}
