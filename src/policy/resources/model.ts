import type { Address, Prefix } from '../../net/address.ts';
import type { RuleAction } from '../actions.ts';
import type { PolicyKind } from '../kinds.ts';
import type { Selector } from '../selector/ast.ts';

/** Where something was written. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong or odd in a document. `path` is dotted (`spec.egress[2].protocol`), empty for the whole document. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly position: Position;
  readonly path: string;
  /** What is wrong: lower case, no full stop, user text in backticks. */
  readonly message: string;
  /** How to mend it; empty if the message says it. */
  readonly hint: string;
}

export type Labels = ReadonlyMap<string, string>;

/** Inclusive port ranges and port names of one list; an absent list is `null` where it is used. */
export interface PortList {
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly names: readonly string[];
}

/** A rule's `source` or `destination` half after the conversions of semantics 2.3. `null` = no such criterion. */
export interface EntityRule {
  readonly nets: readonly Prefix[] | null;
  readonly notNets: readonly Prefix[] | null;
  /** P of semantics 2.3: some item of the address must match it. */
  readonly selector: Selector | null;
  /** X of semantics 2.3, keys as written. */
  readonly notSelector: Selector | null;
  readonly ports: PortList | null;
  readonly notPorts: PortList | null;
  /** `namespace` is empty where the document names none; such a key matches nothing. */
  readonly service: { readonly namespace: string; readonly name: string } | null;
}

/** `type` and `code` 0..255; `code` null = any. */
export interface IcmpMatch {
  readonly type: number;
  readonly code: number | null;
}

export interface Rule {
  /** `unknown` only under `mode: calico`: a flow that matches it fails the evaluation (semantics DIV-10). */
  readonly action: RuleAction | 'unknown';
  /** As written, or implied by a protocol that is written as `ICMP` or `ICMPv6` (semantics DIV-04). */
  readonly ipVersion: 4 | 6 | null;
  /** IP protocol number 1..255. */
  readonly protocol: number | null;
  readonly notProtocol: number | null;
  readonly icmp: IcmpMatch | null;
  readonly notIcmp: IcmpMatch | null;
  readonly source: EntityRule;
  readonly destination: EntityRule;
  /** The rule has an `http` criterion, which flow records cannot answer (semantics 4.7). */
  readonly http: boolean;
}

export type StagedAction = 'Set' | 'Delete' | 'Learn' | 'Ignore';

/**
 * One policy, defaulted and converted to Calico's internal form (semantics 1 and 2).
 * `live`: takes part. `inert`: admitted, but Felix drops it; an inert staged policy still takes its
 * namesake away under `enforcement` (semantics 9, D-1). `rejected`: the API server would refuse it
 * (or its enforced form); `policies.onInvalid` decides what it stands for. The rules of a policy
 * that is not live may be empty; where its selector cannot be trusted it is `all()`.
 */
export interface Policy {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
  /** Empty if it cannot be read. */
  readonly tier: string;
  /** Infinity = no order; NaN if it cannot be read. */
  readonly order: number;
  /** `null` on enforced kinds. */
  readonly stagedAction: StagedAction | null;
  readonly state: 'live' | 'inert' | 'rejected';
  /** Which endpoints it selects: combined with namespace and service account parts (semantics 2.2). */
  readonly selector: Selector;
  /** Which directions it governs (semantics 1.13). */
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly ingressRules: readonly Rule[];
  readonly egressRules: readonly Rule[];
  /** False for `doNotTrack` and `preDNAT` policies, which never reach a workload's lists (semantics 1.11). */
  readonly forWorkloads: boolean;
  readonly position: Position;
}

/** A tier that has an object, or one of the three built-ins. A missing order is already 1,000,000. */
export interface Tier {
  readonly name: string;
  readonly order: number;
  readonly defaultAction: 'deny' | 'pass';
}

/** `protocol` is the IP protocol number. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: number;
  readonly port: number;
}

/** When an object came to be and was last edited, ms since 1970; `null` = the document does not say. */
export interface Lifetime {
  readonly createdMs: number | null;
  readonly editedMs: number | null;
}

/** A workload endpoint: a pod that counts as one (semantics 2.4), or a WorkloadEndpoint object. */
export interface WorkloadEndpoint {
  readonly namespace: string;
  /** Pod name. */
  readonly name: string;
  /** `generateName` of the pod, ending in `-`; null for a bare pod. */
  readonly generateName: string | null;
  /** Own labels with Calico's added and spoofed ones removed (semantics 2.1); inherited ones are not in here. */
  readonly labels: Labels;
  /** Profile names in order. */
  readonly profiles: readonly string[];
  readonly addresses: readonly Address[];
  readonly ports: readonly NamedPort[];
  readonly lifetime: Lifetime;
}

export interface HostEndpoint {
  readonly name: string;
  readonly node: string;
  readonly labels: Labels;
  readonly profiles: readonly string[];
  /** `expectedIPs`. */
  readonly addresses: readonly Address[];
  readonly ports: readonly NamedPort[];
  readonly lifetime: Lifetime;
}

/** NetworkSet, or GlobalNetworkSet where `namespace` is empty. Labels as HostEndpoint's; a NetworkSet inherits `kns.<namespace>`. */
export interface NetworkSet {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | null;
  readonly labels: Labels;
  readonly profiles: readonly string[];
  readonly nets: readonly Prefix[];
  readonly lifetime: Lifetime;
}

/** A profile's rules and the labels its endpoints inherit; namespaces and service accounts are profiles too (semantics 2.4). */
export interface Profile {
  readonly name: string;
  readonly ingressRules: readonly Rule[];
  readonly egressRules: readonly Rule[];
  readonly labelsToApply: Labels;
}

/** Members of one service, from all its EndpointSlices (semantics 4.6). */
export interface ServiceMembers {
  readonly namespace: string;
  readonly name: string;
  /** Endpoint addresses; `ports` apply to those of the same slice. */
  readonly slices: readonly {
    readonly addresses: readonly Address[];
    readonly ports: readonly { readonly protocol: number; readonly port: number }[];
  }[];
}

export interface Inventory {
  /** Names of the Namespace objects that were loaded. */
  readonly namespaces: ReadonlySet<string>;
  /** `namespace/name` of the ServiceAccount objects that were loaded. */
  readonly serviceAccounts: ReadonlySet<string>;
  readonly profiles: readonly Profile[];
  readonly endpoints: readonly WorkloadEndpoint[];
  readonly hostEndpoints: readonly HostEndpoint[];
  readonly networkSets: readonly NetworkSet[];
  readonly services: readonly ServiceMembers[];
  /** Blocks of the IPPool objects. */
  readonly ipPools: readonly Prefix[];
  /** At least one Pod or WorkloadEndpoint document was loaded, endpoint or not (contract 3, "an address nobody owns"). */
  readonly podsLoaded: boolean;
}

/** Everything that was read, decoded: the only input of `compileIndex`. */
export interface Resources {
  readonly policies: readonly Policy[];
  /** Tiers with an object and the built-ins; `policies` may name others. */
  readonly tiers: readonly Tier[];
  readonly inventory: Inventory;
  readonly problems: readonly Problem[];
  /** Kinds that were skipped on purpose, with how many documents. */
  readonly skipped: ReadonlyMap<string, number>;
}
