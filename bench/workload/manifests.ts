import { type App, environments, type Endpoint } from './cluster.ts';

/** A Kubernetes or Calico object, as `kubectl get -o json` prints it. */
export type Manifest = Readonly<Record<string, unknown>>;

const podsPerEndpoint = 2;
const guards = 2 * environments.length;

/** Ports that every app opens to its callers beside its own. */
export const freePorts = { first: 30_000, count: 30_000 };

/** How many apps can have a policy of their own, and a staged one, among so many policies. */
export function governedApps(policies: number): number {
  return Math.max(0, Math.floor((policies - guards) / 2));
}

/**
 * The policies of a cluster, half of them staged, and its inventory: what the records alone do not
 * say. Where there are more policies than apps, apps have more than one.
 */
export function manifestsOf(apps: readonly App[], policies: number): Manifest[] {
  const appPolicy = appPolicies(apps);
  const governed = governedApps(policies);
  const namespaces = [...new Set(apps.map((app) => app.namespace))];
  return [
    ...namespaces.map(namespaceOf),
    ...apps.flatMap((app) => app.endpoints).flatMap(podsOf),
    calico('Tier', { name: 'security' }, { order: 100, defaultAction: 'Pass' }),
    ...environments.flatMap((environment) => [
      guard('GlobalNetworkPolicy', environment, 2222),
      guard('StagedGlobalNetworkPolicy', `${environment}-next`, 3389),
    ]),
    ...apps
      .slice(0, governed)
      .flatMap((app) => [
        appPolicy('NetworkPolicy', app, (position) => position < app.callers.length - 1),
        appPolicy('StagedNetworkPolicy', app, (position) => app.stagedAllows[position] === true),
      ]),
    ...Array.from({ length: Math.max(0, governed - apps.length) }, (_, number) =>
      extraPolicies(apps[number % apps.length]!, Math.floor(number / apps.length)),
    ).flat(),
  ];
}

/** The policy of an environment; its second rule passes what is left. */
export function guardName(environment: string): string {
  return `security.guard-${environment}`;
}

/** The name that the enforced policy of an app and the staged one that replaces it share. */
export function appPolicyName(app: App): string {
  return `default.${app.name}-in`;
}

function guard(kind: string, environment: string, port: number): Manifest {
  const rules = [
    { action: 'Deny', protocol: 'TCP', destination: { ports: [port] } },
    { action: 'Pass' },
  ];
  return calico(
    kind,
    { name: guardName(environment) },
    {
      tier: 'security',
      order: kind === 'GlobalNetworkPolicy' ? 10 : 5,
      selector: `env == '${environment.replace('-next', '')}' && has(team)`,
      types: ['Ingress', 'Egress'],
      ingress: rules,
      egress: rules,
    },
  );
}

type AppPolicy = (kind: string, app: App, lets: (position: number) => boolean) => Manifest;

function appPolicies(apps: readonly App[]): AppPolicy {
  return (kind, app, lets) =>
    calico(
      kind,
      { name: appPolicyName(app), namespace: app.namespace },
      {
        tier: 'default',
        order: 1000,
        selector: `app == '${app.name}'`,
        types: ['Ingress'],
        ingress: app.callers.flatMap((caller, position) =>
          lets(position) ? [letIn(apps[caller]!, app)] : [],
        ),
      },
    );
}

/** A policy before that of the app, and a staged one, for a port that no record is about. */
function extraPolicies(app: App, number: number): Manifest[] {
  const rule = { action: 'Allow', protocol: 'TCP', destination: { ports: [7000 + number] } };
  const spec = {
    tier: 'default',
    order: 500 + number,
    selector: `app == '${app.name}'`,
    types: ['Ingress'],
    ingress: [rule],
  };
  const metadata = { name: `default.${app.name}-extra-${number}`, namespace: app.namespace };
  return ['NetworkPolicy', 'StagedNetworkPolicy'].map((kind) => calico(kind, metadata, spec));
}

function letIn(caller: App, app: App): Manifest {
  const ports = new Set(app.endpoints.flatMap((endpoint) => endpoint.ports));
  const { first, count } = freePorts;
  return {
    action: 'Allow',
    protocol: 'TCP',
    source: {
      selector: `app == '${caller.name}' && tier in {'service', 'data'}`,
      namespaceSelector: `kubernetes.io/metadata.name == '${caller.namespace}'`,
    },
    destination: { ports: [...ports, `${first}:${first + count - 1}`] },
  };
}

function calico(
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string },
  spec: Manifest,
): Manifest {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata, spec };
}

function namespaceOf(name: string): Manifest {
  const labels = { 'kubernetes.io/metadata.name': name, 'pod-security': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function podsOf(endpoint: Endpoint, position: number): Manifest[] {
  const { namespace, generateName, labels } = endpoint;
  return Array.from({ length: podsPerEndpoint }, (_, replica) => {
    const number = position * podsPerEndpoint + replica;
    const podIP = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    const name = `${generateName}${replica}abcd`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, generateName, namespace, labels },
      spec: { nodeName: `node-${number % 100}`, serviceAccountName: 'default' },
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] },
    };
  });
}
