import type { Policy, Profile, Resources, Rule } from '../resources/model.ts';
import type { Selector } from '../selector/ast.ts';
import { policyKinds } from '../kinds.ts';
import { AddressSpaceBuilder } from './address-classes.ts';
import { ColumnBuilder } from './columns.ts';
import { InventoryTableBuilder } from './inventory-tables.ts';
import { ItemTableBuilder } from './item-table.ts';
import { calicoKeys } from './key-class.ts';
import { KeyTableBuilder } from './key-table.ts';
import { packLists } from './lists.ts';
import { orderPolicies, type EvaluationOrder } from './order.ts';
import { policyTables } from './policy-tables.ts';
import { PolicyIndex } from './policy-index.ts';
import { addPrivateSpace } from './private-space.ts';
import { QuestionBuilder } from './questions.ts';
import { RuleRowBuilder } from './rule-rows.ts';
import { SelectorTableBuilder } from './selector-code.ts';
import { pairsOf, StringTableBuilder } from './strings.ts';
import {
  TagSort,
  TierEnd,
  type IndexOptions,
  type IndexTables,
  type ProfileTables,
  type TierTables,
} from './tables.ts';

/**
 * Compiles everything that was read into an index that answers for every flow. Which scope is asked and
 * how much is known are arguments of the evaluation, never of this.
 */
export function compileIndex(resources: Resources, options: IndexOptions): PolicyIndex {
  return new PolicyIndex(compileTables(resources, options));
}

function compileTables(resources: Resources, options: IndexOptions): IndexTables {
  const { inventory } = resources;
  const { mode } = options;
  const strings = new StringTableBuilder();
  const space = new AddressSpaceBuilder();
  const selectors = new SelectorTableBuilder(strings);
  const columns = new ColumnBuilder(selectors, space);
  const questions = new QuestionBuilder(strings);
  const rules = new RuleRowBuilder(mode, columns, questions);
  const order = orderPolicies(resources, options);
  const policies = order.policies.map(({ policy }) => ({
    selector: selectors.add(subjectOf(policy)),
    ...addRules(rules, policy),
  }));
  const profiles = profileTables(inventory.profiles, rules, strings);
  markSpace(resources, space);
  // From here on the rules have asked all they ask.
  const layout = columns.finish();
  const items = new ItemTableBuilder(strings, mode, inventory.profiles);
  const owners = new InventoryTableBuilder(strings, items);
  const endpoints = owners.endpoints(inventory);
  const hosts = owners.hosts(inventory);
  const networkSets = owners.networkSets(inventory);
  owners.services(inventory, {
    sources: new Map(columns.services.map((name, i) => [name, i])),
    questions: questions.services,
    isSctpKnown: mode === 'enforcement',
  });
  const areServicesKnown = inventory.services.length > 0;
  const services = questions.finish(layout, columns.services.length, areServicesKnown);
  const spaceTables = space.finish();
  const tables = {
    options,
    podsLoaded: inventory.podsLoaded,
    poolsLoaded: inventory.ipPools.length > 0,
    tiers: tierTables(order, strings),
    policies: policyTables(order, policies, options, strings),
    profiles,
    rules: rules.finish(layout),
    columns: layout,
    selectors: selectors.finish(),
    items: items.finish(),
    endpoints,
    hosts,
    networkSets,
    space: spaceTables,
    addresses: owners.addresses(spaceTables),
    services,
    namespaces: namesOf(inventory.namespaces, strings),
  };
  // The texts come last: everything above adds to them.
  return { ...tables, strings: strings.finish() };
}

/** Nobody knows what else was wrong with a rejected policy, but it cannot leave its namespace. */
function subjectOf({ kind, state, namespace, selector }: Policy): Selector {
  if (state !== 'rejected' || !policyKinds[kind].namespaced) return selector;
  const own: Selector = { kind: 'eq', key: calicoKeys.namespace, value: namespace };
  return { kind: 'and', operands: [selector, own] };
}

interface RuleSource {
  readonly ingressRules: readonly Rule[];
  readonly egressRules: readonly Rule[];
}

function addRules(rules: RuleRowBuilder, { ingressRules, egressRules }: RuleSource) {
  const ingressStart = rules.add(ingressRules, 'ingress');
  const ingressEnd = rules.count;
  const egressStart = rules.add(egressRules, 'egress');
  return { ingressStart, ingressEnd, egressStart, egressEnd: rules.count };
}

function profileTables(
  profiles: readonly Profile[],
  rules: RuleRowBuilder,
  strings: StringTableBuilder,
): ProfileTables {
  const byName = new KeyTableBuilder(1);
  const rows = [ALLOW_ALL, DENY_ALL, ...profiles].map((source) => addRules(rules, source));
  // Texts of real names are never negative.
  byName.add([-1]);
  byName.add([-2]);
  for (const { name } of profiles) byName.add([strings.add(name)]);
  return {
    byName: byName.finish(),
    ingressStart: Int32Array.from(rows, (row) => row.ingressStart),
    ingressEnd: Int32Array.from(rows, (row) => row.ingressEnd),
    egressStart: Int32Array.from(rows, (row) => row.egressStart),
    egressEnd: Int32Array.from(rows, (row) => row.egressEnd),
    labels: packLists([
      [],
      [],
      ...profiles.map((profile) => pairsOf(profile.labelsToApply, strings)),
    ]),
  };
}

const NO_END = {
  nets: null,
  notNets: null,
  selector: null,
  notSelector: null,
  ports: null,
  notPorts: null,
  service: null,
};

function alwaysRule(action: 'allow' | 'deny'): Rule {
  return {
    action,
    ipVersion: null,
    protocol: null,
    notProtocol: null,
    icmp: null,
    notIcmp: null,
    source: NO_END,
    destination: NO_END,
    http: false,
  };
}

const ALLOW_ALL = { ingressRules: [alwaysRule('allow')], egressRules: [alwaysRule('allow')] };
const DENY_ALL = { ingressRules: [alwaysRule('deny')], egressRules: [alwaysRule('deny')] };

function markSpace({ inventory }: Resources, space: AddressSpaceBuilder): void {
  inventory.networkSets.forEach(({ nets }, number) => {
    for (const net of nets) space.add(net, { sort: TagSort.networkSet, number });
  });
  for (const pool of inventory.ipPools) space.add(pool, { sort: TagSort.pool, number: 0 });
  addPrivateSpace(space);
}

function tierTables({ tiers }: EvaluationOrder, strings: StringTableBuilder): TierTables {
  return {
    name: Int32Array.from(tiers, ({ name }) => strings.add(name)),
    order: Float64Array.from(tiers, ({ order }) => order),
    endAction: Uint8Array.from(tiers, ({ endAction }) => TierEnd[endAction]),
  };
}

function namesOf(names: Iterable<string>, strings: StringTableBuilder) {
  const table = new KeyTableBuilder(1);
  for (const name of names) table.add([strings.add(name)]);
  return table.finish();
}
