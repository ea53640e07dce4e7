// A thread that does to an HTTP port what somebody without manners does: run by http-abuse.test.ts. Told so,
// it does a second's worth of it as fast as it is answered, and then says how many scrapes came whole.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, idle, opened, scrapes } = workerData as {
  readonly port: number;
  /** Connections that it would like to hold. */
  readonly idle: number;
  /** How many it opens a second, at most. */
  readonly opened: number;
  readonly scrapes: number;
};

const sockets = new Set<Socket>();

function open(): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  return socket;
}

/** Connections that say nothing, and others that say one byte at a time; what is closed is opened again. */
async function hold(): Promise<void> {
  const fresh: Promise<void>[] = [];
  for (let count = 0; count < opened && sockets.size < idle; count += 1) {
    const socket = open();
    if (sockets.size % 2 === 0) socket.write('GET /metrics HTTP/1.1\r\nX-Slow: ');
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.once('connect', resolve).once('close', resolve);
    fresh.push(promise);
  }
  for (const socket of sockets) if (socket.bytesWritten > 0) socket.write('x');
  await Promise.all(fresh);
}

/** Each on a connection of its own, one after the other. */
async function scrape(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => (received += chunk.subarray(0, 15).toString('latin1')));
  socket.on('close', () => resolve(received.startsWith('HTTP/1.1 200 OK')));
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return promise;
}

async function second(): Promise<void> {
  await hold();
  let answered = 0;
  for (let count = 0; count < scrapes; count += 1) answered += (await scrape()) ? 1 : 0;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answered);
}

parentPort?.on('message', () => void second());
