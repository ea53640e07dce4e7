import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../std/coded-error.ts';
import { answer } from './http-routes.ts';
import type { Routes } from './http-routes.ts';
import type { TelemetryLimits } from './limits.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 = pick one. */
  readonly port: number;
  readonly limits: TelemetryLimits;
  readonly routes: Routes;
}

export interface HttpServer {
  /** With the port that was picked: `http://127.0.0.1:9464`. */
  readonly url: string;
  /** Answers what is under way, then lets go of every connection. */
  close(): Promise<void>;
}

/**
 * Serves metrics and health (contract 6). What clients may hold on to is bounded (`limits.http*`).
 * @throws CodedError `http/cannot-listen`
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, limits, routes } = options;
  const server = createServer(
    {
      maxHeaderSize: limits.httpHeaderBytes,
      headersTimeout: limits.httpHeadersMs,
      requestTimeout: limits.httpRequestMs,
      keepAliveTimeout: limits.httpIdleMs,
      connectionsCheckingInterval: checkIntervalMs,
    },
    (request, response) => {
      // A body is never wanted, so it is not waited for.
      request.resume();
      void answer(request, response, routes);
    },
  );
  server.maxConnections = limits.httpConnections;
  server.maxRequestsPerSocket = limits.httpRequestsPerConnection;
  await listening(server, host, port);
  const { address, family, port: picked } = addressOf(server);
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${picked}`,
    close: () => closed(server),
  };
}

/** How often connections are checked for time-outs. */
const checkIntervalMs = 1000;

async function listening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError(
      'http/cannot-listen',
      `cannot listen on \`http.host\` \`${host}\`, \`http.port\` ${port}: ${reason}`,
      { cause },
    );
  } finally {
    server.off('error', reject);
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('bug: no address to tell');
  return address;
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), closeMs);
  await promise;
  clearTimeout(deadline);
}

/** How long answers under way may take once the server closes. */
const closeMs = 1000;
