import type { TestProject } from 'vitest/node';

import { CodedError } from '../../src/std/coded-error.ts';
import { type BrokerHarness, startBroker } from '../support/broker/harness.ts';
import type { SharedBroker } from '../support/broker/shared-broker.ts';

/** One broker for all suites of a run. Without one the run goes on, and each suite says why. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const broker = await startBroker({ brokers: 1, profile: 'test', acl: true });
    project.provide('broker', describe(broker));
    return () => broker.stop();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    project.provide('broker', error.message);
    return undefined;
  }
}

function describe(broker: BrokerHarness): SharedBroker {
  return {
    bootstrap: broker.bootstrap,
    backEnd: broker.backEnd,
    tls: broker.tls,
    doors: {
      plaintext: broker.listener('plaintext'),
      ssl: broker.listener('ssl'),
      sasl_ssl: broker.listener('sasl_ssl'),
      sasl_plaintext: broker.listener('sasl_plaintext'),
    },
  };
}
