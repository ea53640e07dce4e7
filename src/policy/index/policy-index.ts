import type { Address } from '../../net/address.ts';
import { assert } from '../../std/assert.ts';
import { NO } from '../../std/ternary.ts';
import type { Direction, PolicyMode } from '../actions.ts';
import { evaluate } from '../evaluator/evaluate.ts';
import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from '../evaluator/facts.ts';
import type { PolicyRef } from '../hit.ts';
import type { PolicyKind } from '../kinds.ts';
import type { HostEndpoint, Labels } from '../resources/model.ts';
import type {
  Candidate,
  CandidateIndex,
  Detail,
  EndpointNumber,
  LabelFacts,
  NetworkSetNumber,
  Region,
} from './candidate.ts';
import { Candidates } from './candidates.ts';
import { CompiledCandidate } from './compiled-candidate.ts';
import type { NumberClasses, PolicyDoors } from './doors.ts';
import { hostsOf } from './hosts.ts';
import { getTernary } from './ternary-bits.ts';
import { Items } from './items.ts';
import { findKey } from './key-table.ts';
import { LabelSplits } from './label-splits.ts';
import { settledMax } from './limits.ts';
import { listOf } from './lists.ts';
import { numberClassesOf } from './number-classes.ts';
import { Policies, type IndexedPolicy } from './policies.ts';
import { Regions, spotOf } from './regions.ts';
import { labelsFrom, StringTable } from './strings.ts';
import type { IndexTables } from './tables.ts';

/** Policies and inventory in compiled form: immutable, but for what it remembers of the questions it was asked. */
export class PolicyIndex implements CandidateIndex, PolicyDoors {
  readonly mode: PolicyMode;
  readonly podsLoaded: boolean;
  readonly poolsLoaded: boolean;
  readonly settledMax: number;
  readonly hasNamespace: (namespace: string) => boolean;
  readonly tables: IndexTables;
  readonly strings: StringTable;
  readonly #policies: Policies;
  readonly #items: Items;
  readonly #regions: Regions;
  readonly #candidates: Candidates;
  readonly #labelSplits: LabelSplits;
  #numberClasses: NumberClasses | null = null;

  constructor(tables: IndexTables) {
    this.tables = tables;
    this.mode = tables.options.mode;
    this.podsLoaded = tables.podsLoaded;
    this.poolsLoaded = tables.poolsLoaded;
    this.settledMax = settledMax(tables);
    this.strings = new StringTable(tables.strings);
    this.hasNamespace = (namespace) => this.#find(namespace) >= 0;
    this.#policies = new Policies(tables, this.strings);
    this.#regions = new Regions(tables, this.strings);
    this.#items = new Items(tables, this.strings);
    this.#candidates = new Candidates(tables, this.#items, this.#regions);
    this.#labelSplits = new LabelSplits(tables, this.strings, this.#candidates);
  }

  /** All policies in order of evaluation. */
  get policies(): readonly IndexedPolicy[] {
    return this.#policies.all;
  }

  get policyHash(): string {
    return this.tables.options.policyHash ?? '';
  }

  get inventoryHash(): string {
    return this.tables.options.inventoryHash ?? '';
  }

