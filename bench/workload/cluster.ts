import { below, type Random } from './random.ts';

/** A deployment: what Goldmane's records call an endpoint, since they aggregate its pods. */
export interface Endpoint {
  readonly namespace: string;
  readonly app: string;
  readonly component: string;
  /** `orders-api-5d8f7c9b4-`, to which a pod adds five letters and a record `*`. */
  readonly generateName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** Apps and who calls them. Each app is a namespace's, has one policy and some endpoints. */
export interface App {
  readonly name: string;
  readonly namespace: string;
  readonly endpoints: readonly Endpoint[];
  /** Indexes of apps. The first is itself, the last one no enforced rule lets in. */
  readonly callers: readonly number[];
  /** By position in `callers`: does the staged policy let it in? */
  readonly stagedAllows: readonly boolean[];
}

export const components = ['web', 'api', 'worker', 'store'] as const;
export const environments = ['prod', 'staging', 'qa', 'dev'] as const;
export const callersPerApp = 7;

const ports = { web: 8080, api: 8443, worker: 9000, store: 5432 } as const;
const metricsPort = 9090;
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const stems = ['orders', 'billing', 'catalog', 'search', 'ledger', 'shipping', 'identity', 'media'];

/** Makes the apps of a cluster; which ones call which is drawn from `random`. */
export function createApps(
  size: { readonly apps: number; readonly labels: number },
  random: Random,
): App[] {
  const namespaces = Math.max(4, Math.ceil(size.apps / 10));
  return Array.from({ length: size.apps }, (_, index) => {
    const name = `${stems[index % stems.length]}-${index}`;
    const namespace = `team-${index % namespaces}`;
    const callers = [index, ...others(index, size.apps, random)];
    return {
      name,
      namespace,
      endpoints: components.map((component) =>
        createEndpoint({ namespace, name, component, labels: size.labels }, random),
      ),
      callers,
      stagedAllows: callers.map((_caller, position) => stagedAllows(position, random)),
    };
  });
}

/** Tuned so that about one record in ten changes its verdict. */
function stagedAllows(position: number, random: Random): boolean {
  if (position === 0) return true;
  const isStranger = position === callersPerApp - 1;
  return random() < (isStranger ? 0.3 : 0.76);
}

function others(index: number, apps: number, random: Random): number[] {
  const drawn = new Set<number>();
  while (drawn.size < callersPerApp - 1) drawn.add((index + 1 + below(random, apps - 1)) % apps);
  return [...drawn];
}

function createEndpoint(
  at: {
    readonly namespace: string;
    readonly name: string;
    readonly component: keyof typeof ports;
    readonly labels: number;
  },
  random: Random,
): Endpoint {
  const { namespace, name, component } = at;
  const hash = below(random, 0xffffffff).toString(16).padStart(8, '0');
  return {
    namespace,
    app: name,
    component,
    generateName: `${name}-${component}-${hash}-`,
    ports: [ports[component], metricsPort],
    labels: someOf(
      {
        app: name,
        'app.kubernetes.io/component': component,
        'app.kubernetes.io/part-of': namespace,
        env: environments[below(random, environments.length)]!,
        'pod-template-hash': hash,
        release: `r${below(random, 40)}`,
        team: `team-${below(random, 30)}`,
        tier: component === 'store' ? 'data' : 'service',
        version: `v${1 + below(random, 9)}.${below(random, 20)}`,
        zone: zones[below(random, zones.length)]!,
      },
      at.labels,
    ),
  };
}

/** Labels that selectors ask for. */
const needed = ['app', 'env', 'team', 'tier'];

/** So many labels: fewer of those that nobody asks for, or more of them. */
function someOf(labels: Readonly<Record<string, string>>, count: number): Record<string, string> {
  const rest = Object.keys(labels).filter((key) => !needed.includes(key));
  const kept = new Set([...needed, ...rest].slice(0, count));
  const more = Math.max(0, count - kept.size);
  return Object.fromEntries([
    ...Object.entries(labels).filter(([key]) => kept.has(key)),
    ...Array.from({ length: more }, (_, at) => [`example.com/note-${at}`, `value-${at}`] as const),
  ]);
}
