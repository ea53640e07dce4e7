import { CodedError } from '../../std/coded-error.ts';
import type { Broker } from '../broker.ts';
import type { Cluster } from '../cluster.ts';
import { offsetFetch } from './committed-offset.ts';

const coordinatorTypes = { group: 0, transaction: 1 } as const;

/**
 * The broker in charge of a group or of a transactional id. kafkajs has a search of its own, which hides
 * why there is none.
 */
export async function findCoordinator(
  cluster: Cluster,
  type: keyof typeof coordinatorTypes,
  id: string,
): Promise<Broker> {
  const anyone = await cluster.findControllerBroker();
  const coordinatorType = coordinatorTypes[type];
  const { coordinator } = await anyone.findGroupCoordinator({ groupId: id, coordinatorType });
  const broker = await cluster.findBroker(coordinator);
  assertKnowsStableOffsets(broker);
  return broker;
}

function assertKnowsStableOffsets({ versions }: Broker): void {
  const { apiKey, apiVersion } = offsetFetch;
  if ((versions[apiKey]?.maxVersion ?? 0) >= apiVersion) return;
  throw new CodedError(
    'kafka/too-old',
    '`delivery.guarantee: exactly-once` needs brokers of Kafka 2.5 or newer, which can say what no ' +
      'open transaction will change; set it to `at-least-once`',
  );
}
