import type { Address } from '../../net/address.ts';
import type { HostEndpoint } from '../resources/model.ts';

/** Number of a workload endpoint of the inventory within one index. */
export type EndpointNumber = number;

/** Number of a network set of the inventory within one index. */
export type NetworkSetNumber = number;

/**
 * One reading of one end of a flow, made once and shared: everything that rules and policies can ask
 * of it, as three-valued columns. Only the index makes candidates and only the evaluator reads them;
 * to everyone else they are opaque but for these members.
 */
export interface Candidate {
  /** Equal candidates of one index have equal ids. */
  readonly id: number;
  /** Family of its address; 0 = either. Two ends of one flow have the same family. */
  readonly family: 0 | 4 | 6;
  /** It is a workload endpoint, so that its own policies can be evaluated. */
  readonly isWorkload: boolean;
  /** Whether its answers hold without the assumptions of contract 4 (`strict` equals `assuming`). */
  readonly hasAssumptions: boolean;
}

/** A part of the address space that an end is known to lie in. */
export type Region =
  /** Outside RFC 1918, and every IPv6 address: Felix's `pub`. */
  | { readonly kind: 'public' }
  /** RFC 1918: Felix's `pvt`. */
  | { readonly kind: 'private' }
  /** The blocks of the IPPools; the whole space where none is loaded. */
  | { readonly kind: 'pools' }
  /** In the nets of a network set that Felix named (flow-records 1b-2, 2). */
  | { readonly kind: 'set'; readonly set: NetworkSetNumber; readonly otherNamespace: string }
  /** One known address. */
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'any' };

/** How finely the addresses of a region are told apart: by class, or as one of which little is certain. */
export type Detail = 'classes' | 'folded';

/**
 * What a record says of an endpoint that the inventory does not hold (contract 4, rule 2). `null` =
 * it does not say: every label, and every namespace, may be or not. Known to have none: `namespace`
 * is ''.
 */
export interface LabelFacts {
  readonly namespace: string | null;
  readonly labels: ReadonlyMap<string, string> | null;
  /** The name is an aggregate: an absent label is absent by assumption only. */
  readonly isAggregate: boolean;
  readonly isWorkload: boolean;
}

/** The doors of the index for whoever finds out which endpoint a record means. */
export interface CandidateIndex {
  endpointsNamed(namespace: string, name: string): readonly EndpointNumber[];
  /** Endpoints whose `generateName` is `prefix` (which ends in `-`). */
  endpointsGenerated(namespace: string, prefix: string): readonly EndpointNumber[];
  endpointsOwning(address: Address): readonly EndpointNumber[];
  hostsOwning(address: Address): boolean;
  /** -1 if there is none; `namespace` is empty for global sets. */
  networkSetNamed(namespace: string, name: string): NetworkSetNumber;
  /** Own labels, Calico's among them (semantics 2.1), without inherited ones. */
  labelsOf(endpoint: EndpointNumber): ReadonlyMap<string, string>;
  /** HostEndpoints of a node. */
  hostsNamed(node: string): readonly HostEndpoint[];
  setLabelsOf(set: NetworkSetNumber): ReadonlyMap<string, string>;
  setHolds(set: NetworkSetNumber, address: Address): boolean;
  createdMsOf(endpoint: EndpointNumber): number | null;
  inPools(address: Address): boolean;
  readonly podsLoaded: boolean;
  readonly poolsLoaded: boolean;
  readonly hasNamespace: (namespace: string) => boolean;
  /**
   * One candidate for each distinct (labels, profiles, ports, address class) among the addresses of
   * these endpoints.
   */
  ofEndpoints(endpoints: readonly EndpointNumber[]): readonly Candidate[];
  /**
   * The address with everything the inventory knows to own or contain it (semantics 4.2). Where
   * nobody owns it the last row of contract 3's table holds: its owner may be anybody (`addressOwner`)
   * or, when strict, anybody and else nobody (`addressOwnerAssumed`).
   */
  ofAddress(address: Address): Candidate;
  /**
   * One candidate for each class of addresses that the rules and sets can tell apart within the
   * region and no endpoint owns, or a single ternary one beyond `classesMax`. A network set that is not
   * certainly as old as the flow holds its addresses by `maybe` only (contract 4, rule 4).
   */
  ofRegion(region: Region, flowMs: number | null, detail?: Detail): readonly Candidate[];
  /** The endpoint of the record's own words, at any address of the region. */
  ofLabels(facts: LabelFacts, region: Region, detail?: Detail): readonly Candidate[];
}
