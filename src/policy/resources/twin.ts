import type { PolicyKind } from '../kinds.ts';
import { Fields, isMembers } from './fields.ts';
import { Findings } from './findings.ts';
import type { Policy } from './model.ts';
import type { Edits } from './print-manifest.ts';
import type { Step, WrittenDocument } from './source.ts';
import { restoreMetadata } from './stored-metadata.ts';

/** How a kind of policy is written, and what kubectl calls its objects. */
interface WrittenKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  /** The member that says which directions it governs. */
  readonly types: 'types' | 'policyTypes';
}

/** The kinds that have a twin (semantics 1.1). */
export type TwinKind = keyof typeof writtenKinds;

const calico = { apiVersion: 'projectcalico.org/v3', types: 'types' } as const;

export const writtenKinds = {
  NetworkPolicy: {
    ...calico,
    kind: 'NetworkPolicy',
    resource: 'networkpolicies.projectcalico.org',
  },
  GlobalNetworkPolicy: {
    ...calico,
    kind: 'GlobalNetworkPolicy',
    resource: 'globalnetworkpolicies.projectcalico.org',
  },
  KubernetesNetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    resource: 'networkpolicies.networking.k8s.io',
    types: 'policyTypes',
  },
  StagedNetworkPolicy: {
    ...calico,
    kind: 'StagedNetworkPolicy',
    resource: 'stagednetworkpolicies.projectcalico.org',
  },
  StagedGlobalNetworkPolicy: {
    ...calico,
    kind: 'StagedGlobalNetworkPolicy',
    resource: 'stagedglobalnetworkpolicies.projectcalico.org',
  },
  StagedKubernetesNetworkPolicy: {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedKubernetesNetworkPolicy',
    resource: 'stagedkubernetesnetworkpolicies.projectcalico.org',
    types: 'policyTypes',
  },
} as const satisfies Partial<Record<PolicyKind, WrittenKind>>;

export function hasTwin(kind: PolicyKind): kind is TwinKind {
  return Object.hasOwn(writtenKinds, kind);
}

/** The words of a policy as those of a policy of another kind that governs the same (contract 2). */
export function asKind(document: WrittenDocument, policy: Policy, kind: TwinKind): Edits {
  const { types } = writtenKinds[kind];
  return {
    set: [...identityOf(document, kind), ...typesOf(document, policy, types)],
    remove: [...ofThisObjectAlone, ['spec', 'stagedAction']],
  };
}

/** The same of a staged kind, to replace its enforced namesake. */
export function asStaged(document: WrittenDocument, policy: Policy, kind: TwinKind): Edits {
  const { set, remove } = asKind(document, policy, kind);
  const stagedAction = [['spec', 'stagedAction'], 'Set'] as const;
  return { set: [...set, stagedAction], remove: remove.filter(([first]) => first !== 'spec') };
}

/** A staged policy that deletes its enforced namesake: it may say nothing but that, and its tier. */
export function asDeletion(document: WrittenDocument, policy: Policy, kind: TwinKind): Edits {
  const isTiered = writtenKinds[kind].types === 'types' && policy.tier !== 'default';
  const spec = { ...(isTiered && { tier: policy.tier }), stagedAction: 'Delete' };
  return {
    set: [...identityOf(document, kind), [['spec'], spec]],
    remove: ofThisObjectAlone,
  };
}

/** What only the API server writes, and what was said of the object by others than its author. */
const ofThisObjectAlone: readonly (readonly Step[])[] = [
  ['status'],
  ...[
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'managedFields',
  ].map((name) => ['metadata', name]),
  ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
  ['metadata', 'annotations', 'projectcalico.org/metadata'],
];

function identityOf(document: WrittenDocument, kind: TwinKind): Edits['set'] {
  const identity: Edits['set'] = [
    [['apiVersion'], writtenKinds[kind].apiVersion],
    [['kind'], writtenKinds[kind].kind],
  ];
  const root = Fields.of(document.value, new Findings(document));
  const apiVersion = root?.any('apiVersion');
  if (root === null || typeof apiVersion !== 'string' || !apiVersion.startsWith('crd.')) {
    return identity;
  }
  // Calico keeps the name and the labels of what it stores in an annotation.
  const metadata = restoreMetadata(root, apiVersion, String(root.any('kind'))).any('metadata');
  if (!isMembers(metadata)) return identity;
  const restored = ['name', 'labels', 'annotations'].map(
    (name) => [['metadata', name], metadata[name]] as const,
  );
  const filled = restored.filter(([, value]) => !isMembers(value) || Object.keys(value).length > 0);
  return [...identity, ...filled];
}

/** The directions as they were read, unless they are written like that. */
function typesOf(
  { value }: WrittenDocument,
  { ingress, egress }: Policy,
  member: WrittenKind['types'],
): Edits['set'] {
  const spec = isMembers(value) ? value['spec'] : null;
  const written = isMembers(spec) ? spec[member] : null;
  const types = [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])];
  const isWritten =
    Array.isArray(written) &&
    written.length === types.length &&
    types.every((type) => written.includes(type));
  return isWritten ? [] : [[['spec', member], types]];
}
