import { createHash } from 'node:crypto';
import type { Policy, Resources } from '../resources/model.ts';
import { requirementsOf, type Requirements } from '../selector/requirements.ts';
import { orderPolicies, twinsOf, type OrderedPolicy } from './order.ts';
import { PolicyFlag, type IndexOptions } from './tables.ts';

/**
 * `spec_hash` (contract 6) of each policy, 16 hex digits, in the order of evaluation: over the policy, its
 * namesake, and every policy and tier that may stand in a list together with one of them, whatever
 * endpoints there are. What was seen of a policy holds as long as its hash does.
 *
 * Two policies are kept apart only where no endpoint can have the labels of both; where that would take
 * too long to find out, they are not. So a hash may change without need, and never stays without right.
 * `textOf` stands for all that a policy says of itself.
 */
export function specHashesOf(
  resources: Pick<Resources, 'policies' | 'tiers'>,
  options: IndexOptions,
  textOf: (policy: Policy) => string,
): readonly string[] {
  const { tiers, policies } = orderPolicies(resources, options);
  const twins = twinsOf(policies.map(({ policy }) => policy));
  const members = policies.map((ordered, number): Member => {
    const twin = policies[twins[number] ?? -1];
    const { name, endAction } = tiers[ordered.tier] ?? { name: '', endAction: 'missing' };
    return {
      digest: digestOf([textOf(ordered.policy), name, endAction]),
      // A staged policy also acts where its namesake does, by taking it away, and the reverse.
      reaches: [reachOf(ordered), ...(twin === undefined ? [] : [reachOf(twin)])],
    };
  });
  const { mode, onInvalid, icmpFromPort } = options;
  const common = JSON.stringify([mode, onInvalid, icmpFromPort]);
  const groups = new Groups(members);
  return members.map((member, number) => {
    const twin = members[twins[number] ?? -1];
    const own = [common, member.digest, twin?.digest ?? ''];
    return digestOf([...own, ...groups.companionsOf(member)]);
  });
}

interface Member {
  /** Of all that it says and of its tier. */
  readonly digest: string;
  readonly reaches: readonly Reach[];
}

/** Which endpoints a policy may select, and for which directions. */
interface Reach {
  readonly labels: Requirements;
  /** The same, to be gone through. */
  readonly required: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Bits of `PolicyFlag`. */
  readonly directions: number;
}

function reachOf({ policy, flags }: OrderedPolicy): Reach {
  const directions = flags & (PolicyFlag.ingress | PolicyFlag.egress);
  const labels = requirementsOf(policy.selector);
  return {
    labels,
    required: Array.from(labels, ([key, values]) => ({ key, values })),
    // Policies that are for hosts alone never reach a workload's list.
    directions: policy.forWorkloads ? directions : 0,
  };
}

/** The members by the namespace that they are bound to, since most share a list with few others. */
class Groups {
  readonly #members: readonly Member[];
  readonly #byNamespace = new Map<string, number[]>();
  readonly #anywhere: number[] = [];
  readonly #isCoarse: boolean;
  readonly #near = new Map<string | null, readonly number[]>();
  readonly #coarse = new Map<string | null, readonly string[]>();

  constructor(members: readonly Member[]) {
    this.#members = members;
    members.forEach((member, number) => {
      const namespace = namespaceOf(member);
      if (namespace === null) this.#anywhere.push(number);
      else if (!this.#byNamespace.has(namespace)) this.#byNamespace.set(namespace, [number]);
      else this.#byNamespace.get(namespace)?.push(number);
    });
    let pairs = this.#anywhere.length * members.length;
    for (const { length } of this.#byNamespace.values()) {
      pairs += length * (length + this.#anywhere.length);
    }
    this.#isCoarse = pairs > pairsMax;
  }

  /** Digests of all that may share a list with it, itself included, in the order of evaluation. */
  companionsOf(member: Member): readonly string[] {
    const namespace = namespaceOf(member);
    if (this.#isCoarse) return this.#allNear(namespace);
    const companions: string[] = [];
    for (const number of this.#nearOf(namespace)) {
      const other = this.#members[number];
      if (other !== undefined && mayMeet(member, other)) companions.push(other.digest);
    }
    return companions;
  }

  /** One digest for all that are near. */
  #allNear(namespace: string | null): readonly string[] {
    const known = this.#coarse.get(namespace);
    if (known !== undefined) return known;
    const near = this.#nearOf(namespace).map((number) => this.#members[number]?.digest ?? '');
    const digest = [digestOf(near)];
    this.#coarse.set(namespace, digest);
    return digest;
  }

  #nearOf(namespace: string | null): readonly number[] {
    const known = this.#near.get(namespace);
    if (known !== undefined) return known;
    const bound = namespace === null ? [] : (this.#byNamespace.get(namespace) ?? []);
    const near =
      namespace === null
        ? this.#members.map((_, number) => number)
        : [...this.#anywhere, ...bound].toSorted((a, b) => a - b);
    this.#near.set(namespace, near);
    return near;
  }
}

/** Pairs of policies that are looked at one by one: a third of a second of work. */
const pairsMax = 1_000_000;

const namespaceKey = 'projectcalico.org/namespace';

/** `null` = it may reach more than one. */
function namespaceOf({ reaches }: Member): string | null {
  const namespaces = new Set<string>();
  for (const { labels } of reaches) {
    const some = labels.get(namespaceKey);
    if (some === undefined) return null;
    for (const namespace of some) namespaces.add(namespace);
  }
  const [only = null] = namespaces;
  return namespaces.size === 1 ? only : null;
}

function mayMeet(one: Member, other: Member): boolean {
  for (const reach of one.reaches) {
    for (const another of other.reaches) if (overlap(reach, another)) return true;
  }
  return false;
}

function overlap(one: Reach, other: Reach): boolean {
  if ((one.directions & other.directions) === 0) return false;
  for (const { key, values } of one.required) {
    const others = other.labels.get(key);
    if (others !== undefined && !haveCommon(values, others)) return false;
  }
  return true;
}

function haveCommon(some: readonly string[], others: readonly string[]): boolean {
  for (const one of some) if (others.includes(one)) return true;
  return false;
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
