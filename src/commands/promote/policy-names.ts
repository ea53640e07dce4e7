import { kindNames, policyKinds, type PolicyKind } from '../../policy/kinds.ts';
import { hasTwin, writtenKinds } from '../../policy/resources/twin.ts';
import { nearest } from '../../std/nearest.ts';
import { CodedError } from '../../std/coded-error.ts';

/** What names a policy. */
interface Named {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
}

/** `snp/payments/ledger-strict`, `sgnp/edge`. */
export function formatReference({ kind, namespace, name }: Named): string {
  return [policyKinds[kind].short, ...(namespace === '' ? [] : [namespace]), name].join('/');
}

/**
 * The policies that were asked for, each once, in the order given. A kind may be written short, in full
 * or as kubectl writes it, with `:` after it as hits have it.
 * @throws CodedError `usage/reference` with all that name none
 */
export function findReferences<Policy extends Named>(
  references: readonly string[],
  policies: readonly Policy[],
): readonly Policy[] {
  const byReference = new Map(policies.map((policy) => [formatReference(policy), policy]));
  const found = new Set<Policy>();
  const problems: string[] = [];
  for (const reference of references) {
    const canonical = canonicalReference(reference);
    const policy = byReference.get(canonical);
    if (policy === undefined) problems.push(unknown(reference, canonical, byReference));
    else found.add(policy);
  }
  if (problems.length > 0) throw new CodedError('usage/reference', problems.join('\n'));
  return [...found];
}

/** With the kind in its short form, where it is one. */
function canonicalReference(reference: string): string {
  const [, kind = '', rest = ''] = /^([^/:]*)[/:](.*)$/s.exec(reference) ?? [];
  const short = shortKinds.get(kind.toLowerCase());
  return short === undefined ? reference : `${short}/${rest}`;
}

function unknown(reference: string, canonical: string, known: ReadonlyMap<string, Named>): string {
  const short = canonical.split('/', 1)[0] ?? '';
  const isEnforced = enforcedShorts.has(short);
  if (isEnforced) return `\`${reference}\` is of a kind that is enforced already`;
  const bare = canonical.split('/').at(-1) ?? '';
  const namesakes = [...known].flatMap(([one, { name }]) => (name === bare ? [one] : []));
  // What is most often forgotten is the namespace.
  const guess =
    namesakes.find((one) => one.startsWith(`${short}/`)) ??
    nearest(canonical, known.keys()) ??
    namesakes[0];
  if (guess !== undefined) return `no staged policy \`${reference}\`, did you mean \`${guess}\`?`;
  return `no staged policy \`${reference}\`; ${listed([...known.keys()])}`;
}

/** What there is to choose from, in words. */
export function listed(references: readonly string[]): string {
  if (references.length === 0) return 'none is loaded';
  const shown = references.slice(0, listedMax).map((reference) => `\`${reference}\``);
  const more = references.length - shown.length;
  return `loaded: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const listedMax = 10;

const shortKinds = new Map<string, string>();
const enforcedShorts = new Set<string>();
for (const kind of kindNames) {
  const { short, staged } = policyKinds[kind];
  if (!hasTwin(kind)) continue;
  const { resource } = writtenKinds[kind];
  const [plural = ''] = resource.split('.', 1);
  for (const word of [short, kind.toLowerCase(), resource]) shortKinds.set(word, short);
  // `networkpolicies` alone is Calico's or Kubernetes'.
  if (!shortKinds.has(plural)) shortKinds.set(plural, short);
  if (!staged) enforcedShorts.add(short);
}