  get numberClasses(): NumberClasses {
    return (this.#numberClasses ??= numberClassesOf(this.tables));
  }

  evaluate(facts: Facts, scope: PolicyScope, knowledge: Knowledge): ScopeEvaluation {
    return evaluate(this.#policies, facts, scope, knowledge);
  }

  settleLabel(facts: Facts, question: number, knowledge: Knowledge): readonly Facts[] | null {
    return this.#labelSplits.of(facts, question, knowledge);
  }

  hasTier(name: string): boolean {
    return this.#policies.hasTier(name);
  }

  hasPolicy(kind: PolicyKind, namespace: string, name: string): boolean {
    return this.#policies.find(kind, namespace, name) !== null;
  }

  /** The policy's one reference, by which hits of this index can be compared; null if it is not loaded. */
  policyNamed(kind: PolicyKind, namespace: string, name: string): PolicyRef | null {
    return this.#policies.find(kind, namespace, name);
  }

  stagedTouching(direction: Direction, endpoint: Candidate): readonly PolicyRef[] {
    assert(endpoint instanceof CompiledCandidate, 'a candidate of another kind');
    return (endpoint.touching[direction] ??= this.#policies.stagedTouching(
      endpoint.reading('strict').policies[direction],
    ));
  }

  /** Whether the policy, or the namesake it takes the place of, selects a loaded HostEndpoint, or may. */
  selectsHost(policy: PolicyRef): boolean {
    const { policies, hosts } = this.tables;
    const number = this.#policies.numberOf(policy);
    const selectors = [number, policies.twin[number] ?? -1].flatMap(
      (one) => policies.selector[one] ?? [],
    );
    return hosts.item.some((item) => {
      const answers = this.#items.ofInventory(item).answers('strict');
      return selectors.some((selector) => getTernary(answers, selector) !== NO);
    });
  }

  /** The policies that select the end, or may. */
  policiesOf(endpoint: Candidate, direction: Direction): readonly PolicyRef[] {
    assert(endpoint instanceof CompiledCandidate, 'a candidate of another kind');
    return this.#policies.refsOf(endpoint.reading('strict').policies[direction]);
  }

  endpointsNamed(namespace: string, name: string): readonly EndpointNumber[] {
    return this.#endpointsBy(namespace, name);
  }

  endpointsGenerated(namespace: string, prefix: string): readonly EndpointNumber[] {
    // No name ends in `-`, so both kinds of names share a table.
    return this.#endpointsBy(namespace, prefix);
  }

  endpointsOwning(address: Address): readonly EndpointNumber[] {
    const spot = spotOf(this.tables, address);
    return [...new Set(listOf(this.tables.addresses.endpoints, spot.address))];
  }

  hostsOwning(address: Address): boolean {
    const spot = spotOf(this.tables, address);
    return listOf(this.tables.addresses.hosts, spot.address).length > 0;
  }

  hostsNamed(node: string): readonly HostEndpoint[] {
    return hostsOf(this.tables, this.strings, node);
  }

  networkSetNamed(namespace: string, name: string): NetworkSetNumber {
    const key = [this.strings.numberOf(namespace), this.strings.numberOf(name)];
    return findKey(this.tables.networkSets.byName, key);
  }

  setLabelsOf(set: NetworkSetNumber): Labels {
    return labelsFrom(listOf(this.tables.networkSets.labels, set), this.strings);
  }

  setHolds(set: NetworkSetNumber, address: Address): boolean {
    return this.#regions.holds(set, spotOf(this.tables, address));
  }

  labelsOf(endpoint: EndpointNumber): Labels {
    return labelsFrom(listOf(this.tables.endpoints.labels, endpoint), this.strings);
  }

  createdMsOf(endpoint: EndpointNumber): number | null {
    const time = this.tables.endpoints.createdMs[endpoint] ?? NaN;
    return Number.isNaN(time) ? null : time;
  }

  inPools(address: Address): boolean {
    return this.#regions.inPools(spotOf(this.tables, address));
  }

  ofEndpoints(endpoints: readonly EndpointNumber[]): readonly Candidate[] {
    return this.#candidates.ofEndpoints(endpoints);
  }

  ofAddress(address: Address): Candidate {
    return this.#candidates.ofAddress(address);
  }

  ofRegion(region: Region, flowMs: number | null, detail?: Detail): readonly Candidate[] {
    return this.#candidates.ofRegion(region, flowMs, detail);
  }

  ofLabels(facts: LabelFacts, region: Region, detail?: Detail): readonly Candidate[] {
    return this.#candidates.ofLabels(facts, region, detail);
  }

  #find(namespace: string): number {
    return findKey(this.tables.namespaces, [this.strings.numberOf(namespace)]);
  }

  #endpointsBy(namespace: string, name: string): readonly EndpointNumber[] {
    const { names, byName } = this.tables.endpoints;
    const key = [this.strings.numberOf(namespace), this.strings.numberOf(name)];
    return [...listOf(byName, findKey(names, key))];
  }
}
