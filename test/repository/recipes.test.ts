// The recipes of docs/recipes and examples/recipes, as far as they can be checked without what they
// are about: shippers, kubectl, a cluster.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { compile, readResources } from '../../src/index.ts';
import { lookUpKind } from '../../src/policy/resources/catalogue.ts';
import { shapes } from '../flow/envelope/shippers.ts';
import { recordLines } from '../flow/dialects/support/records.ts';
import { judgedMessage, valuesOf } from '../stage/support/judging.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = 'examples/recipes';

/** What the code reads, by group and kind, and what `kubectl get` calls it. */
const readKinds = [
  ['v1', 'Namespace', 'namespaces'],
  ['v1', 'ServiceAccount', 'serviceaccounts'],
  ['v1', 'Pod', 'pods'],
  ['v1', 'Service', 'services'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'],
  ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'clusternetworkpolicies'],
  ['projectcalico.org/v3', 'Tier', 'tiers'],
  ['projectcalico.org/v3', 'NetworkPolicy', 'networkpolicies'],
  ['projectcalico.org/v3', 'GlobalNetworkPolicy', 'globalnetworkpolicies'],
  ['projectcalico.org/v3', 'StagedNetworkPolicy', 'stagednetworkpolicies'],
  ['projectcalico.org/v3', 'StagedGlobalNetworkPolicy', 'stagedglobalnetworkpolicies'],
  ['projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', 'stagedkubernetesnetworkpolicies'],
  ['projectcalico.org/v3', 'NetworkSet', 'networksets'],
  ['projectcalico.org/v3', 'GlobalNetworkSet', 'globalnetworksets'],
  ['projectcalico.org/v3', 'HostEndpoint', 'hostendpoints'],
  ['projectcalico.org/v3', 'IPPool', 'ippools'],
] as const;

/** Read too, but made from other objects wherever there is an API server to ask. */
const derivedKinds = ['Profile', 'WorkloadEndpoint'];

describe('the snapshot', () => {
  const script = read(`${folder}/snapshot/snapshot.sh`);
  const page = read('docs/recipes/snapshot.md');

  test('its kinds are all that the code reads', () => {
    const source = read('src/policy/resources/catalogue.ts');
    const decoded = [...source.matchAll(/(\w+): \{[^{}]*\bdecode:/g)].map(([, kind = '']) => kind);
    const wanted: string[] = [...readKinds.map(([, kind]) => kind), ...derivedKinds];
    expect([...new Set(decoded)].toSorted()).toEqual([...new Set(wanted)].toSorted());
    for (const [apiVersion, kind] of readKinds) {
      expect([kind, lookUpKind(apiVersion, kind).status]).toEqual([kind, 'known']);
    }
  });

  test.each([
    ['the script', script],
    ['the one line of the page', page],
  ])('%s asks for every kind', (_where, text) => {
    const asked = new Set(text.match(/[a-z0-9.]+/g));
    const missing = readKinds
      .map(([apiVersion, , resource]) => [groupOf(apiVersion), resource] as const)
      .filter(([group, resource]) => !asked.has(nameOf(group, resource)))
      .filter(([, resource]) => !asked.has(resource) || resource === 'networkpolicies')
      .map(([group, resource]) => nameOf(group, resource));
    expect(missing).toEqual([]);
  });

  test('every kind may be read by the role, and nothing else may', () => {
    const role = parseAllDocuments(read(`${folder}/snapshot/rbac.yaml`))
      .map((document) => document.toJS() as { kind: string; rules?: readonly Rule[] })
      .find(({ kind }) => kind === 'ClusterRole');
    const rules = role?.rules ?? [];
    const allowed = rules
      .filter(({ resourceNames }) => resourceNames === undefined)
      .flatMap(({ apiGroups, resources }) =>
        apiGroups.flatMap((group) => resources.map((resource) => nameOf(group, resource))),
      );
    const tiered = readKinds
      .filter(([group, kind]) => groupOf(group) === 'projectcalico.org' && isTiered(kind))
      .map(([, , resource]) => `tier.${resource}.projectcalico.org`);
    const wanted = readKinds.map(([group, , resource]) => nameOf(groupOf(group), resource));
    expect(allowed.toSorted()).toEqual([...wanted, ...tiered].toSorted());
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
    for (const resource of tiered) expect(script).toContain(resource.split('.')[1]);
  });

  test('what an API server lists of every kind is read without a problem', () => {
    const items = readKinds.map(([apiVersion, kind]) => listed(apiVersion, kind));
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items });
    const { documents, problems } = readResources(text, 'cluster.json');
    expect([problems, compile(documents).problems, documents.length]).toEqual([
      [],
      [],
      readKinds.length,
    ]);
  });

  test('asks when something was edited where the code looks at that', () => {
    expect(script).toMatch(/\*networksets\* \| hostendpoints\*\) take .* --show-managed-fields/);
    expect(page).toContain('kubectl get -A -o yaml --show-managed-fields ');
  });

  test('the manifests refer to what is there', () => {
    const { resources, configMapGenerator } = parse(
      read(`${folder}/snapshot/kustomization.yaml`),
    ) as {
      resources: readonly string[];
      configMapGenerator: readonly { name: string; files: readonly string[] }[];
    };
    const there = readdirSync(`${root}/${folder}/snapshot`);
    const files = configMapGenerator.flatMap((generated) => generated.files);
    expect([...resources, ...files].filter((file) => !there.includes(file))).toEqual([]);
    const sidecar = read(`${folder}/snapshot/sidecar.yaml`);
    for (const { name } of configMapGenerator) expect(sidecar).toContain(`name: ${name} }`);
  });
});

