import { decodeResources, type DecodeOptions } from '../../src/policy/resources/decode.ts';
import type { Resources, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import { parseAddress, type Address } from '../../src/net/address.ts';
import type { Json } from './arbitrary-rules.ts';
import type { Question } from './evaluate.ts';
import { isSame } from './world-view.ts';
import type { RandomConnection } from './world.ts';

/** Decodes manifests; the position of each is its number. */
export function resourcesFrom(objects: readonly Json[], options: DecodeOptions): Resources {
  const plain = JSON.parse(JSON.stringify(objects)) as readonly unknown[];
  return decodeResources(
    plain.map((value, index) => ({
      value,
      locate: () => ({ file: 'world', line: index + 1, column: 1 }),
    })),
    options,
  );
}

/** The connection in a world, as a question for every scope; null if nothing in it can be judged. */
export function questionOf(
  choice: RandomConnection,
  resources: Resources,
): Omit<Question, 'scope'> | null {
  const ends = judgedEnds(resources);
  const judged = ends[choice.subject % Math.max(ends.length, 1)];
  if (judged === undefined) return null;
  const peers = addressesIn(resources).filter(({ family }) => family === judged.address.family);
  const peer = peers[choice.peer % peers.length];
  if (peer === undefined) return null;
  const { direction, protocol, sourcePort, destPort } = choice;
  const isEgress = direction === 'egress';
  return {
    direction,
    endpoint: judged.endpoint,
    connection: {
      source: isEgress ? judged.address : peer,
      destination: isEgress ? peer : judged.address,
      protocol,
      sourcePort,
      destPort,
      icmp: null,
    },
  };
}

/** Every address of an endpoint that no other endpoint has. */
function judgedEnds({ inventory: { endpoints } }: Resources) {
  return endpoints.flatMap((endpoint) =>
    endpoint.addresses
      .filter((address) => isOnlyOwner(endpoint, address, endpoints))
      .map((address) => ({ endpoint, address })),
  );
}

function isOnlyOwner(
  endpoint: WorkloadEndpoint,
  address: Address,
  endpoints: readonly WorkloadEndpoint[],
): boolean {
  return endpoints.every(
    (other) => other === endpoint || !other.addresses.some((own) => isSame(own, address)),
  );
}

/** Addresses in and around everything that random worlds hold. */
function addressesIn({ inventory }: Resources): readonly Address[] {
  const owned = [...inventory.endpoints, ...inventory.hostEndpoints].flatMap(
    ({ addresses }) => addresses,
  );
  return [...owned, ...around];
}

const around = [
  '10.0.0.6',
  '10.0.0.9',
  '10.0.0.100',
  '192.0.2.1',
  '203.0.113.7',
  'fd00::6',
  'fd00::9',
  '2001:db8::7',
].map((text) => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`\`${text}\` is no address`);
  return address;
});
