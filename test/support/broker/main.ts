// Runs a broker until interrupted: `node test/support/broker/main.ts --topics flows:4,flows-pending:4`
import { parseArgs } from 'node:util';

import { CodedError } from '../../../src/std/coded-error.ts';
import { startBroker } from './harness.ts';
import type { NewTopic } from './topics.ts';

const { values } = parseArgs({
  options: {
    topics: { type: 'string', default: '' },
    brokers: { type: 'string', default: '1' },
    profile: { type: 'string', default: 'test' },
    secure: { type: 'boolean', default: false },
    acl: { type: 'boolean', default: false },
  },
});

try {
  const broker = await startBroker({
    brokers: values.brokers === '3' ? 3 : 1,
    profile: values.profile === 'bench' ? 'bench' : 'test',
    secure: values.secure,
    acl: values.acl,
  });
  const topics = values.topics
    .split(',')
    .filter((text) => text !== '')
    .map(parseTopic);
  if (topics.length > 0) await broker.createTopics(topics);
  console.log(broker.bootstrap);
  await interrupted();
  await broker.stop();
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  console.error(error.message);
  process.exitCode = 69;
}

/** `flows:4` -> a topic of four partitions; one partition if no number is given. */
function parseTopic(text: string): NewTopic {
  const [name = '', partitions = '1'] = text.split(':');
  return { name, partitions: Number(partitions) };
}

/** The timer keeps the process alive: a broker of ours does not. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {}, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(timer);
        resolve();
      });
    }
  });
}
