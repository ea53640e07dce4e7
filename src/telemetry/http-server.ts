import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../std/coded-error.ts';
import { capConnections } from './http-connections.ts';
import { answer } from './http-routes.ts';
import type { Routes } from './http-routes.ts';
import type { TelemetryLimitName, TelemetryLimits } from './limits.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 = pick one. */
  readonly port: number;
  readonly limits: TelemetryLimits;
  readonly routes: Routes;
  /** Called whenever a bound of the port is hit. */
  readonly onLimit?: (limit: HttpLimitName) => void;
}

export type HttpLimitName = Extract<TelemetryLimitName, `http${string}`>;

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
  const { host, port, limits, routes, onLimit = () => {} } = options;
  const server = createServer(
    {
      maxHeaderSize: limits.httpHeaderBytes,
      headersTimeout: Math.min(limits.httpHeadersMs, limits.httpRequestMs),
      requestTimeout: limits.httpRequestMs,
      keepAliveTimeout: limits.httpIdleMs,
      connectionsCheckingInterval: checkIntervalMs,
    },
    (request, response) => {
      // A body is never wanted, so it is not waited for.
      request.resume();
      // Who takes nothing off a connection for that long does not want the answer.
      response.on('timeout', () => {
        onLimit('httpRequestMs');
        request.socket.destroy();
      });
      void answer(request, response, routes);
    },
  );
  server.maxRequestsPerSocket = limits.httpRequestsPerConnection;
  server.timeout = limits.httpRequestMs;
  capConnections(server, limits.httpConnections, () => onLimit('httpConnections'));
  server.on('dropRequest', () => onLimit('httpRequestsPerConnection'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What comes after a refusal is refused without a word.
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const { reply, limit } = complaints[error.code ?? ''] ?? badRequest;
    if (limit !== null) onLimit(limit);
    socket.end(`HTTP/1.1 ${reply}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await listening(server, host, port);
  const { address, family, port: picked } = addressOf(server);
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${picked}`,
    close: () => closed(server),
  };
}

interface Complaint {
  readonly reply: string;
  readonly limit: HttpLimitName | null;
}

/** What is answered to what is no request, by the code of Node's error. */
const complaints: Readonly<Record<string, Complaint>> = {
  HPE_HEADER_OVERFLOW: { reply: '431 Request Header Fields Too Large', limit: 'httpHeaderBytes' },
  ERR_HTTP_REQUEST_TIMEOUT: { reply: '408 Request Timeout', limit: 'httpHeadersMs' },
};
const badRequest: Complaint = { reply: '400 Bad Request', limit: null };

/** How often connections are checked for time-outs. */
const checkIntervalMs = 2000;

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
