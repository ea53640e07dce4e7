// A consumer that its group has forgotten, and that could not join again at once.
import { createRequire } from 'node:module';

import { expect, onTestFinished, test, vi } from 'vitest';

import { consumerGroupPrototype } from '../../src/kafka/internals.ts';
import { protocolError } from '../../src/kafka/protocol-error.ts';
import { createPipeline } from '../support/broker/pipeline.ts';
import { produce } from '../support/broker/produce.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { startPassThrough } from './pass-through.ts';

interface ConsumerGroup {
  memberId: string | null;
  joinAndSync: (this: ConsumerGroup) => Promise<void>;
  heartbeat: (this: ConsumerGroup, options: object) => Promise<void>;
}

const require = createRequire(import.meta.url);
const prototype = consumerGroupPrototype() as object as ConsumerGroup;
const { KafkaJSConnectionError } = require('kafkajs/src/errors') as {
  readonly KafkaJSConnectionError: new (message: string) => Error;
};
const unknownMember = 25;
const { bootstrap } = sharedBroker();

test.each(['at-least-once', 'exactly-once'] as const)(
  'does not go on with the partitions it had, but joins again, %s',
  async (guarantee) => {
    const { input, output } = await createPipeline(bootstrap, 1);
    const stage = startPassThrough({ bootstrap, input, output, groupId: input, guarantee });
    onTestFinished(async () => stage.stop());
    const joined = () => stage.logger.lines.filter(({ message }) => message === 'joined the group');
    await vi.waitUntil(() => joined().length === 1, { timeout: 30_000 });
    const { heartbeat, joinAndSync } = prototype;
    onTestFinished(() => void Object.assign(prototype, { heartbeat, joinAndSync }));
    let failures = 0;
    prototype.heartbeat = async function forgotten() {
      prototype.heartbeat = heartbeat;
      throw protocolError(unknownMember);
    };
    prototype.joinAndSync = async function failOnce() {
      prototype.joinAndSync = joinAndSync;
      failures += 1;
      throw new KafkaJSConnectionError('the coordinator is away');
    };
    await vi.waitUntil(() => joined().length === 2, { timeout: 30_000 });
    expect(failures).toBe(1);
    await produce(bootstrap, input, [{ partition: 0, value: 'after that' }]);
    await readTopicUntil(bootstrap, output, { done: hasOne, timeoutMs: 30_000 });
  },
);

function hasOne(records: readonly unknown[]): boolean {
  return records.length === 1;
}
