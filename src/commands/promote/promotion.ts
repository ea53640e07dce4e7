import { policyKinds } from '../../policy/kinds.ts';
import { identityOf, type Identity } from '../../policy/resources/decode.ts';
import { readDocuments } from '../../policy/resources/documents.ts';
import { isMembers } from '../../policy/resources/fields.ts';
import type { Policy } from '../../policy/resources/model.ts';
import { printManifest } from '../../policy/resources/print-manifest.ts';
import { formatPath, type Step, type WrittenDocument } from '../../policy/resources/source.ts';
import { asKind, hasTwin, writtenKinds } from '../../policy/resources/twin.ts';
import { assert } from '../../std/assert.ts';

/** What promoting one staged policy prints, and what the objects are after that. */
export interface Promotion {
  readonly policy: Policy;
  /** One YAML document, or the comment that says how to delete. */
  readonly text: string;
  readonly isDeletion: boolean;
  /** Members of the enforced namesake that the text does not have, as dotted paths. */
  readonly lost: readonly string[];
  readonly documents: readonly WrittenDocument[];
}

/**
 * Promotes a staged policy (contract 2): its twin takes its place and that of any enforced namesake; or,
 * if it says `Delete`, there is no namesake any more.
 */
export function promote(documents: readonly WrittenDocument[], policy: Policy): Promotion {
  const kind = policyKinds[policy.kind].enforced;
  assert(hasTwin(kind), `${kind} has no staged form`);
  const twin = { ...policy, kind };
  const written = documents.find((document) => isNamed(document, policy));
  assert(written !== undefined, 'a policy that was read is in no document');
  const others = documents.filter(
    (document) => !isNamed(document, policy) && !isNamed(document, twin),
  );
  if (policy.stagedAction === 'Delete') {
    const text = `# kubectl delete ${kubectlName(twin)} --ignore-not-found\n`;
    return { policy, text, isDeletion: true, lost: [], documents: others };
  }
  const text = printManifest(written, asKind(written, policy, kind));
  const promoted = readDocuments(text, 'what was promoted').documents;
  const before = documents.find((document) => isNamed(document, twin));
  const lost = lostMembers(specOf(before), specOf(promoted[0]), ['spec']);
  const isTracked = lastApplied(before) !== undefined;
  return {
    policy,
    text,
    isDeletion: false,
    lost: isTracked ? [] : lost.map(formatPath),
    documents: [...others, ...promoted],
  };
}

/** `networkpolicies.projectcalico.org ledger-strict --namespace payments`. */
export function kubectlName({ kind, namespace, name }: Pick<Policy, keyof Identity>): string {
  assert(hasTwin(kind), `${kind} has no name for kubectl`);
  const { resource } = writtenKinds[kind];
  return [resource, name, ...(namespace === '' ? [] : ['--namespace', namespace])].join(' ');
}

function isNamed(document: WrittenDocument, { kind, namespace, name }: Identity): boolean {
  const { value } = document;
  // Of a large inventory few objects have the name: the rest is not looked at any closer.
  if (!mayBeNamed(value, name)) return false;
  const identity = identityOf(document);
  return (
    identity !== null &&
    identity.kind === kind &&
    identity.namespace === namespace &&
    identity.name === name
  );
}

/** Calico may have put a name into another one, and the true one into an annotation. */
function mayBeNamed(value: unknown, name: string): boolean {
  if (!isMembers(value) || !isMembers(value['metadata'])) return false;
  const { apiVersion } = value;
  const isStored = typeof apiVersion === 'string' && apiVersion.startsWith('crd.');
  return isStored || value['metadata']['name'] === name;
}

function specOf(document: WrittenDocument | undefined): unknown {
  const value = document?.value;
  return isMembers(value) ? value['spec'] : undefined;
}

function lastApplied(document: WrittenDocument | undefined): unknown {
  const value = document?.value;
  const metadata = isMembers(value) ? value['metadata'] : null;
  const annotations = isMembers(metadata) ? metadata['annotations'] : null;
  if (!isMembers(annotations)) return undefined;
  return annotations['kubectl.kubernetes.io/last-applied-configuration'];
}

/** Members that would stay if one object were merged into the other, as `kubectl apply` merges. */
function lostMembers(before: unknown, after: unknown, path: readonly Step[]): (readonly Step[])[] {
  if (!isMembers(before) || !isMembers(after)) return [];
  return Object.entries(before).flatMap(([name, value]) => {
    const at = [...path, name];
    if (value === null) return [];
    return Object.hasOwn(after, name) ? lostMembers(value, after[name], at) : [at];
  });
}
