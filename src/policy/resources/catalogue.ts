import { nearest } from '../../std/nearest.ts';
import { calicoPolicy } from './calico-policy.ts';
import { clusterPolicy } from './cluster-policy.ts';
import { decodeEndpointSlice } from './endpoint-slice.ts';
import { decodeHostEndpoint } from './host-endpoint.ts';
import { decodeIpPool } from './ip-pool.ts';
import { kubernetesPolicy } from './kubernetes-policy.ts';
import type { Decoder } from './manifest.ts';
import { decodeNetworkSet } from './network-set.ts';
import { decodePod } from './pod.ts';
import { decodeNamespace, decodeProfile, decodeServiceAccount } from './profiles.ts';
import { decodeTier } from './tier.ts';
import { decodeWorkloadEndpoint } from './workload-endpoint.ts';
import { shown } from './shown.ts';

/** How one kind is read. `id` is Calico's internal name of it. */
export interface KindEntry {
  readonly id: string;
  readonly isNamespaced: boolean;
  readonly isPolicy: boolean;
  readonly decode: Decoder;
}

/** What the pair of apiVersion and kind stands for (contract 4). */
export type KindLookup =
  | { readonly status: 'known'; readonly entry: KindEntry }
  | { readonly status: 'skipped' }
  | { readonly status: 'obsolete'; readonly message: string }
  | { readonly status: 'unknown'; readonly message: string; readonly hint: string };

/** Finds the decoder of a kind, or says why there is none. */
export function lookUpKind(apiVersion: string, kind: string): KindLookup {
  const slash = apiVersion.indexOf('/');
  const group = groups.get(slash === -1 ? '' : apiVersion.slice(0, slash));
  if (group === undefined)
    return isOurs(kind) ? misplaced(apiVersion, kind) : { status: 'skipped' };
  const entry = group.kinds.get(kind);
  if (entry !== undefined) {
    if (group.versions.includes(apiVersion.slice(slash + 1))) return { status: 'known', entry };
    return misplaced(apiVersion, kind);
  }
  if (group.obsolete.includes(kind)) {
    return { status: 'obsolete', message: `Calico no longer reads the kind ${shown(kind)}` };
  }
  if (!group.isClosed || group.skipped.includes(kind)) {
    return isOurs(kind) ? misplaced(apiVersion, kind) : { status: 'skipped' };
  }
  const guess = nearest(kind, [...group.kinds.keys(), ...group.skipped]);
  return {
    status: 'unknown',
    message: `${shown(apiVersion)} has no kind ${shown(kind)}`,
    hint: guess === undefined ? '' : `did you mean \`${guess}\`?`,
  };
}

interface Group {
  readonly versions: readonly string[];
  readonly kinds: ReadonlyMap<string, KindEntry>;
  /** Any other kind than those named here is a mistake, not something to skip. */
  readonly isClosed: boolean;
  readonly skipped: readonly string[];
  readonly obsolete: readonly string[];
}

const namespaced = { isNamespaced: true, isPolicy: false };
const clusterWide = { isNamespaced: false, isPolicy: false };
const namespacedPolicy = { isNamespaced: true, isPolicy: true };
const clusterWidePolicy = { isNamespaced: false, isPolicy: true };

const calicoKinds = entries({
  NetworkPolicy: { ...namespacedPolicy, decode: calicoPolicy('NetworkPolicy') },
  GlobalNetworkPolicy: { ...clusterWidePolicy, decode: calicoPolicy('GlobalNetworkPolicy') },
  StagedNetworkPolicy: { ...namespacedPolicy, decode: calicoPolicy('StagedNetworkPolicy') },
  StagedGlobalNetworkPolicy: {
    ...clusterWidePolicy,
    decode: calicoPolicy('StagedGlobalNetworkPolicy'),
  },
  StagedKubernetesNetworkPolicy: {
    ...namespacedPolicy,
    decode: kubernetesPolicy('StagedKubernetesNetworkPolicy'),
  },
  Tier: { ...clusterWide, decode: decodeTier },
  NetworkSet: { ...namespaced, decode: decodeNetworkSet },
  GlobalNetworkSet: { ...clusterWide, decode: decodeNetworkSet },
  HostEndpoint: { ...clusterWide, decode: decodeHostEndpoint },
  WorkloadEndpoint: { ...namespaced, decode: decodeWorkloadEndpoint },
  Profile: { ...clusterWide, decode: decodeProfile },
  IPPool: { ...clusterWide, decode: decodeIpPool },
});