describe('a configuration of a shipper', () => {
  const files = ['emitter', 'enterprise'].flatMap((name) =>
    readdirSync(`${root}/${folder}/${name}`).map((file) => `${name}/${file}`),
  );
  const [goldmane = ''] = recordLines('goldmane-go');

  test.each(files.filter((file) => file.endsWith('.yaml')))('%s is YAML', (file) => {
    expect(parse(read(`${folder}/${file}`))).toBeTypeOf('object');
  });

  test.each(files.filter((file) => !file.endsWith('nginx.conf')))(
    '%s names an `input.unwrap` under which what it writes is judged',
    (file) => {
      const unwrap = unwrapOf(file);
      const path = unwrap === 'none' ? null : unwrap;
      const shape = shapes.find((each) => each.path === path);
      const message =
        path === null
          ? goldmane
          : shape?.message({ record: goldmane, quoted: JSON.stringify(goldmane) });
      const { outputs, deadLetters } = judgedMessage(message ?? '', { unwrap: path ?? null });
      expect([valuesOf(outputs).length, deadLetters]).toEqual([1, []]);
    },
  );

  test('every file is linked from a page, with its `input.unwrap`', () => {
    const pages = readdirSync(`${root}/docs/recipes`).map((file) => read(`docs/recipes/${file}`));
    const rows = pages.join('\n').split('\n');
    const wrong = files
      .filter((file) => !file.endsWith('nginx.conf'))
      .filter((file) => {
        const unwrap = unwrapOf(file);
        const row = rows.find((line) => line.includes(`${folder}/${file}`)) ?? '';
        return !row.includes(unwrap === 'none' ? '| none |' : `| \`${unwrap}\` |`);
      });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['what the emitter POSTs, taken as one message', recordLines('goldmane-go').slice(0, 3), 3],
    ['what Fluent Bit puts in front', [`{"@timestamp":1.5,${goldmane.slice(1)}`], 1],
    ['what Whisker’s frames hold', recordLines('whisker').slice(0, 1), 1],
    ['what grpcurl and jq write', [`{"id":"7","flow":${recordLines('goldmane-protojson')[0]}}`], 1],
  ])('%s is judged without `input.unwrap`', (_what, lines, count) => {
    const { outputs, deadLetters } = judgedMessage(lines.join('\n'));
    expect([valuesOf(outputs).length, deadLetters]).toEqual([count, []]);
  });
});

test('every recipe ends with what was run and what was not', () => {
  const pages = readdirSync(`${root}/docs/recipes`).filter((file) => file !== 'README.md');
  const silent = pages.filter(
    (file) => !/\*\*Run:\*\*[\s\S]*\*\*Not\s+run:\*\*/.test(read(`docs/recipes/${file}`)),
  );
  expect([pages.length, silent]).toEqual([5, []]);
});

/** What the first line of a shipper's configuration says; '?' = nothing. */
function unwrapOf(file: string): string {
  const said = /^# input\.unwrap: (\w+(?:\.\w+)*)/.exec(read(`${folder}/${file}`));
  return said?.[1] ?? '?';
}

function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** As kubectl wants it; the resources of Kubernetes' own groups need none. */
function nameOf(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** Staged Kubernetes policies are not: they have no tier. */
function isTiered(kind: string): boolean {
  return kind.endsWith('NetworkPolicy') && kind !== 'StagedKubernetesNetworkPolicy';
}

/** An object of this kind as an API server gives it, with what it adds. */
function listed(apiVersion: string, kind: string): unknown {
  const calico = { selector: 'all()', types: ['Ingress'], ingress: [{ action: 'Allow' }] };
  const kubernetes = { podSelector: {}, policyTypes: ['Ingress'] };
  const nets = { nets: ['192.0.2.0/24'] };
  const specs: Readonly<Record<string, object>> = {
    Pod: { spec: { nodeName: 'n1', containers: [{ name: 'c' }] }, status: { phase: 'Running' } },
    Service: { spec: { ports: [{ port: 80 }] } },
    EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.7'] }], ports: [] },
    Tier: { spec: { order: 1_000_000, defaultAction: 'Deny' } },
    GlobalNetworkPolicy: { spec: { tier: 'default', ...calico } },
    StagedNetworkPolicy: { spec: { tier: 'default', stagedAction: 'Set', ...calico } },
    StagedGlobalNetworkPolicy: { spec: { tier: 'default', stagedAction: 'Set', ...calico } },
    StagedKubernetesNetworkPolicy: { spec: { stagedAction: 'Set', ...kubernetes } },
    NetworkSet: { spec: nets },
    GlobalNetworkSet: { spec: nets },
    HostEndpoint: { spec: { node: 'n1', interfaceName: '*' } },
    IPPool: { spec: { cidr: '198.51.100.0/24' } },
    ClusterNetworkPolicy: {
      spec: {
        tier: 'Admin',
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: 'Accept', from: [{ namespaces: {} }] }],
      },
    },
    NetworkPolicy: {
      spec: apiVersion.startsWith('networking') ? kubernetes : { tier: 'default', ...calico },
    },
  };
  const isCluster = /^(Namespace|Tier|Global|StagedGlobal|Host|IPPool|Cluster)/.test(kind);
  const managedFields = [{ manager: 'kubectl', operation: 'Update', time: '2026-01-02T00:00:00Z' }];
  return {
    apiVersion,
    kind,
    metadata: {
      name: kind === 'Tier' ? 'default' : kind.toLowerCase(),
      ...(isCluster ? {} : { namespace: 'shop' }),
      uid: `u-${kind}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields,
    },
    ...specs[kind],
  };
}
