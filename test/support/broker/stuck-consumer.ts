// Loaded before a stage that is to be tried: its consumer works for a while, and then asks for nothing any
// more, without an error. The watchdog is as impatient as a test.
import { createRequire } from 'node:module';

import { watchTiming } from '../../../src/stage/watchdog.ts';

interface ConsumerGroup {
  prototype: { fetch: (this: object, nodeId: string) => Promise<object[]> };
}

const group = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as ConsumerGroup;
const { fetch } = group.prototype;

let batches = 0;
group.prototype.fetch = async function fetchUntilStuck(nodeId) {
  if (batches > 0) return new Promise(() => {});
  const fetched = await fetch.call(this, nodeId);
  batches += fetched.length;
  return fetched;
};

Object.assign(watchTiming, { stallMs: 3000, everyMs: 200 });
