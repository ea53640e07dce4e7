import type { PolicyMode } from '../../src/policy/actions.ts';
import type {
  HostEndpoint,
  NetworkSet,
  Profile,
  Resources,
  Rule,
  WorkloadEndpoint,
} from '../../src/policy/resources/model.ts';
import type { Address } from '../../src/net/address.ts';
import { contains } from '../../src/net/prefix.ts';

/** What a connection is judged by. */
export interface View {
  readonly resources: Resources;
  readonly mode: PolicyMode;
  readonly icmpFromPort: boolean;
  /**
   * Whether sets hold what they say, or what Calico's checker finds in them (decision 6). The answers of
   * the conformance data are the checker's in both modes.
   */
  readonly sets: 'exact' | 'checker';
}

/** Whatever a selector can select. */
export type Item = WorkloadEndpoint | HostEndpoint | NetworkSet;

/** Every workload and host endpoint that has the address and every set that contains it (semantics 4.2). */
export function itemsOf(address: Address, { resources }: View): readonly Item[] {
  const { endpoints, hostEndpoints, networkSets } = resources.inventory;
  return [
    ...endpoints.filter((endpoint) => endpoint.addresses.some((own) => isSame(own, address))),
    ...hostEndpoints.filter((host) => host.addresses.some((own) => isSame(own, address))),
    ...networkSets.filter((set) => set.nets.some((net) => contains(net, address))),
  ];
}

/** Whether one of the selected items has the address. */
export function isMember(
  address: Address,
  isSelected: (item: Item) => boolean,
  view: View,
): boolean {
  const bits = address.family === 4 ? 32 : 128;
  const lengths = itemsOf(address, view)
    .filter(isSelected)
    .flatMap((item) =>
      'nets' in item
        ? item.nets.filter((net) => contains(net, address)).map((net) => net.length)
        : [bits],
    );
  if (view.sets === 'exact' || lengths.length === 0) return lengths.length > 0;
  // Felix sends the widest only; the checker looks up whole addresses and nets of up to 24 (120) bits.
  const widest = Math.min(...lengths);
  return widest === bits || widest <= bits - 8;
}

/** The label of an item: its own, else that of the first profile that has it (semantics 2.1). */
export function labelOf(item: Item, key: string, view: View): string | undefined {
  const own = item.labels.get(key);
  if (own !== undefined) return own;
  for (const name of item.profiles) {
    const inherited = profileNamed(name, view).labelsToApply.get(key);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

/** The profile, or what stands for one that nobody loaded (semantics 1.14, contract 4 rule 5). */
export function profileNamed(name: string, { resources, mode }: View): Profile {
  const known = resources.inventory.profiles.find((profile) => profile.name === name);
  if (known !== undefined) return known;
  if (mode === 'enforcement' && name.startsWith('kns.')) return namespaceProfile(name);
  const denyAll = [{ ...anyTraffic, action: 'deny' as const }];
  return { name, ingressRules: denyAll, egressRules: denyAll, labelsToApply: new Map() };
}

export function isSame(left: Address, right: Address): boolean {
  return left.family === right.family && left.words.join() === right.words.join();
}

/** The profile of a namespace of which only the name is known. */
export function namespaceProfile(name: string): Profile {
  const namespace = name.slice('kns.'.length);
  const allowAll = [{ ...anyTraffic, action: 'allow' as const }];
  return {
    name,
    ingressRules: allowAll,
    egressRules: allowAll,
    labelsToApply: new Map([
      ['pcns.projectcalico.org/name', namespace],
      ['pcns.kubernetes.io/metadata.name', namespace],
    ]),
  };
}

const anybody = {
  nets: null,
  notNets: null,
  selector: null,
  notSelector: null,
  ports: null,
  notPorts: null,
  service: null,
} as const;

const anyTraffic: Omit<Rule, 'action'> = {
  ipVersion: null,
  protocol: null,
  notProtocol: null,
  icmp: null,
  notIcmp: null,
  source: anybody,
  destination: anybody,
  http: false,
};
