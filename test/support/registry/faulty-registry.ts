import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What to do with one request. */
export type Reply =
  | {
      readonly status: number;
      /** Text as it is, anything else as JSON. */
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Takes the request and says nothing. */
  | 'silence'
  /** Begins an answer that never ends, a byte at a time. */
  | 'drip'
  /** Sends more than anybody wants, for as long as somebody listens. */
  | 'flood'
  | 'hang-up';

/** One request as it came. */
export interface Asked {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server on loopback that answers as a test says: for what no real registry does when asked to. */
export interface FaultyRegistry {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Replies to the next requests, in turn; the last one goes on. */
  script(...replies: readonly Reply[]): void;
  /** Replies to each request by what it asks, from now on. */
  answer(by: (call: string) => Reply): void;
  close(): Promise<void>;
}

export async function startFaultyRegistry(
  options: { readonly tlsBundle?: string } = {},
): Promise<FaultyRegistry> {
  const asked: Asked[] = [];
  let next: (call: string) => Reply = hangUp;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const { method = '', url = '' } = request;
    const { authorization } = request.headers;
    asked.push({ call: `${method} ${url}`, authorization, body });
    send(next(`${method} ${url}`), response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response);
  };
  const server = serverOf(listener, options.tlsBundle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const scheme = options.tlsBundle === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://127.0.0.1:${port}/base`,
    asked,
    script: (...replies) => {
      const rest = [...replies];
      next = () => (rest.length > 1 ? rest.shift() : rest[0]) ?? 'hang-up';
    },
    answer: (by) => {
      next = by;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Until it is told otherwise. */
function hangUp(): Reply {
  return 'hang-up';
}

function serverOf(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  tlsBundle: string | undefined,
): Server {
  if (tlsBundle === undefined) return createServer(listener);
  const pem = readFileSync(tlsBundle, 'utf8');
  return createSecureServer({ key: pem, cert: pem }, listener);
}

function send(reply: Reply, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'hang-up') {
    response.destroy();
    return;
  }
  if (reply === 'drip' || reply === 'flood') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const [bytes, everyMs] = reply === 'drip' ? [1, 20] : [65_536, 0];
    const timer = setInterval(() => response.write(Buffer.alloc(bytes, ' ')), everyMs);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const { status, body = '', headers = {} } = reply;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
