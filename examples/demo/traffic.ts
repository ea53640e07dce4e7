import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One workload of examples/shop/inventory.yaml, as flow records name it. */
interface Workload {
  readonly namespace: string;
  readonly aggregate: string;
  readonly labels: readonly string[];
}

/** One line of the shop's traffic. `weight`: connections in a window of 15 s. */
interface Conversation {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly proto?: 'udp';
  readonly weight: number;
}

/** Who talks to whom. What the staged policies would cut stands last. */
const conversations: readonly Conversation[] = [
  { from: 'shop/web', to: 'shop/cart', port: 8080, weight: 40 },
  { from: 'default/frontend', to: 'default/redis', port: 6379, weight: 60 },
  { from: 'default/frontend', to: 'default/sessions', port: 6379, weight: 30 },
  { from: 'shop/web', to: 'shop/checkout', port: 8080, weight: 12 },
  { from: 'shop/checkout', to: 'payments/gateway', port: 8443, weight: 12 },
  { from: 'payments/gateway', to: 'payments/ledger', port: 5432, weight: 24 },
  { from: 'shop/web', to: 'kube-system/coredns', port: 53, proto: 'udp', weight: 20 },
  { from: 'payments/gateway', to: 'kube-system/coredns', port: 53, proto: 'udp', weight: 6 },
  { from: 'shop/web', to: 'pub', port: 443, weight: 9 },
  { from: 'pub', to: 'default/frontend', port: 8080, weight: 50 },
  { from: 'observability/prometheus', to: 'shop/cart', port: 9090, weight: 2 },
  { from: 'analytics/report', to: 'payments/ledger', port: 22, weight: 1 },
  { from: 'shop/cart', to: 'default/redis', port: 6379, weight: 8 },
  { from: 'shop/checkout', to: 'kube-system/coredns', port: 53, proto: 'udp', weight: 10 },
  { from: 'analytics/report', to: 'payments/ledger', port: 5432, weight: 3 },
  { from: 'observability/prometheus', to: 'payments/ledger', port: 9090, weight: 2 },
  { from: 'observability/prometheus', to: 'default/redis', port: 9121, weight: 2 },
  { from: 'shop/cart', to: 'default/sessions', port: 6379, weight: 5 },
];

// Goldmane's numbers (flow-records 1a).
const endpointType = { workload: 1, network: 4 } as const;
const action = { allow: 1, deny: 2 } as const;
const reporters = { src: 1, dst: 2 } as const;
const kind = { calicoNetworkPolicy: 1, profile: 9, endOfTier: 10 } as const;

const windowS = 15;
const workloads = readWorkloads();

/**
 * The flow records of one window of 15 s that ended at `endS` (seconds since 1970), as Goldmane writes
 * them: one line for each end of each conversation. `draw` gives numbers from 0 to 1.
 */
export function windowOfRecords(endS: number, draw: () => number): string[] {
  return conversations.flatMap((conversation) =>
    (['src', 'dst'] as const)
      .filter((reporter) => isWorkload(reporter === 'src' ? conversation.from : conversation.to))
      .map((reporter) => JSON.stringify(recordOf(conversation, { reporter, endS, draw }))),
  );
}

interface Observation {
  readonly reporter: keyof typeof reporters;
  readonly endS: number;
  readonly draw: () => number;
}

function recordOf(conversation: Conversation, { reporter, endS, draw }: Observation): object {
  const { from, to, port, proto = 'tcp', weight } = conversation;
  const started = Math.max(1, Math.round(weight * (0.5 + draw())));
  const hit = enforcedHit(conversation, reporter);
  const policies = { enforced_policies: [hit], pending_policies: [hit] };
  const { source_labels, ...source } = endOf(from, 'source');
  const { dest_labels, ...dest } = endOf(to, 'dest');
  const isDenied = hit.action === action.deny;
  return {
    Key: {
      ...source,
      ...dest,
      dest_port: port,
      dest_service_name: '-',
      dest_service_namespace: '-',
      dest_service_port_name: '-',
      proto,
      reporter: reporters[reporter],
      action: hit.action,
      policies,
    },
    start_time: endS - windowS,
    end_time: endS,
    source_labels,
    dest_labels,
    packets_in: started * 6,
    ...(isDenied ? {} : { packets_out: started * 7 }),
    bytes_in: started * 1200,
    ...(isDenied ? {} : { bytes_out: started * 5400 }),
    num_connections_started: started,
    ...(isDenied ? {} : { num_connections_completed: started, num_connections_live: started }),
  };
}

/** What is enforced in the shop today: the ledger's policy, else the profile of the namespace. */
function enforcedHit({ from, to, port }: Conversation, reporter: keyof typeof reporters) {
  if (reporter === 'dst' && to === 'payments/ledger') {
    const policy = { namespace: 'payments', name: 'ledger', tier: 'default' };
    return port === 22
      ? {
          kind: kind.endOfTier,
          tier: 'default',
          action: action.deny,
          rule_index: -1,
          trigger: { kind: kind.calicoNetworkPolicy, ...policy },
        }
      : { kind: kind.calicoNetworkPolicy, ...policy, action: action.allow };
  }
  const [namespace] = (reporter === 'src' ? from : to).split('/');
  return { kind: kind.profile, name: `kns.${namespace}`, action: action.allow };
}

function isWorkload(place: string): boolean {
  return place.includes('/');
}

function endOf(place: string, side: 'source' | 'dest'): Record<string, unknown> {
  const workload = workloads.get(place);
  if (isWorkload(place) && workload === undefined) {
    throw new Error(`examples/shop/inventory.yaml has no workload ${place}`);
  }
  return {
    [`${side}_name`]: workload?.aggregate ?? place,
    [`${side}_namespace`]: workload?.namespace ?? '-',
    [`${side}_type`]: workload === undefined ? endpointType.network : endpointType.workload,
    ...(workload === undefined ? {} : { [`${side}_labels`]: workload.labels }),
  };
}

interface Pod {
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly generateName: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly containers: readonly [{ readonly name: string }] };
}

function readWorkloads(): ReadonlyMap<string, Workload> {
  const text = readFileSync(new URL('../shop/inventory.yaml', import.meta.url), 'utf8');
  const { items } = parse(text) as { readonly items: readonly Pod[] };
  return new Map(
    items
      .filter((item) => item.kind === 'Pod')
      .map(({ metadata: { namespace, generateName, labels }, spec }) => [
        `${namespace}/${spec.containers[0].name}`,
        {
          namespace,
          aggregate: `${generateName}*`,
          labels: Object.entries(labels).map(([key, value]) => `${key}=${value}`),
        },
      ]),
  );
}
