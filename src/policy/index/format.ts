import { formatAddress, type Address } from '../../net/address.ts';
import { formatPolicyText } from '../policy-text.ts';
import type { PolicyIndex } from './policy-index.ts';
import { RuleTexts } from './rule-text.ts';
import { tagsOf } from './spaces.ts';
import { TagSort, TierEnd, type AddressSpaceTables, type IndexTables } from './tables.ts';

/** The whole index as text, for people. */
export function formatIndex(index: PolicyIndex): string {
  const { tables } = index;
  const { options, endpoints, hosts, networkSets, items, namespaces } = tables;
  return [
    `mode ${options.mode}, invalid policies: ${options.onInvalid}`,
    ...policyLines(index),
    ...profileLines(index),
    `${namespaces.keys.length} namespaces, ${endpoints.item.length} endpoints, ` +
      `${hosts.name.length} hosts, ${networkSets.name.length} network sets: ` +
      `${items.sort.length} distinct items`,
    ...spaceLines(index),
    '',
  ].join('\n');
}

const endActions = Object.keys(TierEnd);

function policyLines({ tables, strings, policies }: PolicyIndex): string[] {
  const { tiers, policies: columns } = tables;
  const rules = new RuleTexts(tables, strings);
  return [...tiers.name].flatMap((name, tier) => [
    `tier ${strings.textOf(name)}: order ${tiers.order[tier]}, end ${endActions[tiers.endAction[tier] ?? 0]}`,
    ...policies.flatMap((policy, number) => {
      if (columns.tier[number] !== tier) return [];
      const { ref, stagedAction, state, order, governs, namesake } = policy;
      const selector = tables.columns.selectors + (columns.selector[number] ?? 0);
      const words = [
        `order ${order}`,
        ...(stagedAction === null ? [] : [stagedAction]),
        ...(state === 'live' ? [] : [state]),
        ...(namesake === null ? [] : [`namesake ${formatPolicyText(namesake)}`]),
        `selects ${rules.columnText(selector * 2)}`,
      ];
      return [
        `  ${number} ${formatPolicyText(ref)}: ${words.join(', ')}`,
        ...(governs.ingress
          ? ruleLines(rules, 'ingress', rangeOf(columns, 'ingress', number))
          : []),
        ...(governs.egress ? ruleLines(rules, 'egress', rangeOf(columns, 'egress', number)) : []),
      ];
    }),
  ]);
}

function profileLines({ tables, strings }: PolicyIndex): string[] {
  const { profiles } = tables;
  const rules = new RuleTexts(tables, strings);
  return [...profiles.byName.keys].flatMap((text, row) =>
    text < 0
      ? []
      : [
          `profile ${strings.textOf(text)}`,
          ...ruleLines(rules, 'ingress', rangeOf(profiles, 'ingress', row)),
          ...ruleLines(rules, 'egress', rangeOf(profiles, 'egress', row)),
        ],
  );
}

type Range = readonly [start: number, end: number];

type Ranges = Pick<
  IndexTables['profiles'],
  'ingressStart' | 'ingressEnd' | 'egressStart' | 'egressEnd'
>;

function rangeOf(table: Ranges, direction: 'ingress' | 'egress', row: number): Range {
  return [table[`${direction}Start`][row] ?? 0, table[`${direction}End`][row] ?? 0];
}

function ruleLines(rules: RuleTexts, direction: string, [start, end]: Range): string[] {
  if (start === end) return [`    ${direction}: no rules`];
  return Array.from(
    { length: end - start },
    (_, i) => `    ${direction} ${i}: ${rules.textOf(start + i)}`,
  );
}

/** Where each stretch of addresses begins and what it lies in. */
function spaceLines({ tables, strings }: PolicyIndex): string[] {
  const { space, networkSets } = tables;
  const sets = [...networkSets.name].map((name, set) => {
    const namespace = strings.textOf(networkSets.namespace[set] ?? 0);
    return `${namespace === '' ? '' : `${namespace}/`}${strings.textOf(name)}`;
  });
  const tagText = (tag: number): string => {
    const number = space.tagNumber[tag] ?? 0;
    const sort = space.tagSort[tag];
    if (sort === TagSort.nets) return `nets ${number}`;
    if (sort === TagSort.pool) return 'pool';
    return sort === TagSort.private ? 'private' : `set ${sets[number]} (/${space.tagLength[tag]})`;
  };
  return intervalsOf(space).map(({ start, class: number }) => {
    const tags = tagsOf(space, number).map(tagText).toSorted();
    return `  from ${formatAddress(start)}: ${tags.length === 0 ? 'nothing' : tags.join(', ')}`;
  });
}

function intervalsOf(space: AddressSpaceTables): { start: Address; class: number }[] {
  const v4 = [...space.starts4].map((word, i) => ({
    start: { family: 4 as const, words: [0, 0, 0, word] as const },
    class: space.classes4[i] ?? 0,
  }));
  const v6 = [...space.classes6].map((one, i) => {
    const [a = 0, b = 0, c = 0, d = 0] = space.starts6.subarray(i * 4, i * 4 + 4);
    return { start: { family: 6 as const, words: [a, b, c, d] as const }, class: one };
  });
  return [...v4, ...v6];
}
