import type { Json } from './arbitrary-rules.ts';

/** The manifests after a staged policy among them has been promoted; itself it stays as it was. */
export function promoted(objects: readonly Json[], staged: Json): readonly Json[] {
  const spec = partOf(staged, 'spec');
  const { stagedAction = 'Set', ...enforcedSpec } = spec;
  if (stagedAction === 'Ignore') return objects;
  const enforced: Json = { ...staged, ...enforcedForm(staged), spec: enforcedSpec };
  const others = objects.filter((object) => !isSameObject(object, enforced));
  return stagedAction === 'Delete' ? others : [...others, enforced];
}

export function isStagedObject({ kind }: Json): boolean {
  return typeof kind === 'string' && kind.startsWith('Staged');
}

function enforcedForm({ apiVersion, kind }: Json): Json {
  return kind === 'StagedKubernetesNetworkPolicy'
    ? { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }
    : { apiVersion, kind: String(kind).replace('Staged', '') };
}

function isSameObject(left: Json, right: Json): boolean {
  return nameOf(left) === nameOf(right);
}

function nameOf(object: Json): string {
  const { namespace, name } = partOf(object, 'metadata');
  return [object['apiVersion'], object['kind'], namespace, name].join(' ');
}

function partOf(object: Json, name: string): Json {
  return object[name] as Json;
}
