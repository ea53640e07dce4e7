import type { PolicyMode } from '../actions.ts';
import type { Labels, NamedPort, Profile } from '../resources/model.ts';
import { calicoPrefixes } from './key-class.ts';
import { packLists } from './lists.ts';
import type { StringTableBuilder } from './strings.ts';
import { ItemSort, UnknownLabels, type ItemTables } from './tables.ts';

/** An endpoint, host or network set as far as policies can tell it from others. */
export interface InventoryItem {
  readonly sort: number;
  readonly labels: Labels;
  readonly profiles: readonly string[];
  readonly ports: readonly NamedPort[];
}

/** Numbers the distinct items of an inventory, with the labels they inherit (semantics 2.1). */
export class ItemTableBuilder {
  readonly #strings: StringTableBuilder;
  readonly #mode: PolicyMode;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #numbers = new Map<string, number>();
  readonly #rows: Row[] = [];

  constructor(strings: StringTableBuilder, mode: PolicyMode, profiles: readonly Profile[]) {
    this.#strings = strings;
    this.#mode = mode;
    this.#profiles = new Map(profiles.map((profile) => [profile.name, profile]));
  }

  add(item: InventoryItem): number {
    const strings = this.#strings;
    const { labels, unknown } = this.#effective(item);
    const row: Row = {
      sort: item.sort,
      unknown,
      labels: [...labels.keys()]
        .toSorted()
        .flatMap((key) => [strings.add(key), strings.add(labels.get(key) ?? '')]),
      profiles: item.profiles.map((name) => strings.add(name)),
      ports: item.ports.flatMap(({ name, protocol, port }) => [strings.add(name), protocol, port]),
    };
    const key = Object.values(row).join(';');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#rows.length;
    this.#numbers.set(key, number);
    this.#rows.push(row);
    return number;
  }

  finish(): ItemTables {
    return {
      sort: Uint8Array.from(this.#rows, ({ sort }) => sort),
      unknown: Uint8Array.from(this.#rows, ({ unknown }) => unknown),
      labels: packLists(this.#rows.map(({ labels }) => labels)),
      profiles: packLists(this.#rows.map(({ profiles }) => profiles)),
      ports: packLists(this.#rows.map(({ ports }) => ports)),
    };
  }

  /** Own labels first, then those of the profiles in order. */
  #effective({ labels, profiles, sort }: InventoryItem) {
    const effective = new Map(labels);
    let unknown = 0;
    for (const name of profiles) {
      const profile = this.#profiles.get(name);
      const handedDown = profile?.labelsToApply ?? this.#assumedLabels(name);
      for (const [key, value] of handedDown) {
        if (!effective.has(key)) effective.set(key, value);
      }
      if (profile === undefined && sort !== ItemSort.host) unknown |= this.#unknownOf(name);
    }
    return { labels: effective, unknown };
  }

  /** Of a namespace or service account without an object only the name is known (contract 4, rule 5). */
  #assumedLabels(profile: string): Labels {
    return this.#mode === 'calico' ? NO_LABELS : labelsOfName(profile);
  }

  #unknownOf(profile: string): number {
    if (this.#mode === 'calico') return 0;
    if (profile.startsWith('kns.')) return UnknownLabels.namespace;
    return profile.startsWith('ksa.') ? UnknownLabels.serviceAccount : 0;
  }
}

/** The labels that every namespace (`kns.`) and service account (`ksa.`) has, by the name of its profile. */
export function labelsOfName(profile: string): Labels {
  const [kind, namespace = '', account = ''] = profile.split('.');
  if (kind === 'kns') {
    return new Map([
      [`${calicoPrefixes.namespace}projectcalico.org/name`, namespace],
      [`${calicoPrefixes.namespace}kubernetes.io/metadata.name`, namespace],
    ]);
  }
  if (kind !== 'ksa') return NO_LABELS;
  // Names of service accounts may hold dots, those of namespaces may not.
  const name = profile.slice(`ksa.${namespace}.`.length);
  return account === ''
    ? NO_LABELS
    : new Map([[`${calicoPrefixes.serviceAccount}projectcalico.org/name`, name]]);
}

interface Row {
  readonly sort: number;
  readonly unknown: number;
  readonly labels: readonly number[];
  readonly profiles: readonly number[];
  readonly ports: readonly number[];
}

const NO_LABELS: Labels = new Map();
