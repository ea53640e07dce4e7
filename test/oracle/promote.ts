import type { Json } from './arbitrary-rules.ts';

/**
 * What a cluster holds once a staged policy has been promoted (contract 2): its enforced twin in its own
 * words instead of it and of any twin there was, or no twin at all if it says `Delete`. `rawTypes` as in
 * decoding.
 */
export function promote(
  objects: readonly Json[],
  staged: Json,
  { rawTypes = false }: { readonly rawTypes?: boolean } = {},
): readonly Json[] {
  const twin = enforcedTwin(staged, rawTypes);
  const others = objects.filter((object) => object !== staged && !isSameObject(object, twin));
  return specOf(staged)['stagedAction'] === 'Delete' ? others : [...others, twin];
}

/** The staged policies that promotion acts on: `Ignore` asks to be left alone. */
export function promotable(objects: readonly Json[]): readonly Json[] {
  return objects.filter(
    (object) =>
      String(object['kind']) in enforcedKinds && specOf(object)['stagedAction'] !== 'Ignore',
  );
}

const calico = 'projectcalico.org/v3';
const enforcedKinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  StagedNetworkPolicy: [calico, 'NetworkPolicy'],
  StagedGlobalNetworkPolicy: [calico, 'GlobalNetworkPolicy'],
  StagedKubernetesNetworkPolicy: ['networking.k8s.io/v1', 'NetworkPolicy'],
};

function enforcedTwin(staged: Json, rawTypes: boolean): Json {
  const [apiVersion, kind] = enforcedKinds[String(staged['kind'])] ?? [];
  const { stagedAction: _, ...spec } = specOf(staged);
  const types = apiVersion === calico ? 'types' : 'policyTypes';
  return {
    apiVersion,
    kind,
    metadata: staged['metadata'],
    spec: { ...spec, [types]: typesOf(spec, types, rawTypes) },
  };
}

/** The directions a policy governs, written out (semantics 1.13). */
function typesOf(spec: Json, member: 'types' | 'policyTypes', rawTypes: boolean): unknown {
  if (!isEmpty(spec[member])) return spec[member];
  const isKubernetes = member === 'policyTypes';
  if (rawTypes) return isKubernetes ? ['Ingress'] : ['Ingress', 'Egress'];
  if (isEmpty(spec['egress'])) return ['Ingress'];
  return isKubernetes || !isEmpty(spec['ingress']) ? ['Ingress', 'Egress'] : ['Egress'];
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}

function isSameObject(one: Json, other: Json): boolean {
  const [left, right] = [one, other].map(({ apiVersion, kind, metadata }) => {
    const { namespace, name } = metadata as Json;
    return JSON.stringify([apiVersion, kind, namespace, name]);
  });
  return left === right;
}

function specOf(object: Json): Json {
  return (object['spec'] ?? {}) as Json;
}
