import { type App, callersPerApp, components, type Endpoint } from './cluster.ts';
import { appPolicyName, governedApps, guardName } from './manifests.ts';
import { type Random, shuffled } from './random.ts';

/** One line of traffic as one of its ends reports it; everything about it but counts and times. */
export interface Flow {
  /** The record up to the time: `{"Key":{…}`. */
  readonly head: string;
  /** Both lists of labels as members. */
  readonly labels: string;
  readonly isDenied: boolean;
}

const reporters = ['src', 'dst'] as const;

/** How many different flows there can be among so many apps. */
function flowSpace(apps: number): number {
  return apps * callersPerApp * components.length ** 2 * 2 * reporters.length;
}

/** Different flows in an order drawn from `random`. */
export function createFlows(
  apps: readonly App[],
  { flows, policies }: { readonly flows: number; readonly policies: number },
  random: Random,
): Flow[] {
  const all = Array.from({ length: flowSpace(apps.length) }, (_, code) => code);
  const governed = governedApps(policies);
  return shuffled(all, random)
    .slice(0, flows)
    .map((code) => flowOf(apps, governed, code));
}

/** The same flow to another port of its destination, behind the same port of the service. */
export function toPort(flow: Flow, port: number): Flow {
  return { ...flow, head: flow.head.replace(/"dest_port":\d+/, `"dest_port":${port}`) };
}

/** Every number below `flowSpace` is a flow: its digits are the choices made. */
function flowOf(apps: readonly App[], governed: number, code: number): Flow {
  let rest = code;
  const digit = (base: number): number => {
    const value = rest % base;
    rest = (rest - value) / base;
    return value;
  };
  const reporter = reporters[digit(reporters.length)]!;
  const port = digit(2);
  const [from, to] = [digit(components.length), digit(components.length)];
  const position = digit(callersPerApp);
  const app = apps[rest]!;
  const source = apps[app.callers[position]!]!.endpoints[from]!;
  const dest = app.endpoints[to]!;
  const isGoverned = rest < governed;
  return createFlow({ app, isGoverned, position, source, dest, port: dest.ports[port]!, reporter });
}

interface FlowParts {
  readonly app: App;
  /** Whether the app has a policy. */
  readonly isGoverned: boolean;
  /** Which of the callers of the app the source belongs to. */
  readonly position: number;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly reporter: 'src' | 'dst';
}

// Goldmane's numbers: actions, kinds of policies, endpoints and reporters (flow-records 1a).
const allow = 1;
const deny = 2;
const pass = 3;
const kinds = { networkPolicy: 1, globalNetworkPolicy: 2, profile: 9, endOfTier: 10 };

function createFlow(parts: FlowParts): Flow {
  const { source, dest, port, reporter } = parts;
  const hits = reporter === 'src' ? freeTrace(source) : ingressTrace(parts);
  const action = hits.at(-1)?.action ?? allow;
  const key = {
    source_name: `${source.generateName}*`,
    source_namespace: source.namespace,
    source_type: 1,
    dest_name: `${dest.generateName}*`,
    dest_namespace: dest.namespace,
    dest_type: 1,
    dest_port: port,
    dest_service_name: `${dest.app}-${dest.component}`,
    dest_service_namespace: dest.namespace,
    dest_service_port_name: port === 9090 ? 'metrics' : 'main',
    dest_service_port: port,
    proto: 'tcp',
    reporter: reporter === 'src' ? 1 : 2,
    action,
    policies: { enforced_policies: hits },
  };
  return {
    head: `{"Key":${JSON.stringify(key)}`,
    labels: `"source_labels":${labelsOf(source)},"dest_labels":${labelsOf(dest)}`,
    isDenied: action === deny,
  };
}

interface Hit {
  readonly kind: number;
  readonly namespace?: string;
  readonly name?: string;
  readonly tier?: string;
  readonly action?: number;
  readonly policy_index?: number;
  readonly rule_index?: number;
  readonly trigger?: Hit;
}

/**
 * Nothing but the guard of its environment governs what a pod sends, or what it gets where its app has
 * no policy: the profile lets it pass.
 */
function freeTrace(endpoint: Endpoint): Hit[] {
  const name = `kns.${endpoint.namespace}`;
  return [guardHit(endpoint), { kind: kinds.profile, name, action: allow, policy_index: 1 }];
}

/** A caller's place among the callers is its rule; the last one has none. */
function ingressTrace({ app, isGoverned, position, dest }: FlowParts): Hit[] {
  if (!isGoverned) return freeTrace(dest);
  const policy = {
    kind: kinds.networkPolicy,
    namespace: app.namespace,
    name: appPolicyName(app),
    tier: 'default',
  };
  if (position < app.callers.length - 1) {
    const index = position === 0 ? {} : { rule_index: position };
    return [guardHit(dest), { ...policy, action: allow, policy_index: 1, ...index }];
  }
  const end = { kind: kinds.endOfTier, tier: 'default', action: deny };
  return [guardHit(dest), { ...end, policy_index: 1, rule_index: -1, trigger: policy }];
}

function guardHit(endpoint: Endpoint): Hit {
  const name = guardName(endpoint.labels['env'] ?? '');
  return { kind: kinds.globalNetworkPolicy, name, tier: 'security', action: pass, rule_index: 1 };
}

/** Sorted bytewise as whole texts, as Felix does. */
function labelsOf(endpoint: Endpoint): string {
  const labels = Object.entries(endpoint.labels).map(([key, value]) => `${key}=${value}`);
  return JSON.stringify(labels.toSorted());
}
