// A list of brokers whose first is away, in whatever way.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { createPipeline } from '../support/broker/pipeline.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { startStage } from '../support/broker/stage-process.ts';

const { bootstrap } = sharedBroker();
const hastyTiming = fileURLToPath(new URL('../support/broker/hasty-timing.ts', import.meta.url));

test.concurrent.each<[string, (socket: Socket) => unknown]>([
  ['hangs up', (socket) => socket.end()],
  ['never answers', (socket) => socket.resume()],
])('a stage works although the first broker of its list %s', async (_, treat) => {
  const server = createServer((socket) => treat(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { settings } = await createPipeline(bootstrap, 1);
  const stage = await startStage({
    bootstrap: `127.0.0.1:${port},${bootstrap}`,
    policies: 'examples/staging-guide/policies',
    settings: { ...settings, DELIVERY_GUARANTEE: 'exactly-once' },
    nodeArgs: ['--import', hastyTiming],
  });
  await stage.ready();
  expect(await stage.stop()).toEqual({ code: 0, signal: null });
});
