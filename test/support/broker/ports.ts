import { createServer, type Server } from 'node:net';

/** Below those that systems give to connections that go out: of these one may be taken at any time. */
const range = { first: 15_000, count: 17_000 } as const;
/** In this process. */
const given = new Set<number>();

/**
 * Ports of 127.0.0.1 that nobody listens on at this moment, and that were not given before; another process may still
 * take one before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = range.first + Math.trunc(Math.random() * range.count);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === null) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** `null`: somebody does already. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
