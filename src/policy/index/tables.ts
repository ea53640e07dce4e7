import type { PolicyMode } from '../actions.ts';
import type { KeyTables } from './key-table.ts';
import type { Lists } from './lists.ts';
import type { StringTables } from './strings.ts';

/**
 * The layout of a compiled index: flat arrays of numbers and one blob of texts, so that an index is posted
 * to another thread by handing over its buffers. Columns named after a thing (`name`, `tier`,
 * `selector`) hold its number in that thing's table; `name` and `namespace` are numbers of texts.
 */
export interface IndexTables {
  readonly options: IndexOptions;
  readonly podsLoaded: boolean;
  readonly poolsLoaded: boolean;
  readonly strings: StringTables;
  readonly tiers: TierTables;
  readonly policies: PolicyTables;
  readonly profiles: ProfileTables;
  readonly rules: RuleTables;
  readonly columns: ColumnTables;
  readonly selectors: SelectorTables;
  readonly items: ItemTables;
  readonly endpoints: EndpointTables;
  readonly hosts: HostTables;
  readonly networkSets: NetworkSetTables;
  readonly space: AddressSpaceTables;
  readonly addresses: AddressTables;
  readonly services: ServiceTables;
  /** Namespaces that have an object, by name. */
  readonly namespaces: KeyTables;
}

export interface IndexOptions {
  readonly mode: PolicyMode;
  /** `refuse` is the caller's to keep: here it stands for the same as `uncertain`. */
  readonly onInvalid: 'refuse' | 'uncertain' | 'drop';
  readonly icmpFromPort: boolean;
  /** Hex digests over policies, tiers and mode, and over the rest; carried along, not made here. */
  readonly policyHash?: string;
  readonly inventoryHash?: string;
}

/** In the order of evaluation. */
export interface TierTables {
  readonly name: Int32Array;
  readonly order: Float64Array;
  /** `TierEnd`. */
  readonly endAction: Uint8Array;
}

/** `missing`: the tier has no object (semantics DIV-09). */
export const TierEnd = { deny: 0, pass: 1, missing: 2 } as const;

/** In the order of evaluation, so that the policies of an endpoint are an ascending list of numbers. */
export interface PolicyTables {
  readonly kind: Uint8Array;
  readonly namespace: Int32Array;
  readonly name: Int32Array;
  readonly tier: Int32Array;
  readonly order: Float64Array;
  readonly stagedAction: Uint8Array;
  readonly state: Uint8Array;
  /** Bits of `PolicyFlag`. */
  readonly flags: Uint8Array;
  readonly selector: Int32Array;
  /** Of an enforced policy: the staged one that takes its place under `enforcement`; -1 = none. */
  readonly suppressor: Int32Array;
  /** The namesake of the other sort, staged or enforced; -1 = none. */
  readonly twin: Int32Array;
  readonly ingressStart: Int32Array;
  readonly ingressEnd: Int32Array;
  readonly egressStart: Int32Array;
  readonly egressEnd: Int32Array;
  /** By kind, namespace and name. */
  readonly byName: KeyTables;
  /** Numbers of the policies that select by a selector and may be in a workload's list. */
  readonly bySelector: Lists;
}

export const PolicyFlag = {
  staged: 1,
  /** Its rules are walked when it is in scope. */
  acts: 2,
  /** It was rejected and stands for anything (`onInvalid: uncertain`). */
  anything: 4,
  ingress: 8,
  egress: 16,
} as const;

/** Rules of profiles, by name. The first two rows allow and deny everything. */
export interface ProfileTables {
  readonly byName: KeyTables;
  readonly ingressStart: Int32Array;
  readonly ingressEnd: Int32Array;
  readonly egressStart: Int32Array;
  readonly egressEnd: Int32Array;
  /** Labels handed down, as pairs of texts. */
  readonly labels: Lists;
}

export interface RuleTables {
  /** One row a rule: see `RuleField`. */
  readonly rows: Int32Array;
  /** The rare criteria, one row each: see `ExtraField`. Row 0 asks nothing. */
  readonly extras: Int32Array;
  /** Inclusive ranges of ports, low and high in turn. Set 0 is every port, set 1 is none. */
  readonly ports: Lists;
}

/**
 * Where the columns of a candidate lie. Column 0 is always `no`. `selectors`: some item of the end matches; `nets`:
 * its address is in the list; `services`: its address is behind the service; `joint`: all parts of one
 * rule side hold together. Each block begins at a whole word.
 */
