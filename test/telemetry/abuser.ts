// A thread that does to an HTTP port what somebody without manners does: run by http-abuse.test.ts.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, idle, scrapesASecond } = workerData as {
  readonly port: number;
  readonly idle: number;
  readonly scrapesASecond: number;
};

let scraped = 0;
const sockets = new Set<Socket>();

function open(): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  return socket;
}

/** Connections that say nothing, and others that say one byte at a time; what is closed is opened again. */
function hold(most: number): void {
  for (let opened = 0; opened < most && sockets.size < idle; opened += 1) {
    const socket = open();
    if (sockets.size % 2 === 0) socket.write('GET /metrics HTTP/1.1\r\nX-Slow: ');
  }
  for (const socket of sockets) if (socket.bytesWritten > 0) socket.write('x');
}

function scrape(): void {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.subarray(0, 15).toString('latin1')));
  socket.on('close', () => (scraped += received.startsWith('HTTP/1.1 200 OK') ? 1 : 0));
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
}

const timers = [setInterval(() => hold(100), 1000), setInterval(scrape, 1000 / scrapesASecond)];
hold(idle);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage('begun');
parentPort?.on('message', () => {
  for (const timer of timers) clearInterval(timer);
  for (const socket of sockets) socket.destroy();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(scraped);
  parentPort?.close();
});