/** Kinds of Calico and Calico Enterprise that say nothing of policy. */
const calicoSkipped = `
  AlertException AuthenticationReview AuthorizationReview BFDConfiguration BGPConfiguration
  BGPFilter BGPPeer BlockAffinity CalicoNodeStatus ClusterInformation DeepPacketInspection
  EgressGatewayPolicy ExternalNetwork FelixConfiguration GlobalAlert GlobalAlertTemplate
  GlobalReport GlobalReportType GlobalThreatFeed IPAMBlock IPAMConfig IPAMConfiguration
  IPAMHandle IPReservation KubeControllersConfiguration LicenseKey LiveMigration
  ManagedCluster Node PacketCapture PolicyRecommendationScope PolicyRecommendationStatus
  RemoteClusterConfiguration SecurityEventWebhook UISettings UISettingsGroup
`
  .trim()
  .split(/\s+/);

const groups: ReadonlyMap<string, Group> = new Map([
  ['projectcalico.org', closed(['v3'], calicoKinds, calicoSkipped)],
  ['crd.projectcalico.org', closed(['v1'], calicoKinds, calicoSkipped)],
  [
    'networking.k8s.io',
    closed(
      ['v1'],
      entries({
        NetworkPolicy: {
          id: 'KubernetesNetworkPolicy',
          ...namespacedPolicy,
          decode: kubernetesPolicy('KubernetesNetworkPolicy'),
        },
      }),
      ['ClusterCIDR', 'IPAddress', 'Ingress', 'IngressClass', 'ServiceCIDR'],
    ),
  ],
  [
    'policy.networking.k8s.io',
    {
      ...closed(
        ['v1alpha2'],
        entries({ ClusterNetworkPolicy: { ...clusterWidePolicy, decode: clusterPolicy } }),
        [],
      ),
      obsolete: ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
    },
  ],
  [
    '',
    open(
      ['v1'],
      entries({
        Namespace: { ...clusterWide, decode: decodeNamespace },
        ServiceAccount: { ...namespaced, decode: decodeServiceAccount },
        Pod: { ...namespaced, decode: decodePod },
        // Its members come from its slices; the object itself decides nothing.
        Service: { ...namespaced, decode: () => null },
      }),
    ),
  ],
  [
    'discovery.k8s.io',
    open(
      ['v1', 'v1beta1'],
      entries({ EndpointSlice: { ...namespaced, decode: decodeEndpointSlice } }),
    ),
  ],
]);

function entries(
  kinds: Readonly<Record<string, Omit<KindEntry, 'id'> & { readonly id?: string }>>,
): Group['kinds'] {
  return new Map(Object.entries(kinds).map(([kind, entry]) => [kind, { id: kind, ...entry }]));
}

function closed(
  versions: readonly string[],
  kinds: Group['kinds'],
  skipped: readonly string[],
): Group {
  return { versions, kinds, isClosed: true, skipped, obsolete: [] };
}

function open(versions: readonly string[], kinds: Group['kinds']): Group {
  return { versions, kinds, isClosed: false, skipped: [], obsolete: [] };
}

/** Kinds that no other API has, so that a slip in the apiVersion does not make them vanish. */
function isOurs(kind: string): boolean {
  return kind.startsWith('Staged') || kind === 'GlobalNetworkPolicy' || kind === 'GlobalNetworkSet';
}

function misplaced(apiVersion: string, kind: string): KindLookup {
  const homes: string[] = [];
  for (const [name, { kinds, versions }] of groups) {
    const home = name === '' ? (versions[0] ?? '') : `${name}/${versions[0] ?? ''}`;
    if (kinds.has(kind)) homes.push(`\`${home}\``);
  }
  return {
    status: 'unknown',
    message: `${shown(apiVersion)} has no kind ${shown(kind)}`,
    hint: homes.length === 0 ? '' : `its apiVersion is ${homes.join(' or ')}`,
  };
}