export interface ColumnTables {
  readonly selectors: number;
  readonly nets: number;
  readonly services: number;
  readonly joint: number;
  readonly words: number;
  /** Parts of each joint column, as columns that may be negated. */
  readonly parts: Lists;
}

export interface SelectorTables {
  /** Programs: see `selector-code.ts`. */
  readonly code: Int32Array;
  readonly roots: Int32Array;
  /** Keys that selectors ask for, by text. */
  readonly keys: KeyTables;
  readonly keyClass: Uint8Array;
  /** (key, value or -1 = any) of which one must be there -> the selectors that need it. */
  readonly anchors: KeyTables;
  readonly byAnchor: Lists;
  readonly byAnchorKey: Lists;
  readonly unanchored: Int32Array;
}

export const ItemSort = { workload: 0, host: 1, networkSet: 2 } as const;
/** Bits: labels an item may have that no loaded object tells. */
export const UnknownLabels = { namespace: 1, serviceAccount: 2 } as const;

/** Distinct (labels, profiles, ports) among the endpoints and sets of the inventory. */
export interface ItemTables {
  /** `ItemSort`. */
  readonly sort: Uint8Array;
  /** Bits of `UnknownLabels`. */
  readonly unknown: Uint8Array;
  /** Pairs of texts, inherited ones included. */
  readonly labels: Lists;
  /** Texts of the names. */
  readonly profiles: Lists;
  /** Triples of text, protocol, port. */
  readonly ports: Lists;
}

export interface EndpointTables {
  readonly item: Int32Array;
  readonly createdMs: Float64Array;
  /** Pairs of texts. */
  readonly labels: Lists;
  /** Numbers in `AddressTables`. */
  readonly addresses: Lists;
  /** (namespace, name) and (namespace, generateName) -> endpoints. */
  readonly names: KeyTables;
  readonly byName: Lists;
}

export interface HostTables {
  readonly name: Int32Array;
  readonly node: Int32Array;
  readonly item: Int32Array;
  /** From when on it is certainly as it is; Infinity = never. */
  readonly certainMs: Float64Array;
  readonly createdMs: Float64Array;
  readonly editedMs: Float64Array;
  readonly labels: Lists;
  readonly addresses: Lists;
}

export interface NetworkSetTables {
  readonly namespace: Int32Array;
  readonly name: Int32Array;
  readonly item: Int32Array;
  /** From when on it certainly holds what it holds; Infinity = never (contract 4, rule 4). */
  readonly certainMs: Float64Array;
  readonly labels: Lists;
  /** (namespace, name) -> set; a set's key has the set's number. */
  readonly byName: KeyTables;
}

/** Addresses cut into classes by every prefix that matters. */
export interface AddressSpaceTables {
  /** IPv4: where intervals start, their classes, and the interval of the first address of every /16. */
  readonly starts4: Uint32Array;
  readonly classes4: Int32Array;
  readonly first4: Int32Array;
  /** IPv6: four words a start. */
  readonly starts6: Uint32Array;
  readonly classes6: Int32Array;
  /** A class is its parent class and the tags that it adds; the roots have parent -1. */
  readonly classParent: Int32Array;
  readonly classFamily: Uint8Array;
  readonly classTags: Lists;
  /** Addresses of the class that no loaded endpoint, host or service has. */
  readonly classFree: Float64Array;
  /** What a tag says of an address: its sort (see `TagSort`), which one, and the length of the prefix. */
  readonly tagSort: Uint8Array;
  readonly tagNumber: Int32Array;
  readonly tagLength: Uint8Array;
}

export const TagSort = { nets: 0, networkSet: 1, pool: 2, private: 3 } as const;

/** Every single address that an endpoint, a host or a service has. */
export interface AddressTables {
  /** Family and four words. */
  readonly byAddress: KeyTables;
  readonly class: Int32Array;
  readonly endpoints: Lists;
  readonly hosts: Lists;
  /** Services whose endpoints have it. */
  readonly services: Lists;
  /** Pairs of question and `protocol * 65536 + port`. */
  readonly servicePorts: Lists;
}

/** Questions about ports that an end itself must own: named ports and services of destinations. */
export interface ServiceTables {
  /** A question's positive selector as a column, that the owner of the port must match. */
  readonly questionColumn: Int32Array;
  /** 0 named port, 1 service, 2 service of which nothing is loaded. */
  readonly questionSort: Uint8Array;
  /** Name of a port -> questions. */
  readonly portNames: KeyTables;
  readonly byPortName: Lists;
  /** Services that rules name as a source: 1 = nothing is loaded. */
  readonly sourceUnknown: Uint8Array;
}
