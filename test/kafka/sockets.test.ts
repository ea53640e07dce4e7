import { once } from 'node:events';

import { expect, test } from 'vitest';

import { guardedSockets } from '../../src/kafka/sockets.ts';
import { freePorts } from '../support/broker/ports.ts';

test('a socket that is gone keeps nothing, however often its connection is ended', async () => {
  const open = guardedSockets({
    frameBytesMax: 1000,
    onFrameTooLong: () => {},
    sasl: false,
    addressOf: (host) => host,
  });
  const [port = 0] = await freePorts(1);
  const target = { host: '127.0.0.1', port, ssl: undefined as never, onConnect: () => {} };
  const socket = open(target);
  await once(socket, 'error');
  await once(socket, 'close');
  const before = socket.listenerCount('connect');
  for (let attempt = 0; attempt < 20; attempt++) socket.end().unref();
  expect(socket.listenerCount('connect')).toBe(before);
});
