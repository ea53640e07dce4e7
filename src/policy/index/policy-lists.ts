import { forEachBit } from './bits.ts';
import { listOf } from './lists.ts';
import type { SelectorAnswers } from './selector-answers.ts';
import { PolicyFlag, type PolicyTables } from './tables.ts';

/**
 * The policies that select a workload, in order of evaluation. An entry is `policy * 2`, plus 1 where it
 * only may select it.
 */
export interface PolicyLists {
  readonly ingress: Int32Array;
  readonly egress: Int32Array;
}

export function policyLists(answers: SelectorAnswers, policies: PolicyTables): PolicyLists {
  const entries: number[] = [];
  const collect = (isMaybe: 0 | 1) => (selector: number) => {
    for (const policy of listOf(policies.bySelector, selector)) entries.push(policy * 2 + isMaybe);
  };
  forEachBit(answers.yes, collect(0));
  forEachBit(answers.maybe, collect(1));
  const sorted = Int32Array.from(entries).toSorted();
  return {
    ingress: sorted.filter((entry) => governs(entry, PolicyFlag.ingress, policies)),
    egress: sorted.filter((entry) => governs(entry, PolicyFlag.egress, policies)),
  };
}

/** One list for an endpoint that may be any of several. */
export function mergeLists(lists: readonly Int32Array[]): Int32Array {
  const [first] = lists;
  if (first !== undefined && lists.length === 1) return first;
  const certain = new Map<number, number>();
  for (const list of lists) {
    for (const entry of list) {
      const policy = entry >> 1;
      certain.set(policy, (certain.get(policy) ?? 0) + ((entry & 1) === 0 ? 1 : 0));
    }
  }
  const entries = [...certain].map(
    ([policy, count]) => policy * 2 + (count === lists.length ? 0 : 1),
  );
  return Int32Array.from(entries).toSorted();
}

function governs(entry: number, direction: number, { flags }: PolicyTables): boolean {
  return ((flags[entry >> 1] ?? 0) & direction) !== 0;
}
