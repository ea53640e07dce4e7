import { isMembers } from './fields.ts';
import type { Fields, Members } from './fields.ts';

/**
 * Undoes what Calico does to an object that it stores as `crd.projectcalico.org/v1`: name, labels and
 * annotations lie in an annotation as JSON; a policy without it in tier default may have the prefix
 * `default.` (semantics 1.15). Objects of other groups are returned as they are.
 */
export function restoreMetadata(root: Fields, apiVersion: string, kind: string): Fields {
  if (!apiVersion.startsWith('crd.projectcalico.org/')) return root;
  const metadata = root.childOrEmpty('metadata');
  const annotations = metadata.map('annotations');
  const stored = readStored(metadata, annotations.get(annotation));
  const original = typeof stored['name'] === 'string' ? stored['name'] : '';
  const isNamed = original !== '' || !prefixedKinds.includes(kind);
  const name = isNamed ? original || metadata.any('name') : withoutPrefix(root, metadata);
  return root.with('metadata', {
    ...metadata.members(),
    name,
    labels: { ...membersOf(metadata.any('labels')), ...membersOf(stored['labels']) },
    annotations: {
      ...Object.fromEntries([...annotations].filter(([key]) => key !== annotation)),
      ...membersOf(stored['annotations']),
    },
  });
}

const annotation = 'projectcalico.org/metadata';

const prefixedKinds: readonly string[] = [
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
];

function readStored(metadata: Fields, text: string | undefined): Members {
  if (text === undefined) return {};
  try {
    return membersOf(JSON.parse(text));
  } catch {
    metadata.childOrEmpty('annotations').report('broken', annotation, {
      message: 'the annotation in which Calico keeps name and labels is not JSON',
    });
    return {};
  }
}

function withoutPrefix(root: Fields, metadata: Fields): unknown {
  const name = metadata.any('name');
  const tier = root.childOrEmpty('spec').any('tier');
  const isDefault = tier === undefined || tier === '' || tier === 'default';
  return isDefault && typeof name === 'string' ? name.replace(/^default\./, '') : name;
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}
