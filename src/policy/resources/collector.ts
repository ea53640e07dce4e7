import { canonicalText } from './canonical.ts';
import type { KindEntry } from './catalogue.ts';
import { Findings } from './findings.ts';
import type { Reading } from './findings.ts';
import type { Collections, Decoded, Manifest } from './manifest.ts';
import type { Policy, Problem, Profile, Resources, Tier } from './model.ts';
import { servicesOf } from './endpoint-slice.ts';
import { defaultAllowProfile } from './profiles.ts';
import { asEither, asMendable } from './rejected.ts';
import type { SourceDocument } from './source.ts';
import { builtInTiers } from './tier.ts';
import { shown } from './shown.ts';

/** Gathers decoded objects, watches for objects given twice, and checks what no document can show alone. */
export class Collector {
  readonly reading: Reading;
  readonly #problems: Problem[] = [];
  readonly #skipped = new Map<string, number>();
  readonly #objects = new Map<string, Gathered>();
  #podsLoaded = false;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** Counts a document of a kind that is none of ours. */
  skip(apiVersion: string, kind: string): void {
    const name = apiVersion.includes('/') ? `${kind}.${apiVersion.split('/', 1)[0]}` : kind;
    this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + 1);
  }

  addProblems(findings: Findings, isPolicy: boolean): void {
    for (const problem of findings.problems(this.reading, isPolicy)) this.#problems.push(problem);
  }

  /** Takes what a document was decoded to; null if nothing. Call it before `addProblems`. */
  add(entry: KindEntry, manifest: Manifest, decoded: Decoded | null): void {
    this.#podsLoaded ||= entry.id === 'Pod' || entry.id === 'WorkloadEndpoint';
    const gathered: Gathered = {
      entry,
      document: manifest.document,
      decoded: this.#asItCounts(decoded, manifest.findings),
    };
    const key = [entry.id, manifest.namespace, manifest.name].join('/');
    const first = this.#objects.get(key);
    if (first === undefined) this.#objects.set(key, gathered);
    else this.#objects.set(key, this.#merge(first, gathered, manifest.findings));
  }

  finish(): Resources {
    const gathered = this.#collections();
    const tiers = allTiers(gathered.tiers);
    const policies = this.#checkedPolicies(new Set(tiers.map(({ name }) => name)));
    const { namespaces, serviceAccounts } = gathered;
    return {
      policies,
      tiers,
      inventory: {
        namespaces: new Set(namespaces.map(({ key }) => key)),
        serviceAccounts: new Set(serviceAccounts.map(({ key }) => key)),
        profiles: allProfiles(
          [...namespaces, ...serviceAccounts].map(({ profile }) => profile),
          gathered.profiles,
        ),
        endpoints: gathered.endpoints,
        hostEndpoints: gathered.hostEndpoints,
        networkSets: gathered.networkSets,
        services: servicesOf(gathered.slices),
        ipPools: gathered.ipPools,
        podsLoaded: this.#podsLoaded,
      },
      problems: this.#problems.toSorted(byPosition),
      skipped: this.#skipped,
    };
  }

  #asItCounts(decoded: Decoded | null, findings: Findings): Decoded | null {
    if (decoded?.into !== 'policies') return findings.isAbsent(this.reading) ? null : decoded;
    if (decoded.value.state !== 'rejected') return decoded;
    return { into: 'policies', value: asMendable(decoded.value, findings) };
  }

  #merge(first: Gathered, second: Gathered, findings: Findings): Gathered {
    const { file, line, column } = first.document.locate([]);
    const place = `${file}:${line}:${column}`;
    if (canonicalText(first.decoded?.value) === canonicalText(second.decoded?.value)) {
      findings.add('odd', [], { message: `the same object stands at ${place} too` });
      return first;
    }
    findings.add('broken', [], {
      message: `another object of this kind and name stands at ${place}, with other content`,
      hint: 'keep one of them',
    });
    const { decoded } = first;
    if (decoded?.into !== 'policies') return { ...first, decoded: null };
    const policy = asEither(decoded.value, findings.state(this.reading));
    return { ...first, decoded: { into: 'policies', value: policy } };
  }

  #collections(): Gathering {
    const collections: Gathering = {
      policies: [],
      tiers: [],
      namespaces: [],
      serviceAccounts: [],
      profiles: [],
      endpoints: [],
      hostEndpoints: [],
      networkSets: [],
      slices: [],
      ipPools: [],
    };
    for (const { decoded } of this.#objects.values()) {
      if (decoded !== null) (collections[decoded.into] as unknown[]).push(decoded.value);
    }
    return collections;
  }

  /** The policies, after the checks that need all objects. */
  #checkedPolicies(tiers: ReadonlySet<string>): Policy[] {
    const policies: Policy[] = [];
    const names = new Set(this.#objects.keys());
    for (const { entry, document, decoded } of this.#objects.values()) {
      if (decoded?.into !== 'policies') continue;
      const findings = new Findings(document);
      checkTier(decoded.value, tiers, findings);
      checkOldName(decoded.value, `${entry.id}/${decoded.value.namespace}`, { names, findings });
      this.addProblems(findings, true);
      const state = findings.isRefused ? findings.state(this.reading) : decoded.value.state;
      policies.push({ ...decoded.value, state });
    }
    return policies;
  }
}

interface Gathered {
  readonly entry: KindEntry;
  readonly document: SourceDocument;
  readonly decoded: Decoded | null;
}

type Gathering = { readonly [C in keyof Collections]: Collections[C][] };

/** The decoded tiers, and the built-in ones that have no object. */
function allTiers(decoded: readonly Tier[]): Tier[] {
  const names = new Set(decoded.map(({ name }) => name));
  return [...decoded, ...builtInTiers.filter(({ name }) => !names.has(name))];
}

/** Profiles of namespaces and service accounts come before Profile objects that merely show them. */
function allProfiles(derived: readonly Profile[], decoded: readonly Profile[]): Profile[] {
  const profiles = new Map([[defaultAllowProfile.name, defaultAllowProfile]]);
  for (const profile of [...decoded, ...derived]) profiles.set(profile.name, profile);
  return [...profiles.values()];
}

/** A tier needs an object (semantics 9, D-9); a deletion does not care. */
function checkTier(policy: Policy, tiers: ReadonlySet<string>, findings: Findings): void {
  const isUnreadable = policy.tier === '';
  if (isUnreadable || policy.stagedAction === 'Delete' || tiers.has(policy.tier)) return;
  findings.add('refused', ['spec', 'tier'], {
    message: `no Tier object ${shown(policy.tier)} is loaded`,
    hint: 'add the Tier to the folder, or correct the name',
  });
}

/** Before v3.32 `default.foo` and `foo` were one policy of tier default (semantics 1.15). */
function checkOldName(
  policy: Policy,
  prefix: string,
  { names, findings }: { readonly names: ReadonlySet<string>; readonly findings: Findings },
): void {
  if (policy.tier !== 'default' || !policy.name.startsWith('default.')) return;
  const bare = policy.name.slice('default.'.length);
  if (!names.has(`${prefix}/${bare}`)) return;
  findings.add('odd', ['metadata', 'name'], {
    message: `${shown(bare)} stands beside it: Calico before v3.32 took the two for one policy`,
  });
}

function byPosition(left: Problem, right: Problem): number {
  const a = left.position;
  const b = right.position;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
