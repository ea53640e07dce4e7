// A consumer that stops consuming without an error, in a process that lives on.
import { expect, onTestFailed, onTestFinished, test, vi } from 'vitest';

import { createPipeline } from '../support/broker/pipeline.ts';
import { produce } from '../support/broker/produce.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { startStage } from '../support/broker/stage-process.ts';

const { bootstrap } = sharedBroker();
const preloaded = [
  new URL('../support/broker/hasty-timing.ts', import.meta.url),
  new URL('../support/broker/stuck-consumer.ts', import.meta.url),
].flatMap(({ href }) => ['--import', href]);

test('a stage whose consumer is stuck begins anew, and dies where that is no help', async () => {
  const pipeline = await createPipeline(bootstrap, 1);
  const stage = await startStage({
    bootstrap,
    policies: 'examples/staging-guide/policies',
    settings: pipeline.settings,
    nodeArgs: preloaded,
  });
  onTestFinished(async () => void (await stage.kill()));
  onTestFailed(() => console.error(stage.output));
  await stage.ready();
  await produce(bootstrap, pipeline.input, [{ partition: 0, value: 'no flow' }]);
  const waiting = { timeout: 60_000, interval: 100 };
  await vi.waitUntil(async () => {
    const restarts = await stage.metric('rehearsal_consumer_restarts_total');
    return restarts.get('cause="stall"') === 1;
  }, waiting);
  await vi.waitUntil(async () => (await fetch(`${stage.url}/livez`)).status === 503, waiting);
  expect(await stage.exited).toEqual({ code: 70, signal: null });
  expect(stage.output).toContain('rehearsal: nothing was fetched for');
});
