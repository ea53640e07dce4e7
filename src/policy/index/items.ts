import { Gap } from '../evaluator/facts.ts';
import { PROFILE_TIER, type PolicyRef } from '../hit.ts';
import type { LabelFacts } from './candidate.ts';
import { Item, type ItemFacts, type ItemParts, type KnownLabels, type ProfileUse } from './item.ts';
import { labelsOfName } from './item-table.ts';
import { findKey } from './key-table.ts';
import { calicoKeys, calicoPrefixes, KEY_CLASSES, KeyClass } from './key-class.ts';
import { rememberedMax } from './limits.ts';
import { listOf } from './lists.ts';
import { SelectorEvaluator } from './selector-answers.ts';
import { labelsFrom, type StringTable } from './strings.ts';
import { ItemSort, UnknownLabels, type IndexTables } from './tables.ts';

/** Makes items, of the inventory or of a record's words, once each. */
export class Items {
  readonly #tables: IndexTables;
  readonly #strings: StringTable;
  readonly #evaluator: SelectorEvaluator;
  readonly #known: (Item | undefined)[] = [];
  readonly #recorded = new Map<string, Item>();
  readonly #profiles = new Map<string, PolicyRef>();
  readonly #recordedMax: number;
  #nextId: number;

  constructor(tables: IndexTables, strings: StringTable) {
    this.#tables = tables;
    this.#strings = strings;
    this.#evaluator = new SelectorEvaluator(tables.selectors, strings);
    this.#recordedMax = rememberedMax(tables);
    this.#nextId = tables.items.sort.length;
  }

  /** An item of the table. */
  ofInventory(number: number): Item {
    return (this.#known[number] ??= this.#make(this.#partsOf(number, NOTHING_SETTLED)));
  }

  /** The words of a record (contract 4, rules 2 and 5). */
  ofLabels(facts: LabelFacts): Item {
    const { namespace, labels, isAggregate, isWorkload } = facts;
    const texts = labels === null ? null : [...labels].flat();
    const key = JSON.stringify([namespace, texts, isAggregate, isWorkload]);
    return this.#remembered(key, () => this.#partsOfWords(facts, NOTHING_SETTLED));
  }

  /** The item with one label more that is known, or (`null`) known to be absent. */
  settled(item: Item, label: string, value: string | null): Item {
    const { from } = item.source;
    const labels: KnownLabels = new Map([...item.source.settled, [label, value]]);
    return this.#remembered(`${item.id} ${JSON.stringify([label, value])}`, () =>
      typeof from === 'number' ? this.#partsOf(from, labels) : this.#partsOfWords(from, labels),
    );
  }

  #remembered(key: string, partsOf: () => ItemParts): Item {
    const known = this.#recorded.get(key);
    if (known !== undefined) return known;
    if (this.#recorded.size >= this.#recordedMax) this.#recorded.clear();
    const item = this.#make(partsOf());
    this.#recorded.set(key, item);
    return item;
  }

  #make(parts: ItemParts): Item {
    return new Item(parts, this.#evaluator, this.#tables.policies);
  }

  #partsOf(number: number, settled: KnownLabels): ItemParts {
    const { items } = this.#tables;
    const unknown = items.unknown[number] ?? 0;
    const absent = noneAbsent();
    if ((unknown & UnknownLabels.namespace) !== 0) {
      absent[KeyClass.ofNamespace] = Gap.namespaceLabels;
    }
    if ((unknown & UnknownLabels.serviceAccount) !== 0) {
      absent[KeyClass.ofServiceAccount] = Gap.serviceAccount;
    }
    const known = labelsFrom(listOf(items.labels, number), this.#strings);
    const facts = {
      labels: settled.size === 0 ? known : new Map([...known, ...settled]),
      absent,
      isNamespaceUnknown: false,
    };
    const names = Array.from(listOf(items.profiles, number), (name) => this.#strings.textOf(name));
    return {
      id: settled.size === 0 ? number : this.#nextId++,
      source: { from: number, settled, handedDownBy: names },
      isWorkload: items.sort[number] === ItemSort.workload,
      strict: facts,
      assuming: facts,
      profiles: this.#usesOf(names, this.#tables.options.mode === 'calico'),
      ports: listOf(items.ports, number),
    };
  }

  #partsOfWords(words: LabelFacts, settled: KnownLabels): ItemParts {
    const strict = this.#factsOfWords(words, settled);
    const isAssuming = strict.absent.includes(Gap.absentLabel);
    const absent = strict.absent.map((gap) => (gap === Gap.absentLabel ? 0 : gap));
    const { isWorkload } = words;
    const names = profilesOfWords(words, strict.labels);
    return {
      id: this.#nextId++,
      source: { from: words, settled, handedDownBy: names ?? [] },
      isWorkload,
      strict,
      assuming: isAssuming ? { ...strict, absent } : strict,
      // A record names only what Felix knew, whatever was loaded.
      profiles: names === null ? null : this.#usesOf(isWorkload ? names : [], false),
      ports: null,
    };
  }

