import kafkajs from 'kafkajs';

import { type BrokerConnect, brokerPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/**
 * kafkajs goes on to the next broker of its list where one refuses a connection. One that takes it and hangs up, as a
 * proxy or a load balancer does whose broker is away, or that never answers, it asks again and again, and nobody else. Both
 * are brokers that cannot be connected to.
 */
export const mendDeadSeeds = once((): void => {
  const broker = brokerPrototype();
  const { connect } = broker;
  broker.connect = async function connectOrSay(this: BrokerConnect): Promise<void> {
    try {
      await connect.call(this);
    } catch (error) {
      if (!(error instanceof Error) || !deaf.has(error.name)) throw error;
      throw new kafkajs.KafkaJSConnectionError(error.message, { broker: this.brokerAddress });
    }
  };
});

const deaf: ReadonlySet<string> = new Set([
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
]);
