import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import type { ISocketFactory } from 'kafkajs';

import { FrameGuard } from './frame-guard.ts';
import { isLoopback } from './loopback.ts';

const keepAliveMs = 60_000;

/**
 * Opens kafkajs's connections. Refuses to speak SASL in plain text to any broker but a loopback one,
 * whatever address the cluster advertises, and cuts connections that announce too long a frame.
 */
export function guardedSockets(options: {
  readonly frameBytesMax: number;
  readonly onFrameTooLong: () => void;
  readonly sasl: boolean;
  /** The address of a host, where kafkajs knows it by another name. */
  readonly addressOf: (host: string) => string;
}): ISocketFactory {
  return ({ host: name, port, ssl, onConnect }) => {
    const host = options.addressOf(name);
    // kafkajs leaves `ssl` out for plain text, whatever its types say.
    const secure: unknown = ssl;
    if (options.sasl && !isObject(secure) && !isLoopback(host)) {
      throw new Error(`not authorized to send credentials to \`${host}\` without TLS`);
    }
    const socket: Socket = isObject(secure)
      ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
      : connectPlain({ host, port, onread: intoOneBuffer(() => socket) }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    guardFrames(socket, options);
    forgetOnceGone(socket);
    return socket;
  };
}

/**
 * kafkajs unrefs the socket of a connection each time that it ends it, also if that was done before. Node takes a
 * socket that is gone for one that will come, and keeps a listener for each time.
 */
function forgetOnceGone(socket: Socket): void {
  socket.once('close', () => {
    socket.unref = () => socket;
  });
}

/**
 * All that arrives is read into the same memory, instead of 64 KiB of its own each time: whoever
 * listens has to copy what is to be kept.
 */
function intoOneBuffer(socketOf: () => Socket): OnReadOpts {
  return {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback: (length, buffer) => {
      socketOf().emit('data', Buffer.from(buffer.buffer, buffer.byteOffset, length));
      return true;
    },
  };
}

const readBytes = 256 * 1024;

function guardFrames(
  socket: Socket,
  { frameBytesMax, onFrameTooLong }: { frameBytesMax: number; onFrameTooLong: () => void },
): void {
  const guard = new FrameGuard(frameBytesMax);
  socket.on('data', (chunk: Buffer) => {
    if (guard.accepts(chunk)) return;
    onFrameTooLong();
    socket.destroy(
      new Error(`the broker announced more than \`limits.frameBytes\`, ${frameBytesMax}`),
    );
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