  #factsOfWords(words: LabelFacts, settled: KnownLabels): ItemFacts {
    const { namespace, isWorkload } = words;
    const absent = absentOfWords(words);
    const labels = ownLabels(words);
    for (const [key, value] of settled) labels.set(key, value);
    if (isWorkload) labels.set(calicoKeys.orchestrator, 'k8s');
    if (namespace !== null && namespace !== '') {
      labels.set(calicoKeys.namespace, namespace);
      absent[KeyClass.ofNamespace] = this.#inherit(`kns.${namespace}`, labels, Gap.namespaceLabels);
      const account = labels.get(calicoKeys.serviceAccount);
      if (isWorkload && typeof account === 'string') {
        const name = `ksa.${namespace}.${account}`;
        absent[KeyClass.ofServiceAccount] = this.#inherit(name, labels, Gap.serviceAccount);
      }
    }
    return { labels, absent, isNamespaceUnknown: isWorkload && namespace === null };
  }

  /** Adds what the profile hands down. Returns what its absence leaves open. */
  #inherit(profile: string, labels: Map<string, string | null>, gap: number): number {
    const row = this.#rowOf(profile);
    const isKnown = row >= 0;
    const handedDown = isKnown
      ? labelsFrom(listOf(this.#tables.profiles.labels, row), this.#strings)
      : labelsOfName(profile);
    for (const [key, value] of handedDown) if (!labels.has(key)) labels.set(key, value);
    return isKnown ? 0 : gap;
  }

  /** A profile that is not there denies in Felix; else a namespace's is read as it must be (contract 4, rule 5). */
  #usesOf(names: readonly string[], missingDenies: boolean): readonly ProfileUse[] {
    return names.flatMap((name) => {
      const row = this.#rowOf(name);
      const policy = this.#refOf(name);
      if (row >= 0) return [{ policy, row }];
      if (!missingDenies && name.startsWith('ksa.')) return [];
      return [{ policy, row: !missingDenies && name.startsWith('kns.') ? ALLOW_ROW : DENY_ROW }];
    });
  }

  #rowOf(profile: string): number {
    const text = this.#strings.numberOf(profile);
    return text < 0 ? -1 : findKey(this.#tables.profiles.byName, [text]);
  }

  #refOf(name: string): PolicyRef {
    const known = this.#profiles.get(name);
    if (known !== undefined) return known;
    const ref: PolicyRef = { kind: 'Profile', namespace: '', name, tier: PROFILE_TIER };
    if (this.#profiles.size < this.#recordedMax) this.#profiles.set(name, ref);
    return ref;
  }
}

const NOTHING_SETTLED: KnownLabels = new Map();

/** The first two rows of the profiles' table. */
const ALLOW_ROW = 0;
const DENY_ROW = 1;

function noneAbsent(): number[] {
  return Array.from({ length: KEY_CLASSES }, () => 0);
}

/** A pod cannot give itself what only a namespace or service account hands down. */
function ownLabels({ labels, isWorkload }: LabelFacts): Map<string, string | null> {
  const own = new Map<string, string | null>(labels);
  if (!isWorkload) return own;
  for (const key of own.keys()) {
    const isInherited =
      key.startsWith(calicoPrefixes.namespace) || key.startsWith(calicoPrefixes.serviceAccount);
    if (isInherited) own.delete(key);
  }
  return own;
}

/** The profiles that hand labels down; `null` = unknown. */
function profilesOfWords(
  { namespace, isWorkload }: LabelFacts,
  labels: KnownLabels,
): readonly string[] | null {
  if (namespace === null) return null;
  if (namespace === '' && !isWorkload) return [];
  const account = labels.get(calicoKeys.serviceAccount);
  if (!isWorkload || typeof account !== 'string') return [`kns.${namespace}`];
  return [`kns.${namespace}`, `ksa.${namespace}.${account}`];
}

/** What the absence of a label from a record's words tells, but for labels that are inherited. */
function absentOfWords({ namespace, labels, isAggregate, isWorkload }: LabelFacts): number[] {
  const recorded = isAggregate ? Gap.absentLabel : 0;
  const unlabelled = labels === null ? Gap.sourceLabels : recorded;
  const absent = noneAbsent();
  absent[KeyClass.plain] = unlabelled;
  absent[KeyClass.volatile] = labels === null ? Gap.sourceLabels : Gap.volatileLabel;
  absent[KeyClass.namespace] = namespace === null ? Gap.sourceLabels : 0;
  absent[KeyClass.orchestrator] = isWorkload || namespace !== '' ? 0 : Gap.sourceLabels;
  absent[KeyClass.serviceAccount] = isWorkload ? Gap.serviceAccount : Gap.sourceLabels;
  absent[KeyClass.calico] = Gap.sourceLabels;
  absent[KeyClass.ofNamespace] = namespace === null ? Gap.namespaceLabels : unlabelled;
  absent[KeyClass.ofServiceAccount] = isWorkload ? Gap.serviceAccount : unlabelled;
  return absent;
}
