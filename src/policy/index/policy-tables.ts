import { kindNames } from '../kinds.ts';
import { KeyTableBuilder } from './key-table.ts';
import { packLists } from './lists.ts';
import { twinsOf, type EvaluationOrder, type OrderedPolicy } from './order.ts';
import type { StringTableBuilder } from './strings.ts';
import { PolicyFlag, type IndexOptions, type PolicyTables } from './tables.ts';

/** Where a policy's parts went, policy by policy in order. */
export interface CompiledPolicy {
  readonly selector: number;
  readonly ingressStart: number;
  readonly ingressEnd: number;
  readonly egressStart: number;
  readonly egressEnd: number;
}

/** States and staged actions in order of their numbers. */
export const stateNames = ['live', 'inert', 'rejected'] as const;
export const stagedActionNames = [null, 'Set', 'Delete', 'Learn', 'Ignore'] as const;

export function policyTables(
  { policies }: EvaluationOrder,
  compiled: readonly CompiledPolicy[],
  options: IndexOptions,
  strings: StringTableBuilder,
): PolicyTables {
  const twins = twinsOf(policies.map(({ policy }) => policy));
  const byName = new KeyTableBuilder(3);
  for (const { policy } of policies) {
    byName.add([
      kindNames.indexOf(policy.kind),
      strings.add(policy.namespace),
      strings.add(policy.name),
    ]);
  }
  const column = (values: (one: OrderedPolicy, number: number) => number) =>
    Int32Array.from(policies, values);
  return {
    kind: Uint8Array.from(policies, ({ policy }) => kindNames.indexOf(policy.kind)),
    namespace: column(({ policy }) => strings.add(policy.namespace)),
    name: column(({ policy }) => strings.add(policy.name)),
    tier: column(({ tier }) => tier),
    order: Float64Array.from(policies, ({ policy }) => policy.order),
    stagedAction: Uint8Array.from(policies, ({ policy }) =>
      stagedActionNames.indexOf(policy.stagedAction),
    ),
    state: Uint8Array.from(policies, ({ policy }) => stateNames.indexOf(policy.state)),
    flags: Uint8Array.from(policies, ({ flags }) => flags),
    selector: Int32Array.from(compiled, ({ selector }) => selector),
    suppressor: column((one, number) => suppressorOf(one, twins[number] ?? -1, policies, options)),
    twin: Int32Array.from(twins),
    ingressStart: Int32Array.from(compiled, ({ ingressStart }) => ingressStart),
    ingressEnd: Int32Array.from(compiled, ({ ingressEnd }) => ingressEnd),
    egressStart: Int32Array.from(compiled, ({ egressStart }) => egressStart),
    egressEnd: Int32Array.from(compiled, ({ egressEnd }) => egressEnd),
    byName: byName.finish(),
    bySelector: packLists(bySelector(policies, compiled)),
  };
}

/** Under `enforcement` a staged policy takes its namesake away, whatever becomes of itself (semantics 9, D-1, D-2). */
function suppressorOf(
  { flags }: OrderedPolicy,
  twin: number,
  policies: readonly OrderedPolicy[],
  { mode }: IndexOptions,
): number {
  const staged = policies[twin];
  if (mode === 'calico' || staged === undefined || (flags & PolicyFlag.staged) !== 0) return -1;
  return staged.policy.stagedAction === 'Ignore' ? -1 : twin;
}

function bySelector(
  policies: readonly OrderedPolicy[],
  compiled: readonly CompiledPolicy[],
): number[][] {
  const lists: number[][] = [];
  for (const { selector } of compiled) lists[selector] ??= [];
  policies.forEach(({ policy, flags }, number) => {
    const takesPart = (flags & (PolicyFlag.acts | PolicyFlag.anything)) !== 0;
    const list = lists[compiled[number]?.selector ?? -1];
    if (takesPart && policy.forWorkloads) list?.push(number);
  });
  return Array.from(lists, (list) => list ?? []);
}
