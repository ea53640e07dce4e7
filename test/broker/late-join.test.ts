// A consumer that begins anew while it is still joining its group.
import { expect, onTestFinished, test, vi } from 'vitest';

import { consumerGroupPrototype } from '../../src/kafka/internals.ts';
import { createPipeline } from '../support/broker/pipeline.ts';
import { produce } from '../support/broker/produce.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { adminFor, settingsFor, startPassThrough } from './pass-through.ts';

interface ConsumerGroup {
  joinAndSync: (this: ConsumerGroup) => Promise<void>;
}

const prototype = consumerGroupPrototype() as object as ConsumerGroup;
const { bootstrap } = sharedBroker();

test.each([
  ['joins after all', async () => {}],
  [
    'fails to join after all',
    async () => {
      throw new Error('the coordinator is away');
    },
  ],
] as const)('is one consumer, and stays it, when the first %s', async (_, begin) => {
  const { input, output } = await createPipeline(bootstrap, 1);
  const { joinAndSync } = prototype;
  onTestFinished(() => void Object.assign(prototype, { joinAndSync }));
  const late = Promise.withResolvers<void>();
  let joins = 0;
  const outcome = Promise.withResolvers<unknown>();
  prototype.joinAndSync = async function joinLate() {
    joins += 1;
    if (joins > 1) return joinAndSync.call(this);
    await late.promise;
    const joined = begin().then(async () => joinAndSync.call(this));
    void joined.then(outcome.resolve, outcome.resolve);
    return joined;
  };
  const guarantee = 'exactly-once';
  const stage = startPassThrough({ bootstrap, input, output, groupId: input, guarantee });
  onTestFinished(async () => stage.stop());
  await vi.waitUntil(() => joins === 1, { timeout: 30_000 });
  await stage.restart();
  const crashes = (): number =>
    stage.logger.lines.filter(({ message }) => message === 'lost the group, joining again').length;
  const admin = adminFor(settingsFor(bootstrap.split(',')));
  await admin.connect();
  onTestFinished(async () => admin.disconnect());
  const members = async (): Promise<number> => {
    const { groups } = await admin.describeGroups([input]);
    return groups[0]?.state === 'Stable' ? groups[0].members.length : -1;
  };
  await vi.waitUntil(async () => (await members()) === 1, { timeout: 30_000, interval: 100 });
  const crashesBefore = crashes();
  late.resolve();
  await outcome.promise;
  await vi.waitUntil(async () => (await members()) === 1, { timeout: 30_000, interval: 100 });
  await produce(bootstrap, input, [{ partition: 0, value: 'after that' }]);
  await readTopicUntil(bootstrap, output, {
    done: (records) => records.length === 1,
    timeoutMs: 30_000,
  });
  expect(await members()).toBe(1);
  // Nobody stopped the second.
  expect(crashes()).toBe(crashesBefore);
});
